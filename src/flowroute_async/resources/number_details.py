"""A number of the account, with what it is connected to."""

from flowroute_async.hooks import logger
from flowroute_async.number_changes import incomplete_text
from flowroute_openapi.models import AccountNumber, NumberDocument, Relationship, Route
from flowroute_openapi.reading import extended

__all__ = ["NumberDetails"]

MULTI_STATUS = 207
"""The number was bought or changed, and messaging could not be set up for it."""

_TASK_TYPES = frozenset({"message_provisioning_status", "message_bulk_provisioning_status", "messaging-provision"})


class NumberDetails(AccountNumber):
    """A number of the account with what it is connected to.

    Attributes:
        routes: Its routes, as the answer brought them along.
        message_provisioning_id: The task that sets messaging up, where one was begun; see
            `client.message_provisioning.status`.
        incomplete: What was not done although the call succeeded, and what to repeat; None where everything was done.
            After a purchase, the money is spent all the same.
    """

    routes: tuple[Route, ...] = ()
    message_provisioning_id: str | None = None
    incomplete: str | None = None

    @property
    def primary_route_id(self) -> str | None:
        """The id of the route that calls take."""
        return _id(self.relationships.primary_route) if self.relationships else None

    @property
    def failover_route_id(self) -> str | None:
        """The id of the route that calls take where the primary one fails."""
        return _id(self.relationships.failover_route) if self.relationships else None

    @property
    def e911_address_id(self) -> str | None:
        """The id of the emergency address."""
        return _id(self.relationships.e911_address) if self.relationships else None

    @property
    def cnam_record_id(self) -> str | None:
        """The id of the caller ID record (the vendor's `cnam_preset`)."""
        return _id(self.relationships.cnam_preset) if self.relationships else None

    @property
    def primary_route(self) -> Route | None:
        """The route that calls take, where the answer brought it along."""
        return self._route(self.primary_route_id)

    @property
    def failover_route(self) -> Route | None:
        """The route that calls take where the primary one fails, where the answer brought it along."""
        return self._route(self.failover_route_id)

    def _route(self, route_id: str | None) -> Route | None:
        return next((route for route in self.routes if route.id == route_id), None)


def number_details(document: NumberDocument, status_code: int = 200, *, done: str = "changed") -> NumberDetails:
    """Return a number with what came along with it.

    Args:
        document: The answer.
        status_code: Its HTTP status; 207 says that messaging could not be set up.
        done: What was done to the number in any case.
    """
    included = document.included or ()
    incomplete = None
    if status_code == MULTI_STATUS:
        incomplete = incomplete_text(done)
        logger.warning("the number was %s, and messaging could not be set up for it", done)
    return extended(
        NumberDetails,
        document.data,
        document.unread,
        routes=tuple(one for one in included if one.type == "route"),
        message_provisioning_id=next((one.id for one in included if one.type in _TASK_TYPES), None)
        or _id(document.data.relationships.message_provision if document.data.relationships else None),
        incomplete=incomplete,
    )


def _id(relationship: Relationship | None) -> str | None:
    return relationship.data.id if relationship is not None and relationship.data is not None else None
