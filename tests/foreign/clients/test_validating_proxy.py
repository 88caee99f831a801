"""Prism between clients and the sandbox: each request and each answer is held against the complete description."""

import os
import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from flowroute_async import FlowrouteClient
from flowroute_async.sandbox import Sandbox
from tests.foreign.account_in_use import KEYS, NUMBER, AccountInUse
from tests.foreign.clients.test_programs import STEPS, run

PROJECT = Path(__file__).parents[3]
PRISM = PROJECT / "build/foreign/node_modules/.bin/prism"


@pytest.fixture(scope="module")
def proxy(foreign_sandbox: tuple[Sandbox, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A proxy that refuses requests against the description, and answers against it too."""
    assert PRISM.exists(), "Prism is not installed: say make test-foreign, which installs it"
    log = tmp_path_factory.mktemp("prism") / "log"
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    description = str(PROJECT / "spec/flowroute.complete.yaml")
    line = [str(PRISM), "proxy", description, foreign_sandbox[1], "--port", str(port), "--errors", "-h", "127.0.0.1"]
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=output, text=True, env={**os.environ, "CI": "1"}
        )
        try:
            assert process.stdout is not None
            for said in process.stdout:
                output.write(said)
                if "is listening" in said:
                    break
            else:
                pytest.fail(f"Prism did not start: {log.read_text(encoding='utf-8')}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.communicate()


def test_a_program_that_keeps_to_the_description_runs_to_its_end(account: AccountInUse, proxy: str) -> None:
    assert run("node", proxy) == STEPS
    assert account.sandbox.control.requests()


def test_the_proxy_does_refuse_what_is_against_the_description(account: AccountInUse, proxy: str) -> None:
    with httpx.Client(base_url=proxy, auth=KEYS, trust_env=False) as api:
        wrong = api.patch(f"/v2/numbers/{NUMBER}/relationships/primary_route", json={"data": {"id": 5}})
        assert (wrong.status_code, "UNPROCESSABLE_ENTITY" in wrong.text) == (422, True)
        body = '{"data": {"id": 5}}'
        account.sandbox.control.add_fault(
            "list_cnam_records", status=200, body=body, headers={"content-type": "application/vnd.api+json"}
        )
        answer = api.get("/v2/cnams")
        assert (answer.status_code, "VIOLATIONS" in answer.text) == (500, True)


@pytest.mark.anyio
async def test_this_client_and_the_sandbox_keep_to_the_description(account: AccountInUse, proxy: str) -> None:
    async with FlowrouteClient(access_key=KEYS[0], secret_key=KEYS[1], base_url=proxy) as client:
        found = (await client.numbers.search(starts_with="206", state="WA", max_items=3)).items
        assert len(found) == 3
        assert (await client.numbers.area_codes(max_items=5)).items
        assert (await client.numbers.exchanges(areacode="206", max_items=5)).items
        number = await client.numbers.purchase(found[0])
        assert (await client.numbers.get(number)).id == number.id
        assert len((await client.numbers.list()).items) == 2
        route = await client.routes.create(alias="proxy", route_type="host", value="pbx.example.com")
        await client.routes.set_primary(number, route)
        await client.routes.set_failover(number, route)
        assert len((await client.routes.list()).items) == 3
        sent = await client.messages.send(from_=number, to="12065550123", body="Grüße 😀")
        assert (await client.messages.get(sent)).body == "Grüße 😀"
        assert len((await client.messages.list(start_date=datetime(2020, 1, 1, tzinfo=UTC))).items) == 1
        address = await client.e911.get(account.address)
        await client.e911.associate(number, address)
        assert len((await client.e911.list(state="WA")).items) == 1
        await client.e911.unassociate(number)
        name = await client.cnam.create("PROXY")
        assert (await client.cnam.get(name)).value == "PROXY"
        assert len((await client.cnam.list(is_approved=True)).items) == 1
        await client.cnam.delete(name)
    assert sum(account.sandbox.control.effects()["send_message"].values()) == 1
