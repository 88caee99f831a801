"""The rules of the account as models, compared with the sandbox over plain HTTP after every step."""

import string

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from flowroute_async.sandbox import Sandbox, SandboxClock
from tests.sandbox.sandbox_in_process import ADDRESS, client_of, error_of, for_sale, wrap

BOUNDED = settings(max_examples=15, stateful_step_count=20, deadline=None)


class Account(RuleBasedStateMachine):
    """A sandbox in process with three numbers, two of which can be bought for each model to work on."""

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = Sandbox(numbers=400, clock=SandboxClock.frozen(), sms_rate=None)
        self.api: httpx.Client = client_of(self.sandbox)
        self.candidates = for_sale(self.api, state="WA", limit=3)

    def teardown(self) -> None:
        self.api.close()
        self.sandbox.close()

    def ids(self, path: str) -> list[str]:
        return [item["id"] for item in self.api.get(path, params={"limit": 200}).json()["data"]]

    def related(self, number: str) -> dict[str, str | None]:
        relationships = self.api.get(f"/v2/numbers/{number}").json()["data"]["relationships"]
        return {name: value["data"] and value["data"]["id"] for name, value in relationships.items()}


class Purchases(Account):
    def __init__(self) -> None:
        super().__init__()
        self.owned: dict[str, str | None] = {}
        self.bought: dict[str, int] = {}

    @rule(index=st.integers(0, 2))
    def buy(self, index: int) -> None:
        number = self.candidates[index]
        answer = self.api.post(f"/v2/numbers/{number}")
        if number in self.owned:
            assert answer.status_code == 404
        else:
            assert answer.status_code == 201
            self.owned[number] = None
            self.bought[number] = self.bought.get(number, 0) + 1

    @rule(index=st.integers(0, 2), drop=st.sampled_from(["before", "after"]))
    def buy_without_an_answer(self, index: int, drop: str) -> None:
        number = self.candidates[index]
        self.sandbox.control.add_fault("purchase_number", drop=drop)
        with pytest.raises(httpx.RemoteProtocolError):
            self.api.post(f"/v2/numbers/{number}")
        if drop == "after" and number not in self.owned:
            self.owned[number] = None
            self.bought[number] = self.bought.get(number, 0) + 1

    @rule(index=st.integers(0, 2))
    def release(self, index: int) -> None:
        number = self.candidates[index]
        assert self.api.delete(f"/v2/numbers/{number}").status_code == (204 if number in self.owned else 404)
        self.owned.pop(number, None)

    @rule(index=st.integers(0, 2), alias=st.sampled_from(["Desk", "Door"]))
    def name(self, index: int, alias: str) -> None:
        number = self.candidates[index]
        status = self.api.patch(f"/v2/numbers/{number}", json={"alias": alias}).status_code
        assert status == (200 if number in self.owned else 404)
        if number in self.owned:
            self.owned[number] = alias

    @invariant()
    def a_number_is_for_sale_or_owned_and_never_both(self) -> None:
        assert self.ids("/v2/numbers") == sorted(self.owned)
        left = for_sale(self.api, state="WA", limit=200)
        assert [number for number in self.candidates if number not in left] == sorted(self.owned)

    @invariant()
    def every_purchase_is_counted_once(self) -> None:
        assert self.sandbox.control.effects().get("purchase_number", {}) == self.bought

    @invariant()
    def details_are_those_of_owned_numbers(self) -> None:
        for number in self.candidates:
            answer = self.api.get(f"/v2/numbers/{number}")
            assert answer.status_code == (200 if number in self.owned else 404)
            if number in self.owned:
                assert answer.json()["data"]["attributes"]["alias"] == self.owned[number]


