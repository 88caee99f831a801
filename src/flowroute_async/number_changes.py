"""What can be set up with a number, when it is purchased and later: the checks before anything is sent."""

from collections.abc import Mapping
from typing import Any, Protocol, TypedDict

from flowroute_async import arguments
from flowroute_async.errors import InvalidArgumentError
from flowroute_openapi.models import AccountNumber, NumberChange, PurchaseOptions

__all__ = ["NumberChanges", "NumberOptions"]

CLEARABLE = frozenset({"alias"})
"""What None clears in `NumberChanges`."""

_LONGEST_ALIAS = 64


class NumberOptions(TypedDict, total=False):
    """What to set up with a number. What is not given is left to the account's preferences.

    Attributes:
        cnam_lookups_enabled: Whether callers' names are looked up. Each look-up is charged.
        messaging_enabled: Whether the number can send and receive messages. It is priced, and takes some time.
        messaging_email: Whether the account's contact is sent a mail when that is done; only with messaging_enabled.
        messaging_callback_url: Called when that is done; only with messaging_enabled.
    """

    cnam_lookups_enabled: bool
    messaging_enabled: bool
    messaging_email: bool
    messaging_callback_url: str


class NumberChanges(NumberOptions, total=False):
    """What to change of a number. What is not given stays as it is; None clears the alias, and nothing else.

    Attributes:
        alias: A name of your own, of 64 characters at most; None clears it.
        cnam_lookups_enabled: As in `NumberOptions`.
        messaging_enabled: As in `NumberOptions`.
        messaging_email: As in `NumberOptions`.
        messaging_callback_url: As in `NumberOptions`.
    """

    alias: str | None


class Changed(Protocol):
    """A number that was bought or changed."""

    @property
    def incomplete(self) -> str | None:
        """What was not done although the call succeeded, and what to repeat, or None."""
        ...


def purchase_options(options: Mapping[str, object]) -> PurchaseOptions | None:
    """Return the body of a purchase, or None where nothing is to be set up.

    Raises:
        InvalidArgumentError: If an option is not of its form.
        TypeError: If there is no such option.
    """
    given = _checked(options, NumberOptions.__annotations__)
    return PurchaseOptions(**given) if given else None


def number_change(changes: Mapping[str, object]) -> NumberChange:
    """Return the body that changes a number; it holds only what was given.

    Raises:
        InvalidArgumentError: If a change is not of its form, or nothing changes.
        TypeError: If there is no such field.
    """
    arguments.clear_only(changes, CLEARABLE)
    given = _checked(changes, NumberChanges.__annotations__)
    if not given:
        raise InvalidArgumentError("changes", f"at least one of {', '.join(NumberChanges.__annotations__)}")
    return NumberChange(**given)


def incomplete_text(done: str) -> str:
    """Return what to say of a number that was bought or changed while messaging was not set up for it."""
    return (
        f"The number was {done}, and messaging could not be set up for it. "
        "Repeat message_provisioning.enable, and nothing else."
    )


def unseen_messaging(number: AccountNumber, *, wanted: bool) -> str | None:
    """Return what to say of a purchase whose answer was lost, once the number was found on the account.

    Args:
        number: The number as its details show it.
        wanted: Whether messaging was to be set up with it.

    Returns:
        None where nothing is missing: messaging was not wanted, is enabled, or has its task.
    """
    relationships = number.relationships
    task = relationships.message_provision if relationships is not None else None
    if not wanted or number.messaging_enabled or (task is not None and task.data is not None):
        return None
    return (
        "The number was bought, and its details show neither messaging nor a task that sets it up. "
        "Repeat message_provisioning.enable, and nothing else."
    )


def _checked(given: Mapping[str, object], known: Mapping[str, object]) -> dict[str, Any]:
    if unknown := ", ".join(sorted(given.keys() - known.keys())):
        raise TypeError(f"there is no {unknown}; a number has {', '.join(known)}")
    checked: dict[str, Any] = {}
    for name, value in given.items():
        if name == "alias":
            checked[name] = None if value is None else arguments.text(name, value, longest=_LONGEST_ALIAS)
        elif name == "messaging_callback_url":
            checked[name] = arguments.web_url(name, value)
        else:
            checked[name] = arguments.flag(name, value)
    for name in ("messaging_email", "messaging_callback_url"):
        if name in checked and not checked.get("messaging_enabled"):
            raise InvalidArgumentError(name, "given together with messaging_enabled=True")
    return checked
