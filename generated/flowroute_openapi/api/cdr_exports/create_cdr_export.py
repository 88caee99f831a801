"""POST /v2/cdrs/exports. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation

__all__ = ["create_cdr_export"]


def create_cdr_export(
    body: "models.NewCdrExportDocument",
) -> "Operation[models.CdrExportDocument]":
    """Ask for an export of call detail records.

    Args:
        body: The body that asks for an export.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="create_cdr_export",
        method="POST",
        route="/v2/cdrs/exports",
        path="/v2/cdrs/exports",
        response=models.CdrExportDocument,
        repeatable=False,
        body=body,
        look_at="Look at the exports of the account (cdr_exports.list); a second one does no harm.",
    )
