"""GET /v2/cdrs/exports/{export_id}. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["get_cdr_export"]


def get_cdr_export(
    export_id: str,
) -> "Operation[models.CdrExportDocument]":
    """Look up an export.

    Args:
        export_id: The id of the export.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="get_cdr_export",
        method="GET",
        route="/v2/cdrs/exports/{export_id}",
        path="/v2/cdrs/exports/{export_id}".format(export_id=path_segment("export_id", export_id)),
        response=models.CdrExportDocument,
        repeatable=True,
        expected_id=export_id,
    )
