"""POST /v2/cnams. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation

__all__ = ["create_cnam_record"]


def create_cnam_record(
    body: "models.NewCnamRecord",
) -> "Operation[models.CnamRecordDocument]":
    """Create a record; it then waits for approval.

    Args:
        body: The body that creates a record; the vendor documents it without the `data` around it.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="create_cnam_record",
        method="POST",
        route="/v2/cnams",
        path="/v2/cnams",
        response=models.CnamRecordDocument,
        repeatable=False,
        body=body,
        charges=True,
        look_at="Look whether the record exists (cnam.list).",
    )
