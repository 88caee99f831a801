"""DELETE /v2/numbers/{id}. Generated; see spec/templates."""

from flowroute_openapi.types import Operation, path_segment

__all__ = ["release_number"]


def release_number(
    id: str,
) -> Operation[None]:
    """Release a number from the account.

    Its monthly fee ends, and anyone may purchase it then.

    Args:
        id: The phone number in 11-digit E.164 format.

    Returns:
        The call, to be sent by a client.
    """
    return Operation(
        name="release_number",
        method="DELETE",
        route="/v2/numbers/{id}",
        path="/v2/numbers/{id}".format(id=path_segment("id", id)),
        response=type(None),
        repeatable=True,
        done_if_gone=True,
    )
