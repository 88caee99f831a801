"""Answers to operations that the API's description has and the sandbox does not know yet: inferred, and without state.

They come from described_answers.json, which `make regenerate` writes from the description. Each answer is the same
every time, but for the id in it, which is the one that was asked for; a header says that it is inferred.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from typing import Any, NamedTuple, cast

from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.call import Call, Reply

MARK = "flowroute-sandbox-inferred"
SENTENCE = "the whole answer, which is made from the description and without state"


class Described(NamedTuple):
    """An operation that is answered from the description.

    Attributes:
        method: The HTTP method.
        path: The pattern of its path.
        handler: What answers it; its name is that of the operation.
    """

    method: str
    path: re.Pattern[str]
    handler: Callable[[Account, Call], Reply]


def operations(text: str | None = None) -> Iterator[Described]:
    """Return the operations that are answered from the description.

    Args:
        text: What `make regenerate` wrote; by default what lies beside this module.
    """
    if text is None:
        text = files("flowroute_async.sandbox").joinpath("described_answers.json").read_text(encoding="utf-8")
    for answer in cast("list[dict[str, Any]]", json.loads(text)):
        names: list[str] = []

        def part(match: re.Match[str], names: list[str] = names) -> str:
            names.append(re.sub(r"\\(.)", r"\1", match[1]))
            return f"(?P<part{len(names)}>[^/]+)"

        pattern = re.sub(r"\\\{(.*?)\\\}", part, re.escape(answer["path"]))
        asked = answer.get("expected_id")
        place = f"part{names.index(asked) + 1}" if asked in names else None
        yield Described(answer["method"], re.compile(pattern), _handler(answer, place))


def _handler(answer: Mapping[str, Any], place: str | None) -> Callable[[Account, Call], Reply]:
    def handler(_account: Account, call: Call) -> Reply:
        body: Any = answer["body"]
        if place is not None and isinstance(body, dict):
            document = cast("dict[str, Any]", body)
            if isinstance(document.get("data"), dict):
                body = {**document, "data": {**document["data"], "id": call.ids[place]}}
        headers = {MARK: SENTENCE} | ({"content-type": answer["content_type"]} if body is not None else {})
        content = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        return Reply(answer["status"], content, headers)

    handler.__name__ = answer["operation"]
    return handler
