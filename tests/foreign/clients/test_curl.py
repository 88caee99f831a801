"""curl, as people type it."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from flowroute_async.sandbox.page.inspection import curl_of_request
from tests.foreign.account_in_use import KEYS, NUMBER, AccountInUse
from tests.patience import HANGS_AFTER


def shell(command: str, account: AccountInUse) -> tuple[int, Any]:
    """Run a command line, and give the status of the last answer and its body."""
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "FR_ACCESS_KEY": KEYS[0],
        "FR_SECRET_KEY": KEYS[1],
        "URL": account.url,
        "NUMBER": NUMBER,
        "ADDRESS": account.address,
        "ROUTE": account.route,
    }
    program = shutil.which("bash")
    assert program is not None
    written = command.replace("curl ", 'curl -sS -w "\\n%{http_code}" -u "$FR_ACCESS_KEY:$FR_SECRET_KEY" ', 1)
    line = [program, "-c", written]
    ended = subprocess.run(line, env=environment, check=False, capture_output=True, text=True, timeout=HANGS_AFTER)
    assert ended.returncode == 0, ended.stderr
    body, _, status = ended.stdout.rpartition("\n")
    return int(status), json.loads(body) if body.strip() else None


TYPED = [
    (int(line[:3]), line[3:].strip())
    for line in (Path(__file__).parent / "curl_commands.txt").read_text(encoding="utf-8").splitlines()
    if line[:3].isdecimal()
]


@pytest.mark.parametrize(("status", "command"), TYPED, ids=lambda value: str(value)[:70])
def test_curl_as_people_type_it_is_answered(account: AccountInUse, status: int, command: str) -> None:
    answered, body = shell(command, account)
    assert answered == status, body
    assert (body is None) == (status == 204)


def test_the_form_of_a_message_arrives_as_it_was_typed(account: AccountInUse) -> None:
    shell(
        """curl -d "from=$NUMBER" -d to=12065550123 --data-urlencode "body=1 + 1 = 2 & more" $URL/v2.1/messages""",
        account,
    )
    assert [message.body for message in account.sandbox.control.snapshot().messages] == ["1 + 1 = 2 & more"]


JSON, FORM, PLAIN = "application/json", "application/x-www-form-urlencoded", "text/plain; charset=utf-8"
REQUESTS: list[tuple[str, str, bytes, dict[str, str]]] = [
    ("GET", "/v2/routes?limit=1&route_type=host", b"", {}),
    ("GET", "/v2/numbers/%2B1%20206%3F%23", b"", {"x-mine": "it's"}),
    ("POST", "/v2/e911s/validate", b'{"data": {"a": "It\'s $HOME `id` \\\\ \\"x\\""}}', {"content-type": JSON}),
    ("POST", "/v2/portorders/portability", b"numbers=%2B14254664444", {"content-type": FORM}),
    ("PATCH", f"/v2/numbers/{NUMBER}", b'{"alias": "\xc3\xa9\\n!"}', {"content-type": PLAIN}),
    ("DELETE", f"/v2/numbers/{NUMBER}/relationships/e911s/", b"", {}),
    ("POST", f"/v2/numbers/{NUMBER}", b"", {}),
    ("POST", "/v2/cnams", b"@/etc/passwd", {"content-type": PLAIN}),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: f"{request[0]} {request[1]}")
def test_the_curl_command_that_the_page_gives_repeats_a_request_exactly(
    account: AccountInUse, request_: tuple[str, str, bytes, dict[str, str]]
) -> None:
    method, path, body, headers = request_
    control = account.sandbox.control
    httpx.request(method, account.url + path, content=body, headers=headers, auth=KEYS, trust_env=False)
    (first,) = control.requests()
    command = curl_of_request(first, account.url)
    assert "sandbox:sandbox" not in command
    subprocess.run(
        [shutil.which("sh") or "sh", "-c", command],
        check=True,
        env={"PATH": "/usr/bin:/bin", "FR_ACCESS_KEY": KEYS[0], "FR_SECRET_KEY": KEYS[1]},
        capture_output=True,
        timeout=HANGS_AFTER,
    )
    first, second = control.requests()
    told = [(one.method, one.path, one.query, one.body, one.status) for one in (first, second)]
    assert told[0] == told[1]
    for name in ("content-type", "x-mine"):
        assert first.headers.get(name) == second.headers.get(name)
