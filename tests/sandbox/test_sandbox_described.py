"""Answers of the sandbox to operations that it has no handler for."""

import json

from flowroute_async.sandbox import described, endpoints
from flowroute_async.sandbox.call import Call

ANSWERS = json.dumps(
    [
        {
            "operation": "get_order",
            "method": "GET",
            "path": "/v2/orders/{order-id}",
            "status": 200,
            "content_type": "application/vnd.api+json",
            "body": {"data": {"id": "1", "type": "order"}},
            "expected_id": "order-id",
        },
        {
            "operation": "delete_order",
            "method": "DELETE",
            "path": "/v2/orders/{order-id}",
            "status": 204,
            "content_type": "application/json",
            "body": None,
            "expected_id": None,
        },
    ]
)


def call(operation: described.Described, path: str) -> Call:
    found = operation.path.fullmatch(path)
    assert found is not None
    name = operation.handler.__name__
    return Call(operation=name, base_url="", path=path, ids=found.groupdict(), query={})


def test_an_operation_of_the_description_is_answered_about_what_was_asked_and_marked_as_inferred() -> None:
    get, delete = described.operations(ANSWERS)
    assert (get.method, get.handler.__name__) == ("GET", "get_order")
    reply = get.handler(None, call(get, "/v2/orders/7"))  # type: ignore[arg-type] # no account is looked at
    assert (reply.status, json.loads(reply.body)["data"]["id"]) == (200, "7")
    assert described.MARK in reply.headers
    gone = delete.handler(None, call(delete, "/v2/orders/7"))  # type: ignore[arg-type] # no account is looked at
    assert (gone.status, gone.body) == (204, b"")


def test_nothing_is_inferred_where_there_is_a_handler() -> None:
    handled = {(one.method, one.path.pattern) for one in endpoints._HANDLED}
    assert [one for one in described.operations() if (one.method, one.path.pattern) in handled] == []
