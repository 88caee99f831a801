"""What all parts of the controls work on, and how they find it."""

from dataclasses import replace
from threading import RLock

from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.api import Api
from flowroute_async.sandbox.records import CallerName, OwnedNumber


class Controlled:
    """What all parts of the controls work on, and how they find it.

    Args:
        account: What it works on.
        api: The API that the account serves.
        lock: Held while the account is read or changed.
    """

    def __init__(self, account: Account, api: Api, lock: RLock) -> None:
        self._account = account
        self._api = api
        self._lock = lock
        self._options_at_start = replace(account.options)

    def _name(self, record: str) -> CallerName:
        found = self._account.names.get(record)
        if found is None:
            raise LookupError("there is no such CNAM record")
        return found

    def _number(self, number: str) -> OwnedNumber:
        found = self._account.numbers.get(number)
        if found is None:
            raise LookupError("the number is not on the account")
        return found
