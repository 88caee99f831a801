import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import anyio
import httpx
import pytest

from flowroute_async.sandbox import Sandbox, SandboxClock
from flowroute_async.sandbox.__main__ import main
from tests.sandbox.sandbox_in_process import ADDRESS, buy, client_of, wrap


def open_sandbox(state: Path, transport: httpx.AsyncBaseTransport | None = None) -> Sandbox:
    return Sandbox(
        numbers=4_000, provisioning_delay=0, clock=SandboxClock.frozen(), state=state, webhook_transport=transport
    )


def fill(sandbox: Sandbox) -> None:
    with client_of(sandbox) as api:
        number = buy(api, starts_with=206)
        released = buy(api, starts_with=206)
        api.delete(f"/v2/numbers/{released}")
        api.post("/v2/routes", json=wrap("route", alias="a", route_type="host", value="a.example", edge_strategy_id=2))
        address = api.post("/v2/e911s", json=wrap("e911", **ADDRESS)).json()["data"]["id"]
        api.patch(f"/v2/numbers/{number}/relationships/e911s/{address}")
        name = api.post("/v2/cnams", json={"value": "ACME"}).json()["data"]["id"]
        sandbox.control.approve_cnam(name)
        api.patch(f"/v2/numbers/{number}/relationships/cnams/{name}")
        sandbox.control.set_callback("sms_callback", "http://127.0.0.1:9/")
        sms = {"from": number, "to": "12065550199", "dlr_callback": "http://127.0.0.1:9/"}
        # Half a character, as JSON can write it and UTF-8 cannot.
        halved = api.post("/v2.1/messages", content=json.dumps(sms | {"body": "hi \ud83d"}))
        assert halved.status_code == 202
        assert api.get("/_sandbox/api/state").json()["messages"][0]["body"] == "hi \ud83d"
        api.post("/v2.1/messages", json=sms | {"media_urls": ["https://media.example/cat.png"]})
        api.put("/v2.1/messages/mms_callback", json={"callback_url": "https://hooks.example/"})
        sandbox.control.receive_message(from_="12065550111", to=number, body="hi")
        sandbox.control.set_balance(3.5)
        sandbox.control.advance(45)


def test_everything_is_there_again_after_a_restart(tmp_path: Path) -> None:
    first = open_sandbox(tmp_path / "state")
    fill(first)
    state, effects = first.control.state(), first.control.effects()
    first.close()
    second = open_sandbox(tmp_path / "state")
    assert second.control.state() == state
    assert second.control.effects() == effects
    with client_of(second) as api:
        before = {record["id"] for record in api.get("/_sandbox/api/state").json()["routes"]}
        created = api.post("/v2/routes", json=wrap("route", alias="b", route_type="host", value="b.example")).json()
        assert created["data"]["id"] not in before
    second.close()


def test_what_was_answered_is_in_the_file_before_the_sandbox_is_closed(tmp_path: Path) -> None:
    first = open_sandbox(tmp_path / "state")
    fill(first)
    with client_of(first) as api:
        assert api.post("/v2/cnams", json={"value": "LAST"}).status_code == 201
    # What the file and its log hold at this moment is what a kill would leave.
    for path in tmp_path.glob("state*"):
        (tmp_path / f"copy{path.name.removeprefix('state')}").write_bytes(path.read_bytes())
    second = open_sandbox(tmp_path / "copy")
    assert second.control.state() == first.control.state()
    first.close()
    second.close()


def test_webhooks_in_the_queue_are_sent_after_a_restart(tmp_path: Path) -> None:
    first = open_sandbox(tmp_path / "state")
    fill(first)
    first.close()
    sent: list[str] = []

    def receive(request: httpx.Request) -> httpx.Response:
        sent.append(str(request.url))
        return httpx.Response(200)

    second = open_sandbox(tmp_path / "state", httpx.MockTransport(receive))
    assert anyio.run(second.deliver_due) == len(sent) == 5
    assert anyio.run(second.deliver_due) == 0
    second.close()


def test_a_reset_empties_the_file(tmp_path: Path) -> None:
    first = open_sandbox(tmp_path / "state")
    fill(first)
    first.control.reset()
    first.close()
    second = open_sandbox(tmp_path / "state")
    assert (
        second.control.state()
        == Sandbox(numbers=4_000, provisioning_delay=0, clock=SandboxClock.frozen()).control.state()
    )
    second.close()


@pytest.mark.parametrize(
    "other",
    [lambda path: Sandbox(seed=2, numbers=4_000, state=path), lambda path: Sandbox(numbers=4_001, state=path)],
)
def test_a_file_belongs_to_one_seed_and_one_number_of_numbers(tmp_path: Path, other: Callable[[Path], Sandbox]) -> None:
    open_sandbox(tmp_path / "state").close()
    with pytest.raises(ValueError, match="seed 1 and 4000 numbers"):
        other(tmp_path / "state")


def test_two_sandboxes_do_not_share_a_file(tmp_path: Path) -> None:
    first = open_sandbox(tmp_path / "state")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        open_sandbox(tmp_path / "state")
    first.close()
    open_sandbox(tmp_path / "state").close()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE record SET body = '{'",
        "UPDATE record SET body = '[]' WHERE kind = 'AccountRecord'",
        """UPDATE record SET body = '{"id": 5}' WHERE kind = 'Route'""",
        """UPDATE record SET body = json_set(body, '$.value', json('[]')) WHERE kind = 'Route'""",
        """UPDATE record SET body = json_set(body, '$.next_id', 'many') WHERE kind = 'AccountRecord'""",
        "UPDATE record SET body = replace(hex(zeroblob(9000)), '0', '[') WHERE kind = 'Route'",
        "UPDATE record SET body = x'ff00' WHERE kind = 'Route'",
        "DROP TABLE record; CREATE TABLE record (colour TEXT)",
    ],
    ids=lambda damage: damage[:60],
)
def test_a_damaged_state_file_is_refused_in_words(
    tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    Sandbox(numbers=400, state=state).close()
    with closing(sqlite3.connect(state)) as database:
        database.executescript(damage)
        database.commit()
    with pytest.raises((ValueError, sqlite3.Error)):
        Sandbox(numbers=400, state=state)
    with pytest.raises(SystemExit) as ended:
        main(["--numbers", "400", "--state", str(state)])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "state" in line


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "state").write_text("dear diary\n" * 500, encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["--numbers", "400", "--state", str(tmp_path / "state")])
    assert capsys.readouterr().err == f"{tmp_path}/state cannot be used: file is not a database\n"