class Routes(Account):
    routes: Bundle[str] = Bundle("routes")

    def __init__(self) -> None:
        super().__init__()
        self.aliases = {"0": "sip-reg"}
        self.used: dict[tuple[str, str], str | None] = {}

    @initialize()
    def own_two_numbers(self) -> None:
        for number in self.candidates[:2]:
            assert self.api.post(f"/v2/numbers/{number}").status_code == 201
            self.used |= {(number, "primary_route"): "0", (number, "failover_route"): None}

    @rule(target=routes, alias=st.sampled_from(["a", "b", "c", "sip-reg"]))
    def create(self, alias: str) -> str:
        body = wrap("route", alias=alias, route_type="host", value=f"{alias}.example")
        answer = self.api.post("/v2/routes", json=body)
        if alias in self.aliases.values():
            assert answer.status_code == 403
            return "0"
        assert answer.status_code == 201
        id_: str = answer.json()["data"]["id"]
        assert id_ not in self.aliases
        self.aliases[id_] = alias
        return id_

    @rule(route=routes, index=st.integers(0, 2), which=st.sampled_from(["primary_route", "failover_route"]))
    def choose(self, route: str, index: int, which: str) -> None:
        number = self.candidates[index]
        body = {"data": {"type": "route", "id": route}}
        answer = self.api.patch(f"/v2/numbers/{number}/relationships/{which}", json=body)
        possible = (number, which) in self.used and route in self.aliases
        assert answer.status_code == (204 if possible else 404)
        if possible:
            self.used[number, which] = route

    @rule(index=st.integers(0, 1), which=st.sampled_from(["primary_route", "failover_route"]))
    def remove(self, index: int, which: str) -> None:
        number = self.candidates[index]
        assert self.api.delete(f"/v2/numbers/{number}/relationships/{which}").status_code == 204
        self.used[number, which] = None

    @rule(route=routes, alias=st.sampled_from(["a", "b", "d"]))
    def rename(self, route: str, alias: str) -> None:
        answer = self.api.patch(f"/v2/routes/{route}", json=wrap("route", alias=alias))
        taken = any(other == alias and id_ != route for id_, other in self.aliases.items())
        expected = 404 if route not in self.aliases else 403 if route == "0" or taken else 200
        assert answer.status_code == expected
        if expected == 200:
            self.aliases[route] = alias

    @rule(route=routes)
    def delete(self, route: str) -> None:
        answer = self.api.delete(f"/v2/routes/{route}")
        in_use = route == "0" or route in self.used.values()
        expected = 404 if route not in self.aliases else 403 if in_use else 204
        assert answer.status_code == expected
        if expected == 204:
            del self.aliases[route]

    @invariant()
    def routes_and_their_use_are_as_modelled(self) -> None:
        listed = self.api.get("/v2/routes?limit=200").json()["data"]
        assert {item["id"]: item["attributes"]["alias"] for item in listed} == self.aliases
        assert listed[0]["id"] == "0"
        for (number, which), route in self.used.items():
            assert self.related(number)[which] == route


class Addresses(Account):
    addresses: Bundle[str] = Bundle("addresses")

    def __init__(self) -> None:
        super().__init__()
        self.labels: dict[str, str] = {}
        self.given: dict[str, str | None] = {}
        self.charged = 0

    @initialize()
    def own_two_numbers(self) -> None:
        for number in self.candidates[:2]:
            assert self.api.post(f"/v2/numbers/{number}").status_code == 201
            self.given[number] = None

    @rule(
        target=addresses,
        label=st.sampled_from(["Home", "Office", "Shed"]),
        zip_=st.text(string.digits, min_size=2, max_size=9),
        street=st.sampled_from(["N Vassault", "Nowhere Road"]),
    )
    def create(self, label: str, zip_: str, street: str) -> str:
        body = wrap("e911", **{**ADDRESS, "label": label, "zip": zip_, "street_name": street})
        valid = 422 if not 4 <= len(zip_) <= 7 else 400 if "Nowhere" in street else 204
        assert self.api.post("/v2/e911s/validate", json=body).status_code == valid
        answer = self.api.post("/v2/e911s", json=body)
        expected = valid if valid != 204 else 422 if label in self.labels.values() else 201
        assert answer.status_code == expected
        if expected != 201:
            return "none"
        id_: str = answer.json()["data"]["id"]
        self.labels[id_] = label
        return id_

    @rule(address=addresses, label=st.sampled_from(["Home", "Hut"]))
    def rename(self, address: str, label: str) -> None:
        answer = self.api.patch(f"/v2/e911s/{address}", json=wrap("e911", label=label))
        taken = any(other == label and id_ != address for id_, other in self.labels.items())
        expected = 404 if address not in self.labels else 422 if taken else 200
        assert answer.status_code == expected
        if expected == 200:
            self.labels[address] = label

    @rule(address=addresses, index=st.integers(0, 2))
    def associate(self, address: str, index: int) -> None:
        number = self.candidates[index]
        answer = self.api.patch(f"/v2/numbers/{number}/relationships/e911s/{address}")
        possible = number in self.given and address in self.labels
        assert answer.status_code == (204 if possible else 404)
        if possible and self.given[number] != address:
            self.given[number] = address
            self.charged += 1

    @rule(index=st.integers(0, 1))
    def unassociate(self, index: int) -> None:
        number = self.candidates[index]
        assert self.api.delete(f"/v2/numbers/{number}/relationships/e911s").status_code == 204
        self.given[number] = None

    @rule(address=addresses)
    def delete(self, address: str) -> None:
        answer = self.api.delete(f"/v2/e911s/{address}")
        expected = 404 if address not in self.labels else 403 if address in self.given.values() else 204
        assert answer.status_code == expected
        if expected == 204:
            del self.labels[address]

    @rule(index=st.integers(0, 1))
    def release_and_buy_again(self, index: int) -> None:
        number = self.candidates[index]
        assert self.api.delete(f"/v2/numbers/{number}").status_code == 204
        assert self.api.post(f"/v2/numbers/{number}").status_code == 201
        self.given[number] = None

    @invariant()
    def addresses_and_their_numbers_are_as_modelled(self) -> None:
        listed = self.api.get("/v2/e911s?limit=200").json()["data"]
        assert {item["id"]: item["attributes"]["label"] for item in listed} == self.labels
        for address in self.labels:
            numbers = sorted(number for number, given in self.given.items() if given == address)
            assert self.ids(f"/v2/e911s/{address}/relationships/numbers") == numbers
        for number, given in self.given.items():
            assert self.related(number)["e911_address"] == given

    @invariant()
    def an_association_is_charged_once(self) -> None:
        counts = self.sandbox.control.effects().get("associate_e911_address", {})
        assert sum(counts.values()) == self.charged


