"""Where webhooks go: the callback URLs of the account and of single numbers."""

from dataclasses import replace
from urllib.parse import urlsplit

from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.call import NO_CONTENT, Call, Reply
from flowroute_async.sandbox.errors import not_found
from flowroute_async.sandbox.records import Callback, OwnedNumber

CALLBACK_TYPES = ("sms_callback", "mms_callback", "sms_dlr_callback", "mms_dlr_callback", "dlr_callback")
"""The kinds of callback; the last one is deprecated and stands for receipts of SMS."""


def set_account_callback(account: Account, call: Call) -> Reply:
    """Choose where the account's webhooks of one kind go."""
    # inferred: that the version in the path decides the version of the webhooks.
    account.callbacks.put(Callback(call.ids["callback"], _url(call), call.version))
    account.count(call.operation, call.ids["callback"])
    return NO_CONTENT


def get_account_callback(account: Account, call: Call) -> Reply:
    """Return where the account's webhooks of one kind go."""
    callback = account.callbacks.get(call.ids["callback"])
    if callback is None:
        raise not_found()
    return _reply(callback.id, callback.url, callback.api_version)


def delete_account_callback(account: Account, call: Call) -> Reply:
    """Send the account's webhooks of one kind no more."""
    if account.callbacks.get(call.ids["callback"]) is None:
        raise not_found()
    account.callbacks.remove(call.ids["callback"])
    account.count(call.operation, call.ids["callback"])
    return NO_CONTENT


def set_number_callback(account: Account, call: Call) -> Reply:
    """Choose where one number's webhooks of one kind go."""
    number = account.owned(call.ids["number"])
    return _change(account, call, number, number.callbacks | {call.ids["callback"]: _url(call)})


def get_number_callback(account: Account, call: Call) -> Reply:
    """Return where one number's webhooks of one kind go."""
    url = account.owned(call.ids["number"]).callbacks.get(call.ids["callback"])
    if url is None:
        raise not_found()
    return _reply(call.ids["callback"], url, "v2.1")


def delete_number_callback(account: Account, call: Call) -> Reply:
    """Send one number's webhooks of one kind no more."""
    number = account.owned(call.ids["number"])
    if call.ids["callback"] not in number.callbacks:
        raise not_found()
    rest = {kind: url for kind, url in number.callbacks.items() if kind != call.ids["callback"]}
    return _change(account, call, number, rest)


def _change(account: Account, call: Call, number: OwnedNumber, callbacks: dict[str, str]) -> Reply:
    account.numbers.put(replace(number, callbacks=callbacks))
    account.count(call.operation, number.id)
    return NO_CONTENT


def _url(call: Call) -> str:
    url = call.attributes.get("callback_url")
    if not isinstance(url, str) or not is_url(url):
        raise call.rejected({"callback_url": "Not a valid URL."})
    return url


def is_url(text: str) -> bool:
    """Return whether a text is an http or https URL with a host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _reply(kind: str, url: str, version: str) -> Reply:
    product = kind.removesuffix("_callback")
    attributes = {"api_version": version, "callback_url": url, "product": product}
    return Reply.json(200, {"data": {"attributes": attributes, "type": "callback"}})
