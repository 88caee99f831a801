"""A life of an account that meets every operation with a handler, each answer judged by openapi-core."""

import re
from typing import Any

import httpx
import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from flowroute_async.sandbox import Sandbox, SandboxClock
from flowroute_async.sandbox.described import SENTENCE as FROM_THE_DESCRIPTION
from flowroute_async.sandbox.endpoints import ENDPOINTS
from tests.described_calls import DESCRIPTION
from tests.sandbox.sandbox_in_process import ADDRESS, client_of, for_sale, wrap

HOST = "https://api.flowroute.com"
TO = "12065550199"
METHODS = ("get", "post", "put", "patch", "delete")
HANDLERS = {endpoint.operation for endpoint in ENDPOINTS if endpoint.inferred != FROM_THE_DESCRIPTION}
ORDER = {
    "numbers": ["+12065550123", "+12065550124"],
    "billing_name": "Janet Doe",
    "street": "3910 N Vassault",
    "city": "Tacoma",
    "state": "WA",
    "zip": "98407",
    "country": "US",
    "provider": "Other Carrier",
    "usage_type": "residential",
}


class Judge:
    """A client that has every answer judged, and remembers which operations succeeded."""

    def __init__(self, api: httpx.Client) -> None:
        self._api = api
        self._judge = OpenAPI.from_dict(DESCRIPTION)
        self.succeeded: set[str] = set()

    def __call__(self, method: str, path: str, expected: int, body: object = None, **query: str | int) -> Any:
        answer = self._api.request(method, path, json=body, params=query or None)
        assert answer.status_code == expected, answer.text
        content_type = answer.headers.get("content-type", "")
        request = MockRequest(HOST, method.lower(), path, args={name: str(value) for name, value in query.items()})
        response = MockResponse(answer.content, answer.status_code, content_type=content_type)
        found = self._judge.unmarshal_response(request, response)
        found.raise_for_errors()
        if answer.is_success:
            self.succeeded.add(f"{method} {template_of(path)}")
        return answer.json() if answer.content else None


def template_of(path: str) -> str:
    """Return the document's path that a path is of: of two, the one with fewer variable parts."""
    fitting: list[str] = [one for one in DESCRIPTION["paths"] if re.fullmatch(re.sub(r"{[^}]+}", "[^/]+", one), path)]
    return min(fitting, key=lambda one: one.count("{") * 100 - len(one))


@pytest.mark.parametrize("shape", ["2018", "today"])
def test_every_operation_with_a_handler_succeeds_and_answers_as_described(shape: str) -> None:
    sandbox = Sandbox(numbers=4_000, clock=SandboxClock.frozen(), sms_rate=None, mms_rate=None, shape=shape)  # type: ignore[arg-type] # a text
    with client_of(sandbox) as api:
        ask = Judge(api)
        _live(ask, api, sandbox)
    wanted = {
        f"{method.upper()} {path}"
        for path, item in DESCRIPTION["paths"].items()
        for method in METHODS
        if method in item and item[method]["operationId"].removesuffix("_v2_2") in HANDLERS
    }
    assert wanted - ask.succeeded == set()
    sandbox.close()


def _live(ask: Judge, api: httpx.Client, sandbox: Sandbox) -> None:
    number, other = for_sale(api, starts_with=206, limit=2)
    _buy(ask, sandbox, number, other)
    _route(ask, number)
    _name_and_address(ask, sandbox, number)
    _text(ask, sandbox, number)
    _port(ask, sandbox)
    _export(ask, sandbox, number)
    ask("DELETE", f"/v2/numbers/{number}", 204)
    ask("GET", f"/v2/numbers/{number}", 404)


