"""The secrets of a port order: kept for whoever asks for the order, and in no log and on no page of the sandbox."""

import re
from collections.abc import Iterator

import httpx
import pytest

from flowroute_async.sandbox import Sandbox, SandboxClock, running
from flowroute_async.sandbox.guard import ROOT

PIN, SSN, ACCOUNT = "canarypin71", "8675", "canaryaccount99"
SECRETS = {"pin": PIN, "last_4_ssn": SSN, "provider_account": ACCOUNT}
ORDER = {
    "numbers": ["+12065550100"],
    "billing_name": "Janet Doe",
    "street": "S",
    "city": "Tacoma",
    "state": "WA",
    "country": "US",
    "provider": "P",
    **SECRETS,
}


@pytest.fixture
def served() -> Iterator[tuple[Sandbox, str]]:
    sandbox = Sandbox(numbers=1000, clock=SandboxClock.frozen())
    with running(sandbox) as url:
        yield sandbox, url
    sandbox.close()


def test_the_sandbox_keeps_them_for_the_order_and_in_no_log_of_its_own(
    served: tuple[Sandbox, str], capfd: pytest.CaptureFixture[str]
) -> None:
    sandbox, url = served
    with httpx.Client(base_url=url, auth=("sandbox", "sandbox"), trust_env=False, timeout=60) as plain:
        made = plain.post("/v2/portorders", json={"data": {"type": "portorder", "attributes": ORDER}}).json()
        place = f"/v2/portorders/{made['data']['attributes']['orders']['data'][0]['id']}"
        plain.patch(place, json={"data": {"type": "portorder", "attributes": SECRETS}})
        kept = plain.get(place).json()["data"]["attributes"]
        assert {name: kept[name] for name in SECRETS} == SECRETS
        plain.patch(place, content=f'{{"data": {{"attributes": {{"pin": "{PIN}')
        plain.patch(place, data={"data[attributes][pin]": PIN, "last_4_ssn": SSN, "alias": "kept"})
    records = sandbox.control.requests()
    assert any('"pin":"***"' in record.body.replace(" ", "") for record in records)
    assert any("alias=kept" in record.body for record in records)
    answers = [sandbox.control.answer(record.number) for record in records]
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as plain:
        pages = [plain.get(f"{ROOT}/requests?show={record.number}").text for record in records]
    assert all("/v2/portorders" in page for page in pages)
    everything = f"{records!r} {answers!r} {pages!r} {capfd.readouterr()!r}"
    found = re.findall(rf"[^0-9a-f.-](?:{PIN}|{SSN}|{ACCOUNT})[^0-9a-f-]", everything)  # none that is a part of an id
    assert found == []
