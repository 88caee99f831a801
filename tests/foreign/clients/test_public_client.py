"""Public clients of the vendor's messages, from package indexes: one for Python in its own venv, one for Node."""

import json
import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.foreign.account_in_use import KEYS, NUMBER, AccountInUse, client
from tests.patience import HANGS_AFTER

INSTALLED = Path(__file__).parents[3] / "build/foreign"
PYTHON = INSTALLED / "python/bin/python"

PROGRAM = """
import json, sys
from flowroute.configuration import Configuration
from flowroute.controller import Controller
from flowroute.exception import FlowrouteException
from flowroute.message import Message

url, access, secret, call, argument = sys.argv[1:]
Configuration.BASE_URI = url
controller = Controller(access, secret)
try:
    if call == "send":
        got = controller.send_message(Message(**json.loads(argument)))
    else:
        got = controller.get_message_lookup(argument)
    print(json.dumps({"got": got}))
except FlowrouteException as error:
    print(json.dumps({"refused": [error.response_code, error.response_body]}))
"""


def ask(url: str, call: str, argument: str, secret: str = KEYS[1]) -> Any:
    assert PYTHON.exists(), "the client is not installed: say make test-foreign, which installs it"
    line = [str(PYTHON), "-c", PROGRAM, url, KEYS[0], secret, call, argument]
    ended = subprocess.run(
        line, env={"NO_PROXY": "*"}, check=False, capture_output=True, text=True, timeout=HANGS_AFTER
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.mark.parametrize("version", ["v2", "v2.1", "v2.2"])
def test_it_looks_a_message_up(account: AccountInUse, version: str) -> None:
    with client(account.url) as api:
        message = {"from": NUMBER, "to": "12065550123", "body": "Hello"}
        sent = api.post("/v2.1/messages", json=message).json()["data"]["id"]
    got = ask(f"{account.url}/{version}", "look up", sent)["got"]
    assert (got["data"]["id"], got["data"]["attributes"]["body"]) == (sent, "Hello")


def test_it_is_told_what_its_messages_lack(account: AccountInUse) -> None:
    message = json.dumps({"to": "12065550123", "from_": NUMBER, "content": "the name of the text in 2016"})
    status, body = ask(f"{account.url}/v2.1", "send", message)["refused"]
    assert status == 422
    assert body["errors"][0]["detail"] == {"body": ["Missing data for required field."]}


def test_it_is_told_of_wrong_keys(account: AccountInUse) -> None:
    status, body = ask(f"{account.url}/v2.1", "send", "{}", secret="wrong")["refused"]
    assert (status, body["errors"][0]["title"]) == (401, "Unauthorized")


# The client has the vendor's host in its code; what it uses to send is told another.
NODE_PROGRAM = """
const request = require('request');
for (const method of ['get', 'post']) {
  const send = request[method];
  request[method] = (url, ...rest) => send(url.replace('https://api.flowroute.com', process.env.FR_BASE_URL), ...rest);
}
const client = require('flowroute-sms')(process.env.FR_ACCESS_KEY, process.env.FR_SECRET_KEY);
const [number, since, until] = process.argv.slice(1);
(async () => {
  const sent = await client.send('12065550123', number, 'Hello World!');
  const found = await client.lookup(sent.id);
  const listed = await client.search(since, new Date(until));
  const refused = await client.send('12065550123', number, '');
  console.log(JSON.stringify({ sent, found, listed, refused }));
})();
"""


def test_a_client_for_node_sends_looks_up_and_searches(account: AccountInUse) -> None:
    node = shutil.which("node")
    assert node is not None, "node is not installed: say make test-foreign, which installs it"
    assert (INSTALLED / "node_modules/flowroute-sms").exists(), "the client is not installed: say make test-foreign"
    now = account.sandbox.clock.now()
    ended = subprocess.run(
        [node, "-e", NODE_PROGRAM, NUMBER, f"{now:%Y-%m-%d}", (now + timedelta(days=1)).isoformat()],
        env={
            **os.environ,
            "NODE_PATH": str(INSTALLED / "node_modules"),
            "NO_PROXY": "*",
            "FR_BASE_URL": account.url,
            "FR_ACCESS_KEY": KEYS[0],
            "FR_SECRET_KEY": KEYS[1],
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    got = json.loads(ended.stdout)
    assert got["sent"]["id"] == got["found"]["id"] == got["listed"][0]["id"]
    assert len(got["listed"]) == 1
    assert (got["found"]["attributes"]["body"], got["found"]["attributes"]["direction"]) == ("Hello World!", "outbound")
    assert got["refused"]["errors"][0]["status"] == 422