def _buy(ask: Judge, sandbox: Sandbox, number: str, other: str) -> None:
    ask("GET", "/v2/numbers/available", 200, starts_with="206", limit=3)
    ask("GET", "/v2/numbers/available/areacodes", 200, max_setup_cost=1)
    ask("GET", "/v2/numbers/available/exchanges", 200, areacode=206)
    ask("GET", "/v2/numbers/available/tiers", 200)
    ask("POST", f"/v2/numbers/{number}", 201, {"messaging_enabled": True, "cnam_lookups_enabled": False})
    sandbox.control.set_options(provisioning_down=True)
    ask("POST", f"/v2/numbers/{other}", 207, {"messaging_enabled": True})
    ask("PATCH", f"/v2/numbers/{other}", 207, {"type": "number", "messaging_enabled": True})
    sandbox.control.set_options(provisioning_down=False)
    task = ask("POST", "/v2/message-provision", 201, {"numbers": [other], "action": "enable"})["data"]["id"]
    ask("GET", f"/v2/message-provision/status/{task}", 200)
    both = ask("POST", "/v2/message-provision", 201, {"numbers": [number, other], "action": "enable"})["data"]["id"]
    sandbox.control.advance(1)
    ask("GET", f"/v2/message-provision/status/{both}", 200)
    ask("PATCH", f"/v2/numbers/{number}", 200, {"type": "number", "alias": "Front desk"})
    ask("GET", f"/v2/numbers/{number}", 200)
    ask("GET", "/v2/numbers", 200, contains="06")
    for kind in ("sms", "mms", "sms_dlr", "mms_dlr", "dlr"):
        path = f"/v2/numbers/{number}/relationships/{kind}_callback"
        ask("POST", path, 204, {"callback_url": "http://127.0.0.1:9/"})
        ask("GET", path, 200)
        ask("DELETE", path, 204)
        ask("GET", path, 404)


def _route(ask: Judge, number: str) -> None:
    route = ask("POST", "/v2/routes", 201, wrap("route", alias="a", route_type="host", value="a.example"))
    id_ = route["data"]["id"]
    ask("PATCH", f"/v2/routes/{id_}", 200, wrap("route", alias="b", edge_strategy_id=2))
    ask("GET", "/v2/routes", 200)
    ask("GET", "/v2/routes/edge_strategies", 200)
    for name in ("primary_route", "failover_route"):
        path = f"/v2/numbers/{number}/relationships/{name}"
        ask("PATCH", path, 204, {"data": {"type": "route", "id": id_}})
        ask("DELETE", f"/v2/routes/{id_}", 403)
        ask("GET", f"/v2/numbers/{number}", 200)
        ask("DELETE", path, 204)
    ask("GET", f"/v2/numbers/{number}", 200)
    ask("DELETE", f"/v2/routes/{id_}", 204)


def _name_and_address(ask: Judge, sandbox: Sandbox, number: str) -> None:
    ask("POST", "/v2/e911s/validate", 204, wrap("e911", **ADDRESS))
    ask("POST", "/v2/e911s/validate", 422, wrap("e911", **(ADDRESS | {"zip": "1"})))
    address = ask("POST", "/v2/e911s", 201, wrap("e911", **ADDRESS))["data"]["id"]
    ask("GET", f"/v2/e911s/{address}", 200)
    ask("PATCH", f"/v2/e911s/{address}", 200, wrap("e911", label="Hut"))
    ask("GET", "/v2/e911s", 200, state="WA")
    ask("PATCH", f"/v2/numbers/{number}/relationships/e911s/{address}", 204)
    ask("GET", f"/v2/e911s/{address}/relationships/numbers", 200)
    name = ask("POST", "/v2/cnams", 201, {"value": "Acme"})["data"]["id"]
    ask("POST", "/v2/cnams", 422, {"value": "Acme"})
    ask("PATCH", f"/v2/cnams/{name}", 200, wrap("cnam", value="Acme 2"))
    ask("GET", "/v2/cnams", 200, is_approved="false")
    sandbox.control.approve_cnam(name)
    ask("PATCH", f"/v2/numbers/{number}/relationships/cnams/{name}", 202)
    ask("GET", f"/v2/cnams/{name}", 200)
    ask("GET", f"/v2/numbers/{number}", 200)
    ask("DELETE", f"/v2/numbers/{number}/relationships/cnams", 202)
    ask("DELETE", f"/v2/cnams/{name}", 204)
    ask("DELETE", f"/v2/cnams/{name}", 404)
    ask("DELETE", f"/v2/numbers/{number}/relationships/e911s", 204)
    ask("DELETE", f"/v2/e911s/{address}", 204)


