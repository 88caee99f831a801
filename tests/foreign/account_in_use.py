"""The account that foreign requests meet: a number, a route, an address and an approved name."""

from dataclasses import dataclass

import httpx

from flowroute_async.sandbox import Sandbox
from tests.patience import HANGS_AFTER

NUMBER = "12063690174"
KEYS = ("sandbox", "sandbox")
ADDRESS = {
    "label": "Office",
    "first_name": "Janet",
    "last_name": "Doe",
    "street_number": "3910",
    "street_name": "N Vassault",
    "city": "Tacoma",
    "state": "WA",
    "country": "US",
    "zip": "98407",
}


@dataclass(frozen=True)
class AccountInUse:
    """A served sandbox, and the ids of what its account has."""

    sandbox: Sandbox
    url: str
    route: str
    address: str
    name: str


def begin_anew(sandbox: Sandbox, url: str) -> AccountInUse:
    """Forget what was, and give the account what the vendor's samples take for granted."""
    sandbox.control.reset()
    control = sandbox.control
    control.perform("POST", f"/v2/numbers/{NUMBER}")

    def created(path: str, **attributes: str) -> str:
        data = control.perform("POST", path, attributes=attributes)["data"]
        assert isinstance(data, dict)
        return str(data["id"])

    route = created("/v2/routes", alias="office", route_type="host", value="pbx.example.com")
    address = created("/v2/e911s", **ADDRESS)
    name = created("/v2/cnams", value="OFFICE")
    control.approve_cnam(name)
    control.perform("PATCH", f"/v2/numbers/{NUMBER}/relationships/cnams/{name}")
    return AccountInUse(sandbox, url, route, address, name)


def client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, auth=KEYS, trust_env=False, timeout=HANGS_AFTER)
