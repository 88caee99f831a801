"""The documents of a port order: sent to the store beside the API, or fetched from an address."""

from base64 import b64decode, b64encode
from datetime import timedelta
from mimetypes import guess_type
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, urlsplit

from flowroute_async.sandbox import port_states, storage
from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.call import Call, Reply
from flowroute_async.sandbox.callbacks import is_url
from flowroute_async.sandbox.errors import ApiError, not_found
from flowroute_async.sandbox.records import PortFile, PortOrder

FOLDER = "/flowroute-portorders"
"""Where the documents are, in the store."""

_PLACEHOLDER = b"%PDF-1.4 a document of another server"
_LIFE = 3600.0  # inferred: how long an address of a document can be used


def create_port_order_upload(account: Account, call: Call) -> Reply:
    """Return an address to which a document can be sent."""
    order = _changeable(account, call)
    name = call.attributes.get("filename")
    if not isinstance(name, str) or not name.strip():
        raise call.rejected({"filename": "Missing data for required field."})
    file = add(account, order, name=PurePosixPath(name).name)
    account.count(call.operation, order.id)
    address = _address(account, call, file, "PUT")
    return Reply.json(200, {"data": address | {"id": int(_number(file))}})


def add_port_order_file(account: Account, call: Call) -> Reply:
    """Add a document that lies elsewhere; the sandbox fetches nothing, and has a page of its own in its place."""
    order = _changeable(account, call)
    url = call.attributes.get("url")
    if not isinstance(url, str) or not is_url(url):
        raise call.rejected({"url": "Not a valid URL."})
    file = add_fetched(account, order, url)
    account.count(call.operation, order.id)
    attributes = {
        "filename": file.name,
        "file": _path(file),
        "original_url": url,
        "status": "complete",
    }
    return Reply.json(200, {"data": {"type": "portorder-file", "id": _number(file), "attributes": attributes}})


def get_port_order_file(account: Account, call: Call) -> Reply:
    """Return an address from which a document can be fetched."""
    file = account.port_files.get(f"{call.ids['order']}/{call.ids['file']}")
    if file is None:
        raise not_found()
    return Reply.json(200, {"data": _address(account, call, file, "GET") | {"id": _number(file)}})


def put_stored_document(account: Account, call: Call) -> Reply:
    """Store the bytes of a document."""
    file = account.port_files.get(f"{call.ids['order']}/{call.ids['file']}")
    if file is None:
        return storage.missing()
    account.port_files.put(PortFile(file.id, file.order, file.name, content=b64encode(call.content).decode()))
    account.count(call.operation, file.id)
    return Reply(200)


def get_stored_document(account: Account, call: Call) -> Reply:
    """Return the bytes of a document, from the store."""
    file = account.port_files.get(f"{call.ids['order']}/{call.ids['file']}")
    if file is None or file.content is None:
        return storage.missing()
    kind = guess_type(file.name)[0] or "binary/octet-stream"
    return Reply(200, b64decode(file.content), {"content-type": kind})


def add(
    account: Account, order: PortOrder, *, name: str, original_url: str | None = None, content: bytes | None = None
) -> PortFile:
    """Add a document to an order; without content it waits for it."""
    count = len(account.port_files.where("order", order.id))
    kept = None if content is None else b64encode(content).decode()
    return account.port_files.put(PortFile(f"{order.id}/{count}", order.id, name, original_url, kept))


def add_fetched(account: Account, order: PortOrder, url: str) -> PortFile:
    """Add a document that lies elsewhere."""
    parts = urlsplit(url)
    name = dict(parse_qsl(parts.query)).get("filename") or PurePosixPath(parts.path).name or "document"
    return add(account, order, name=name, original_url=url, content=_PLACEHOLDER)


def listed(account: Account, call: Call, order: PortOrder) -> list[dict[str, object]]:
    """Write an order's documents as the order shows them, each in a list of its own."""
    return [
        {
            "data": [
                {
                    "attributes": {
                        "filename": file.original_url or file.name,
                        "status": "uploaded" if file.content is not None else "pending",
                    },
                    "id": _number(file),
                    "links": {"self": call.url(f"/v2/portorders/{order.id}/files/{_number(file)}")},
                    "type": "portorder-file",
                }
            ]
        }
        for file in account.port_files.where("order", order.id)
    ]


def _changeable(account: Account, call: Call) -> PortOrder:
    order = account.port_orders.get(call.ids["order"])
    if order is None:
        raise ApiError(404, "No such port order", "Resource not found")
    port_states.require(order, port_states.CHANGEABLE)
    return order


def _address(account: Account, call: Call, file: PortFile, method: str) -> dict[str, object]:
    expires = (account.clock.now() + timedelta(seconds=_LIFE)).isoformat()
    attributes = {"expires": expires, "url": storage.presigned(account, call, _path(file), _LIFE, method=method)}
    return {"type": "portorder-file-url", "attributes": attributes}


def _path(file: PortFile) -> str:
    return f"{FOLDER}/{file.id}"


def _number(file: PortFile) -> str:
    return file.id.partition("/")[2]