def _text(ask: Judge, sandbox: Sandbox, number: str) -> None:
    sandbox.control.receive_message(from_=TO, to=number, body=None, media_urls=["https://media.example/a.png"])
    for version in ("v2.1", "v2.2"):
        sms = {"from": number, "to": TO, "body": "hello"}
        sent = ask("POST", f"/{version}/messages", 202, sms)["data"]["id"]
        ask("POST", f"/{version}/messages", 202, sms | {"media_urls": ["https://media.example/b.png"]})
        ask("POST", f"/{version}/messages", 422, {"from": number})
        ask("POST", f"/{version}/messages", 403, sms | {"from": TO})
        ask("GET", f"/{version}/messages/{sent}", 200)
        ask("GET", f"/{version}/messages", 200, start_date="2023-12-31", limit=2)
        for kind in ("sms", "mms", "sms_dlr", "mms_dlr", "dlr"):
            path = f"/{version}/messages/{kind}_callback"
            ask("PUT", path, 204, {"callback_url": "http://127.0.0.1:9/"})
            ask("GET", path, 200)
            ask("DELETE", path, 204)


def _port(ask: Judge, sandbox: Sandbox) -> None:
    ask("GET", "/v2/portorders", 404)
    ask("POST", "/v2/portorders/portability", 200, {"numbers": ["+12065550123", "+12265550100"]})
    group = ask("POST", "/v2/portorders", 201, wrap("portorder", **ORDER))["data"]
    order = group["attributes"]["orders"]["data"][0]["id"]
    path = f"/v2/portorders/{order}"
    ask("GET", "/v2/portorders", 200)
    ask("GET", path, 200)
    ask("PATCH", path, 200, wrap("portorder", company="Acme", presets={"primary_route_id": "0"}))
    ask("DELETE", f"{path}/presets/primary_route_id", 200)
    ask("PATCH", f"{path}/relationships/numbers", 200, {"add": ["+12065550125"], "remove": []})
    ask("POST", f"/v2/portorders/{group['id']}/numbers", 200, {"add": ["+12065550126"]})
    ask("POST", f"{path}/upload_file", 200, {"filename": "bill.pdf"})
    ask("POST", f"{path}/files", 200, {"url": "https://example.com/b.pdf"})
    ask("GET", f"{path}/files/0", 200)
    letter = ask("GET", f"{path}/loa", 200)["data"]["attributes"]
    signed = letter | {"signature_name": "Janet Doe", "signature_title": "Owner"}
    ask("POST", f"{path}/loa", 201, {"data": {"type": "loa", "attributes": signed}})
    ask("PATCH", path, 403, wrap("portorder", company="Other"))
    sandbox.control.move_port_order(order, "rejected", "No.")
    ask("GET", path, 200)
    ask("PATCH", f"{path}/status", 200, wrap("portorder", status="cancelled"))
    ask("GET", f"{path}/status", 200)


def _export(ask: Judge, sandbox: Sandbox, number: str) -> None:
    sandbox.control.add_call(from_=number, to=TO, duration=61)
    span = {"start_call_start_time": "2023-12-31 00:00:00", "start_call_end_time": "2024-01-02 00:00:00"}
    body = wrap("cdrexport", filter_parameters=span | {"number_aliases": ["Front desk"]})
    export = ask("POST", "/v2/cdrs/exports", 201, body)["data"]["id"]
    ask("GET", f"/v2/cdrs/exports/{export}", 200)
    sandbox.control.advance(1)
    ask("GET", f"/v2/cdrs/exports/{export}", 200)
    ask("GET", "/v2/cdrs/exports", 200, status="completed")
