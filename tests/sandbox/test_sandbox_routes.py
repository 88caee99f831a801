import httpx
import pytest

from tests.sandbox.sandbox_in_process import BASE_URL, error_of, wrap


def create(api: httpx.Client, alias: str = "new route", route_type: str = "host", value: str = "a.example.com") -> str:
    answer = api.post("/v2/routes", json=wrap("route", alias=alias, route_type=route_type, value=value))
    assert answer.status_code == 201
    id_: str = answer.json()["data"]["id"]
    return id_


def test_a_new_account_has_the_built_in_route(api: httpx.Client) -> None:
    (route,) = api.get("/v2/routes").json()["data"]
    assert route == {
        "attributes": {"route_type": "sip-reg", "alias": "sip-reg", "value": None, "edge_strategy_id": None},
        "type": "route",
        "id": "0",
        "links": {"self": f"{BASE_URL}/v2/routes/0"},
    }


def test_the_link_of_a_new_route_lacks_the_version_and_the_list_s_has_it(api: httpx.Client) -> None:
    body = api.post("/v2/routes", json=wrap("route", alias="a", route_type="host", value="a.example:5060")).json()
    id_ = body["data"]["id"]
    assert isinstance(id_, str)
    assert body["links"] == body["data"]["links"] == {"self": f"{BASE_URL}/routes/{id_}"}
    listed = api.get("/v2/routes").json()["data"]
    assert [item["id"] for item in listed] == ["0", id_]
    assert listed[1]["links"] == {"self": f"{BASE_URL}/v2/routes/{id_}"}
    attributes = {"route_type": "host", "alias": "a", "value": "a.example:5060", "edge_strategy_id": None}
    assert listed[1]["attributes"] == attributes


@pytest.mark.parametrize(
    ("route_type", "value"),
    [
        ("host", "il775u.sonsofodin.com"),
        ("host", "192.0.2.1:5060"),
        ("host", "a.example;weight=10"),
        ("number", "12065551212"),
        ("number", "12065551212;weight=5"),
        ("uri", "sip:user@example.com"),
        ("uri", "sips:user@example.com:5061;transport=tls;weight=2"),
    ],
)
def test_values_that_fit_their_type_are_accepted(api: httpx.Client, route_type: str, value: str) -> None:
    create(api, route_type=route_type, value=value)


@pytest.mark.parametrize(
    ("attributes", "fault"),
    [
        ({"route_type": "host", "value": "a.example"}, "alias"),
        ({"alias": "a", "value": "a.example"}, "route_type"),
        ({"alias": "a", "route_type": "host"}, "value"),
        ({"alias": 1, "route_type": "host", "value": "a.example"}, "alias"),
        ({"alias": "a", "route_type": "HOST", "value": "a.example"}, "route_type"),
        ({"alias": "a", "route_type": "sip-reg", "value": "a"}, "route_type"),
        ({"alias": "a", "route_type": "number", "value": "2065551212"}, "value"),
        ({"alias": "a", "route_type": "host", "value": "not a host"}, "value"),
        ({"alias": "a", "route_type": "uri", "value": "user@example.com"}, "value"),
        ({"alias": "a", "route_type": "uri", "value": "sip:u@example.com;transport=pigeon"}, "value"),
        ({"alias": "a", "route_type": "host", "value": "a.example", "edge_strategy_id": 3}, "edge_strategy_id"),
    ],
)
def test_attributes_that_break_a_rule_are_named(api: httpx.Client, attributes: dict[str, object], fault: str) -> None:
    answer = api.post("/v2/routes", json=wrap("route", **attributes))
    assert answer.status_code == 422
    assert list(error_of(answer)["detail"]["data"]["attributes"]) == [fault]
    assert list(error_of(api.post("/v2/routes", json=attributes))["detail"]) == [fault]
    assert len(api.get("/v2/routes").json()["data"]) == 1


def test_a_body_without_attributes_is_refused(api: httpx.Client) -> None:
    bodies: list[dict[str, object]] = [{"data": None}, {"data": {"type": "route"}}, {"data": {"attributes": []}}]
    for body in bodies:
        assert error_of(api.post("/v2/routes", json=body))["status"] == 422


