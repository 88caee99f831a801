"""What is said of a sandbox when it begins to answer."""

from flowroute_async.sandbox.guard import ROOT

KEY = "sandbox"
"""The access key, and the secret key, of a sandbox that was given none."""


def hints(url: str, access_key: str, secret_key: str) -> tuple[str, str]:
    """Return the sentences that follow the address: where to look at it, and how to use it.

    Args:
        url: Its address.
        access_key: Its access key.
        secret_key: Its secret key. Keys that somebody chose are not repeated.
    """
    keys = f"FR_ACCESS_KEY={KEY} FR_SECRET_KEY={KEY} " if access_key == secret_key == KEY else ""
    return f"Look at it: {url}{ROOT}/", f"Use it: {keys}FR_BASE_URL={url} flowroute ..."
