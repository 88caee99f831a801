"""The control interface of a sandbox that runs, as the commands use it."""

import os
from types import TracebackType
from typing import Self, cast
from urllib.parse import quote

from flowroute_async.cli.account import Account
from flowroute_async.cli.exit_codes import ExitCode
from flowroute_async.cli.failures import Failure, Refusal
from flowroute_async.config import BASE_URL_VARIABLE

_DEFAULT_URL = "http://127.0.0.1:8900"
_HINT = "Start one with `flowroute sandbox --port 8900`, or name the one that runs by --base-url or FR_BASE_URL."
_TIMEOUT = 30.0


class RunningSandbox:
    """A sandbox that is asked over HTTP, by way of its control interface. No keys are sent.

    Args:
        account: What the options before the command say; without an address there, it is FR_BASE_URL or port 8900.

    Raises:
        Refusal: If the account is a sandbox in this process, or the address is none.
    """

    def __init__(self, account: Account) -> None:
        import httpx

        if account.sandbox:
            sentence = "The command is for a sandbox that runs on its own, not for one in this process."
            raise Refusal(Failure(sentence, _HINT, ExitCode.USAGE))
        self.url: str = (account.base_url or os.environ.get(BASE_URL_VARIABLE) or _DEFAULT_URL).rstrip("/")
        try:
            self._client = httpx.Client(base_url=f"{self.url}/_sandbox/api/", timeout=_TIMEOUT, trust_env=False)
        except httpx.InvalidURL:
            raise Refusal(Failure(f"{self.url} is no address.", _HINT, ExitCode.USAGE)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._client.close()

    def call(self, method: str, *path: str, **arguments: object) -> object:
        """Call one of its controls.

        Args:
            method: The HTTP method.
            *path: The parts of the path.
            **arguments: The arguments.

        Returns:
            What it answered, as JSON; None if nothing.

        Raises:
            Refusal: If no sandbox answers there, or it refuses.
        """
        import httpx

        try:
            answer = self._client.request(
                method, "/".join(quote(part, safe="") for part in path), json=arguments or None
            )
        except (httpx.HTTPError, httpx.InvalidURL):
            raise Refusal(Failure(f"No sandbox answers at {self.url}.", _HINT)) from None
        try:
            content: object = answer.json() if answer.content else None
        except ValueError:
            content = None
        if answer.is_success and (content is not None or not answer.content):
            return content
        if isinstance(content, dict) and isinstance(error := cast("dict[str, object]", content).get("error"), str):
            code = ExitCode.NOT_FOUND if answer.status_code == int(httpx.codes.NOT_FOUND) else ExitCode.FAILED
            raise Refusal(Failure(f"{error[:1].upper()}{error[1:].rstrip('.')}.", code=code))
        raise Refusal(Failure(f"What answers at {self.url} is no sandbox.", _HINT))
