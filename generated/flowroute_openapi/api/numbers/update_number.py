"""PATCH /v2/numbers/{id}. Generated; see spec/templates."""

from flowroute_openapi.api import lazy_models as models
from flowroute_openapi.types import Operation, path_segment

__all__ = ["update_number"]


def update_number(
    id: str,
    body: "models.NumberChange",
) -> "Operation[models.NumberDocument]":
    """Change a number's alias, look-ups of callers' names, or messaging.

    Args:
        id: The phone number in 11-digit E.164 format.
        body: A change of a number. A field that is not given stays as it is; null clears the alias.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="update_number",
        method="PATCH",
        route="/v2/numbers/{id}",
        path="/v2/numbers/{id}".format(id=path_segment("id", id)),
        response=models.NumberDocument,
        repeatable=not (body.messaging_enabled),
        body=body,
        charges=True,
        look_at="Look at the number (numbers.get).",
        expected_id=id,
    )