def test_an_alias_is_given_once(api: httpx.Client) -> None:
    create(api, alias="a")
    answer = api.post("/v2/routes", json=wrap("route", alias="a", route_type="host", value="b.example"))
    assert (answer.status_code, error_of(answer)["status"]) == (403, 403)
    assert (
        api.post("/v2/routes", json=wrap("route", alias="sip-reg", route_type="host", value="b.example")).status_code
        == 403
    )


def test_routes_are_listed_by_type(api: httpx.Client) -> None:
    create(api, alias="h")
    number = create(api, alias="n", route_type="number", value="12065551212")
    page = api.get("/v2/routes?route_type=number").json()
    assert [item["id"] for item in page["data"]] == [number]
    assert page["links"]["self"] == f"{BASE_URL}/v2/routes?route_type=number&limit=10&offset=0"
    assert api.get("/v2/routes?route_type=Number").status_code == 422


@pytest.mark.parametrize("which", ["primary_route", "failover_route"])
def test_a_number_s_routes_are_set_and_removed(api: httpx.Client, number: str, which: str) -> None:
    route = create(api)
    path = f"/v2/numbers/{number}/relationships/{which}"
    answer = api.patch(path, json={"data": {"type": "route", "id": route}})
    assert (answer.status_code, answer.content) == (204, b"")
    relationships = api.get(f"/v2/numbers/{number}").json()["data"]["relationships"]
    assert relationships[which] == {"data": {"type": "route", "id": route}}
    assert api.delete(path).status_code == 204
    assert api.get(f"/v2/numbers/{number}").json()["data"]["relationships"][which] == {"data": None}


@pytest.mark.parametrize("which", ["primary_route", "failover_route"])
def test_only_routes_and_numbers_of_the_account_can_be_joined(api: httpx.Client, number: str, which: str) -> None:
    path = f"/v2/numbers/{number}/relationships/{which}"
    assert api.patch(path, json={"data": {"type": "route", "id": "99"}}).status_code == 404
    assert api.patch(path, json={}).status_code == 422
    assert api.patch(path, json={"data": {"type": "route"}}).status_code == 422
    other = f"/v2/numbers/12065550100/relationships/{which}"
    assert api.patch(other, json={"data": {"type": "route", "id": "0"}}).status_code == 404
    assert api.delete(other).status_code == 404


def test_a_route_in_use_cannot_be_deleted(api: httpx.Client, number: str) -> None:
    route = create(api)
    path = f"/v2/numbers/{number}/relationships/failover_route"
    api.patch(path, json={"data": {"type": "route", "id": route}})
    refusal = error_of(api.delete(f"/v2/routes/{route}"))
    assert refusal["title"] == "This Route has numbers still associated to it."
    assert refusal["detail"] == "Please disassociate all numbers before deleting."
    api.delete(path)
    assert api.delete(f"/v2/routes/{route}").status_code == 204
    assert api.delete(f"/v2/routes/{route}").status_code == 404


def test_a_route_s_attributes_can_be_changed_one_by_one(api: httpx.Client) -> None:
    route = create(api, alias="a")
    create(api, alias="b")
    changed = api.patch(f"/v2/routes/{route}", json=wrap("route", value="c.example", edge_strategy_id=2))
    assert changed.status_code == 200
    assert changed.json()["data"]["attributes"] == {
        "route_type": "host",
        "alias": "a",
        "value": "c.example",
        "edge_strategy_id": 2,
    }
    assert api.patch(f"/v2/routes/{route}", json=wrap("route", alias="b")).status_code == 403
    assert api.patch(f"/v2/routes/{route}", json=wrap("route", alias="a")).status_code == 200
    assert api.patch(f"/v2/routes/{route}", json=wrap("route", route_type="number")).status_code == 422
    assert api.patch("/v2/routes/99", json=wrap("route", alias="c")).status_code == 404


def test_the_built_in_route_stays(api: httpx.Client) -> None:
    for answer in (api.delete("/v2/routes/0"), api.patch("/v2/routes/0", json=wrap("route", alias="x"))):
        assert answer.status_code == 403
        assert answer.json() == {"errors": [{"detail": "", "status": 403, "title": "ActionNotAuthorizedError"}]}


def test_edge_strategies_have_integer_ids(api: httpx.Client) -> None:
    assert [item["id"] for item in api.get("/v2/routes/edge_strategies").json()["data"]] == [2, 4]