class Names(Account):
    names: Bundle[str] = Bundle("names")

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.approved: set[str] = set()
        self.shown: dict[str, str | None] = {}

    @initialize()
    def own_two_numbers(self) -> None:
        for number in self.candidates[:2]:
            assert self.api.post(f"/v2/numbers/{number}").status_code == 201
            self.shown[number] = None

    @rule(target=names, value=st.sampled_from(["Acme", "ACME", "Bob Law", "12345", "x" * 16, "Smith & Co"]))
    def create(self, value: str) -> str:
        answer = self.api.post("/v2/cnams", json={"value": value})
        good = 1 <= len(value) <= 15 and any(letter.isalpha() for letter in value)
        if not good or value.upper() in self.values.values():
            assert error_of(answer)["status"] == 422
            return "none"
        assert answer.status_code == 201
        id_: str = answer.json()["data"]["id"]
        self.values[id_] = value.upper()
        return id_

    @rule(name=names)
    def approve(self, name: str) -> None:
        if name in self.values:
            self.sandbox.control.approve_cnam(name)
            self.approved.add(name)

    @rule(name=names, value=st.sampled_from(["Zed", "Acme"]))
    def change(self, name: str, value: str) -> None:
        answer = self.api.patch(f"/v2/cnams/{name}", json=wrap("cnam", value=value))
        taken = any(other == value.upper() and id_ != name for id_, other in self.values.items())
        expected = 404 if name not in self.values else 422 if name in self.approved or taken else 200
        assert answer.status_code == expected
        if expected == 200:
            self.values[name] = value.upper()

    @rule(name=names, index=st.integers(0, 2), spelling=st.sampled_from(["cnam", "cnams"]))
    def associate(self, name: str, index: int, spelling: str) -> None:
        number = self.candidates[index]
        answer = self.api.patch(f"/v2/numbers/{number}/relationships/{spelling}/{name}")
        known = number in self.shown and name in self.values
        expected = 404 if not known else 202 if name in self.approved else 422
        assert answer.status_code == expected
        if expected == 202:
            assert answer.json()["data"]["id"] == int(name)
            self.shown[number] = name

    @rule(index=st.integers(0, 1), spelling=st.sampled_from(["cnam", "cnams"]))
    def unassociate(self, index: int, spelling: str) -> None:
        number = self.candidates[index]
        answer = self.api.delete(f"/v2/numbers/{number}/relationships/{spelling}")
        assert (answer.status_code, answer.json()["data"]["id"]) == (202, None)
        self.shown[number] = None

    @rule(name=consumes(names))
    def delete(self, name: str) -> None:
        answer = self.api.delete(f"/v2/cnams/{name}")
        assert answer.status_code == (204 if name in self.values else 404)
        self.values.pop(name, None)
        self.approved.discard(name)
        self.shown = {number: None if shown == name else shown for number, shown in self.shown.items()}

    @invariant()
    def names_and_their_numbers_are_as_modelled(self) -> None:
        listed = self.api.get("/v2/cnams?limit=200").json()["data"]
        assert {item["id"]: item["attributes"]["value"] for item in listed} == self.values
        assert {item["id"] for item in listed if item["attributes"]["is_approved"]} == self.approved
        for number, shown in self.shown.items():
            assert self.related(number)["cnam_preset"] == shown
        for name in self.approved:
            detail = self.api.get(f"/v2/cnams/{name}").json()["data"]
            numbers = {item["id"] for item in detail["relationships"]["numbers"]["data"]}
            assert numbers == {number for number, shown in self.shown.items() if shown == name}


TestPurchases = Purchases.TestCase
TestRoutes = Routes.TestCase
TestAddresses = Addresses.TestCase
TestNames = Names.TestCase
TestPurchases.settings = TestRoutes.settings = TestAddresses.settings = TestNames.settings = BOUNDED
