"""A server made from a document: it checks that each request arrives as the document says, and answers as it says.

It reads requests by the rules of OpenAPI, and knows nothing of the code that was generated.
"""

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from socketserver import BaseServer
from threading import Thread
from typing import Self
from urllib.parse import parse_qsl, quote, unquote, unquote_plus

from regeneration.reading import Json
from regeneration.wire import OperationPlan, ParameterPlan

_IN_PATH = re.compile(r"{([^{}]*)}")
_UNESCAPED = "/:@!$&'()*+,;=-._~%"
NOT_BUILT = "/.not-built"
"""Asked for in place of a call that could not be built."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is to arrive, and its answer.

    Attributes:
        plan: How it is written.
        values: The values of its parameters, by location and name.
        body: Its body, if it has one.
        status: The status of the answer.
        answer: The body of the answer; None where there is none.
        content_type: The answer's media type.
    """

    plan: OperationPlan
    values: Mapping[tuple[str, str], Json]
    body: Json
    status: int
    answer: bytes | None
    content_type: str

    @property
    def label(self) -> str:
        """The operation, as it is named in faults."""
        return f"{self.plan.operation.python_name} ({self.plan.operation.place})"


@dataclass(slots=True)
class Responder:
    """Serves expected calls in their order, on loopback.

    Attributes:
        faults: What arrived otherwise than the document says, one sentence each.
    """

    calls: deque[Call] = field(default_factory=deque[Call])
    faults: list[str] = field(default_factory=list[str])
    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        """Start to serve."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port if self._server else 0}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer goes out whole: in pieces, each would wait for the client's delayed acknowledgement

    def __init__(self, owner: Responder, request: socket, address: tuple[str, int], server: BaseServer) -> None:
        self.owner = owner
        super().__init__(request, address, server)

    def answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        if not self.owner.calls:
            self.owner.faults.append(f"a call arrived that was not sent: {self.command} {self.path}")
            self.send_response(500)
            self.send_header("content-length", "0")
            self.end_headers()
            return
        call = self.owner.calls.popleft()
        if self.path == NOT_BUILT:
            self.send_response(204)
            self.end_headers()
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            faults = list(arrived_wrongly(call, self.command, self.path, headers, content))
        except (ValueError, KeyError, TypeError) as fault:
            faults = [f"what arrived cannot be read: {type(fault).__name__}: {fault}"]
        self.owner.faults += [f"{call.label}: {fault}" for fault in faults]
        self.send_response(call.status)
        body = b"" if call.answer is None else call.answer
        if call.answer is not None:
            self.send_header("content-type", call.content_type)
        if call.status != 204:  # noqa: PLR2004 - which has no body
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_DELETE = do_OPTIONS = do_HEAD = do_PATCH = do_TRACE = answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called there
        """Log nothing."""


def arrived_wrongly(call: Call, method: str, target: str, headers: Mapping[str, str], content: bytes) -> Iterator[str]:
    """Compare a request with the call that it should be; return a sentence for each difference."""
    operation = call.plan.operation
    if method != operation.method:
        yield f"the method is {method}, not {operation.method}"
    path, _, query = target.partition("?")
    yield from _path_faults(call, path)
    yield from _query_faults(call, query)
    yield from _header_faults(call, headers)
    yield from _body_faults(call, headers.get("content-type", ""), content)


def _given(call: Call, where: str) -> Iterator[tuple[ParameterPlan, Json]]:
    for parameter in call.plan.at(where):
        if (where, parameter.name) in call.values:
            yield parameter, call.values[where, parameter.name]


def _path_faults(call: Call, path: str) -> Iterator[str]:
    names = _IN_PATH.findall(call.plan.operation.path)
    literals = [re.escape(quote(one, safe=_UNESCAPED)) for one in _IN_PATH.split(call.plan.operation.path)[::2]]
    pattern = "([^/?#]*)".join(literals)
    found = re.fullmatch(pattern, path)
    if found is None:
        yield f"the path is {path}"
        return
    raw = dict(zip(names, found.groups(), strict=True))
    for parameter, value in _given(call, "path"):
        parts = raw[parameter.name].split(",") if isinstance(value, list) else [raw[parameter.name]]
        yield from _differ(f"the path parameter {parameter.name}", [unquote(one) for one in parts], value)


def _query_faults(call: Call, query: str) -> Iterator[str]:
    pairs = [one.partition("=")[::2] for one in query.split("&")] if query else []
    left = [(unquote_plus(name), raw) for name, raw in pairs]
    for parameter, value in _given(call, "query"):
        if parameter.is_object and isinstance(value, dict):
            yield from _object_faults(parameter, value, left)
            continue
        mine = [raw for name, raw in left if name == parameter.name]
        if parameter.reserved and any("%2F" in raw or "%3A" in raw for raw in mine):
            yield f"the query parameter {parameter.name} is escaped, which it must not be (allowReserved)"
        left = [pair for pair in left if pair[0] != parameter.name]
        if parameter.separator is None or not isinstance(value, list):
            got = [unquote_plus(raw) for raw in mine]
        elif parameter.separator == ",":
            got = [unquote_plus(part) for raw in mine for part in raw.split(",")]
        else:
            got = [part for raw in mine for part in unquote_plus(raw).split(parameter.separator)]
        yield from _differ(f"the query parameter {parameter.name}", got, value)
    if left:
        yield f"the query has {', '.join(sorted({name for name, _ in left}))} besides"


def _object_faults(parameter: ParameterPlan, value: Mapping[str, Json], left: list[tuple[str, str]]) -> Iterator[str]:
    if parameter.separator is not None:
        raw = [one for name, one in left if name == parameter.name]
        left[:] = [pair for pair in left if pair[0] != parameter.name]
        got = [unquote_plus(part) for one in raw for part in one.split(",")]
        yield from _differ(
            f"the query parameter {parameter.name}", got, [part for pair in value.items() for part in pair]
        )
        return
    for key, member in value.items():
        name = f"{parameter.name}[{key}]" if parameter.brackets else key
        got = [unquote_plus(raw) for found, raw in left if found == name]
        left[:] = [pair for pair in left if pair[0] != name]
        yield from _differ(f"the query parameter {name}", got, member)


def _header_faults(call: Call, headers: Mapping[str, str]) -> Iterator[str]:
    for parameter, value in _given(call, "header"):
        raw = headers.get(parameter.name.lower())
        if raw is None:
            yield f"the header {parameter.name} is missing"
            continue
        got = [one.strip() for one in raw.split(",")] if isinstance(value, list) else [raw]
        yield from _differ(f"the header {parameter.name}", got, value)
    for parameter in call.plan.at("header"):
        if ("header", parameter.name) not in call.values and parameter.name.lower() in headers:
            yield f"the header {parameter.name} is there without being given"


def _body_faults(call: Call, content_type: str, content: bytes) -> Iterator[str]:
    plan = call.plan.body
    if plan is None or call.body is None:
        if content:
            yield "there is a body, and none was given"
        return
    kind = content_type.partition(";")[0].strip().lower()
    if kind != plan.content_type.partition(";")[0].strip().lower():
        yield f"the body is sent as {kind or 'nothing'}, not as {plan.content_type}"
        return
    got: Json
    match plan.format:
        case "json":
            got = json.loads(content)
            if not _same(got, call.body):
                yield f"the body is {_brief(got)}, not {_brief(call.body)}"
            return
        case "form":
            got = _collected(parse_qsl(content.decode(), keep_blank_values=True), call.body)
        case "multipart":
            yield from _part_faults(content_type, content, dict(plan.part_types))
            got = _collected(_parts(content_type, content), call.body)
        case _:
            got = content.decode()
    if not _same_texts(got, call.body):
        yield f"the body is {_brief(got)}, not {_brief(call.body)}"


def _part_faults(content_type: str, content: bytes, kinds: Mapping[str, str]) -> Iterator[str]:
    for part in _messages(content_type, content):
        name = str(part.get_param("name", header="content-disposition"))
        if name in kinds and part.get_content_type() != kinds[name]:
            yield f"the part {name} is sent as {part.get_content_type()}, not as {kinds[name]}"


def _parts(content_type: str, content: bytes) -> Iterator[tuple[str, str]]:
    for part in _messages(content_type, content):
        payload = part.get_payload(decode=True)
        name = part.get_param("name", header="content-disposition")
        yield str(name), payload.decode() if isinstance(payload, bytes) else ""


def _messages(content_type: str, content: bytes) -> Iterator[EmailMessage]:
    head = f"content-type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + content)
    if not message.is_multipart():
        if content.startswith(b"--") and content.rstrip().endswith(b"--"):
            return  # a body without a part
        raise ValueError("it is not of several parts")
    for part in message.iter_parts():
        if isinstance(part, EmailMessage):
            yield part


def _collected(pairs: "Iterator[tuple[str, str]] | list[tuple[str, str]]", meant: Json) -> Json:
    found: dict[str, list[Json]] = {}
    for name, text in pairs:
        found.setdefault(name, []).append(text)
    shape = meant if isinstance(meant, dict) else {}
    return {name: list(texts) if isinstance(shape.get(name), list) else texts[0] for name, texts in found.items()}


def _differ(what: str, got: list[str], meant: Json) -> Iterator[str]:
    wanted = meant if isinstance(meant, list) else [meant]
    if len(got) != len(wanted) or not all(_same_text(one, other) for one, other in zip(got, wanted, strict=True)):
        yield f"{what} is {_brief(list(got)) if got else 'missing'}, not {_brief(meant)}"


def _same(got: Json, meant: Json) -> bool:
    """Whether two values are the same, fields that are null aside, and times by their instant."""
    if isinstance(meant, dict):
        if not isinstance(got, dict):
            return False
        told = {key: value for key, value in meant.items() if value is not None}
        arrived = {key for key, value in got.items() if value is not None or key not in meant}
        return arrived == told.keys() and all(_same(got[key], value) for key, value in told.items())
    if isinstance(meant, list):
        return isinstance(got, list) and len(got) == len(meant) and all(map(_same, got, meant))
    if isinstance(got, bool) or isinstance(meant, bool):
        return got is meant
    return got == meant or _same_instant(got, meant)


def _same_texts(got: Json, meant: Json) -> bool:
    """The same, where all values arrive as text."""
    if isinstance(meant, dict):
        if isinstance(got, str):
            return _same(json.loads(got), meant)
        told = {key: value for key, value in meant.items() if value is not None and value != []}
        return (
            isinstance(got, dict) and got.keys() == told.keys() and all(_same_texts(got[k], v) for k, v in told.items())
        )
    if isinstance(meant, list):
        return isinstance(got, list) and len(got) == len(meant) and all(map(_same_texts, got, meant))
    return isinstance(got, str) and _same_text(got, meant)


def _same_text(got: str, meant: Json) -> bool:
    if isinstance(meant, bool) or meant is None:
        return got == json.dumps(meant)
    if isinstance(meant, str):
        return got == meant or _same_instant(got, meant)
    if isinstance(meant, int | float):
        return re.fullmatch(r"-?\d+(\.\d+)?", got) is not None and float(got) == meant
    return False


def _same_instant(got: Json, meant: Json) -> bool:
    if not isinstance(got, str) or not isinstance(meant, str) or not re.match(r"\d{4}-\d\d-\d\dT", meant):
        return False
    try:
        return datetime.fromisoformat(got) == datetime.fromisoformat(meant)
    except ValueError:
        return False


def _brief(value: Json) -> str:
    text = json.dumps(value)
    return text if len(text) <= 200 else f"{text[:200]}..."  # noqa: PLR2004 - what a sentence can hold
