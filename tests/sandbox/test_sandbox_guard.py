"""Who may ask the sandbox: programs, and of browsers its own page only."""

from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from flowroute_async.sandbox import Sandbox
from tests.sandbox.sandbox_in_process import InProcess, buy, error_of

BASE_URL = "http://127.0.0.1:8900"
PATHS = ("/v2/routes", "/_sandbox/api/reset", "/_sandbox/account")
KEYS = ("sandbox", "sandbox")
# The last lines have what browsers and resolvers take for this machine, and no program has to write.
FOREIGN_HOSTS = """
evil.test evil.test:8900 127.0.0.1.evil.test localhost.evil.test 169.254.169.254 [::2]
evil.test@localhost localhost@evil.test localhost/evil.test localhost:8900/ localhost:8900@evil.test
2130706433 0177.0.0.1 0x7f.1 127.1 0.0.0.0 [::] [::ffff:127.0.0.1] [::1%25lo] [::1 ::1
localhost. evil.localhost 127.0.0.1.nip.io localhost:http localhost:-1
"""


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(transport=InProcess(sandbox), base_url=BASE_URL, auth=KEYS) as client:
        yield client


def served(
    sandbox: Sandbox, *, host: str, client: str = "127.0.0.1", server: str = "127.0.0.1", path: str = "/v2/routes"
) -> httpx.Response:
    """Ask as over a socket, whose server has an address and no name."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await sandbox.app({**scope, "server": (server, 8900), "client": (client, 5000)}, receive, send)

    class Served(InProcess):
        def __init__(self) -> None:
            self._transport = httpx.ASGITransport(app=app)

    with httpx.Client(transport=Served(), base_url=BASE_URL, auth=KEYS) as asking:
        return asking.get(path, headers={"host": host})


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.test"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:3000"},
        {"origin": "https://127.0.0.1:8900"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
        {"sec-fetch-site": "cross-site", "origin": BASE_URL},
        {"sec-fetch-site": "none"},
        {"referer": "http://evil.test/page"},
        {"referer": "http://127.0.0.1:89001/page"},
        {"origin": BASE_URL, "referer": "http://evil.test/"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", PATHS)
def test_what_a_foreign_page_sends_is_refused_everywhere_and_has_no_effect(
    api: httpx.Client, sandbox: Sandbox, headers: dict[str, str], path: str
) -> None:
    buy(api)
    sandbox.control.clear_requests()
    body = {"alias": "a", "route_type": "host", "value": "evil.test"}
    assert api.post(path, data=body, headers=headers).status_code == 403
    assert len(sandbox.control.snapshot().numbers) == 1
    assert len(sandbox.control.snapshot().routes) == 1
    assert sandbox.control.requests() == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
        {"origin": "http://evil.test"},
        {"referer": "http://evil.test/"},
    ],
    ids=str,
)
def test_a_foreign_page_uses_up_no_fault_and_no_rate(
    api: httpx.Client, sandbox: Sandbox, headers: dict[str, str], method: str
) -> None:
    sandbox.control.add_fault(status=500)
    refused = api.request(method, "/v2/routes", headers=headers)
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers
    assert api.request(method, "/_sandbox/api/state", headers=headers).status_code == 403
    assert len(sandbox.control.faults()) == 1


def test_programs_say_nothing_of_a_page_and_are_answered(api: httpx.Client) -> None:
    for agent in ("curl/8.5.0", "Flowroute SDK v3.0", "python-requests/2.32", "Mozilla/5.0"):
        assert api.get("/v2/routes", headers={"user-agent": agent}).status_code == 200


def test_a_typed_address_may_read_and_no_more(api: httpx.Client) -> None:
    typed = {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}
    assert api.get("/v2/routes", headers=typed).status_code == 200
    assert api.post("/v2/cnams", data={"value": "ACME"}, headers=typed).status_code == 403


def test_a_link_from_elsewhere_leads_to_the_page_and_to_nothing_else(api: httpx.Client) -> None:
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "referer": "http://docs.test/"}
    assert api.get("/_sandbox/", headers=link).status_code == 200
    assert api.get("/_sandbox/", headers=link | {"sec-fetch-mode": "no-cors"}).status_code == 403
    assert api.get("/_sandbox/api/state", headers=link).status_code == 403
    assert api.get("/v2/routes", headers=link).status_code == 403


def test_a_refusal_has_the_vendor_s_form_and_says_why(api: httpx.Client) -> None:
    error = error_of(api.post("/v2/cnams", data={"value": "ACME"}, headers={"origin": "http://evil.test"}))
    assert error["detail"] == "The sandbox answers programs and its own page, and no other page of a browser."
    refused = api.get("/_sandbox/api/state", headers={"origin": "http://evil.test"})
    assert refused.json() == {"error": error["detail"]}


@pytest.mark.parametrize("host", [*FOREIGN_HOSTS.split(), ""])
@pytest.mark.parametrize("path", ["/v2/routes", "/v2.1/messages?start_date=2020-01-01", "/_sandbox/api/state", "/"])
def test_a_foreign_name_that_was_made_to_point_here_reads_nothing(sandbox: Sandbox, host: str, path: str) -> None:
    refused = served(sandbox, host=host, path=path)
    assert refused.status_code == 403
    assert "data" not in refused.text


def test_a_program_of_http_1_0_that_names_no_host_is_answered_and_a_browser_is_not(sandbox: Sandbox) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
        address = {"server": ("127.0.0.1", 8900), "client": ("127.0.0.1", 5000)}
        await sandbox.app({**scope, **address, "headers": headers}, receive, send)

    class Nameless(InProcess):
        def __init__(self) -> None:
            self._transport = httpx.ASGITransport(app=app)

    with httpx.Client(transport=Nameless(), base_url=BASE_URL, auth=KEYS) as asking:
        assert asking.get("/v2/routes").status_code == 200
        assert asking.get("/v2/routes", headers={"sec-fetch-site": "same-origin"}).status_code == 403
        assert asking.get("/v2/routes", headers={"origin": BASE_URL}).status_code == 403


@pytest.mark.parametrize("name", ["origin", "sec-fetch-site", "referer"])
def test_of_what_a_request_says_twice_both_count(api: httpx.Client, name: str) -> None:
    own = {"origin": BASE_URL, "sec-fetch-site": "same-origin", "referer": f"{BASE_URL}/_sandbox/"}[name]
    foreign = {"origin": "http://evil.test", "sec-fetch-site": "cross-site", "referer": "http://evil.test/"}[name]
    assert api.post("/v2/cnams", data={"value": "A"}, headers=[(name, own), (name, own)]).status_code == 201
    for values in ((own, foreign), (foreign, own)):
        twice = [(name, value) for value in values]
        assert api.post("/v2/cnams", data={"value": "B"}, headers=twice).status_code == 403


@pytest.mark.parametrize("host", ["localhost:8900", "127.0.0.1", "127.0.0.2:1", "[::1]:8900", "LOCALHOST"])
def test_the_names_of_this_machine_are_answered(sandbox: Sandbox, host: str) -> None:
    assert served(sandbox, host=host).status_code == 200


def test_the_address_that_it_listens_on_is_answered_to_programs(sandbox: Sandbox) -> None:
    assert served(sandbox, host="172.17.0.2:8900", server="172.17.0.2", client="172.17.0.9").status_code == 200
    controls = served(
        sandbox, host="172.17.0.2:8900", server="172.17.0.2", client="172.17.0.9", path="/_sandbox/api/state"
    )
    assert controls.status_code == 403


def test_a_host_that_the_user_allowed_is_answered_and_its_controls_too() -> None:
    sandbox = Sandbox(numbers=400, allowed_hosts=["Flowroute.Local", "fd00::7"])
    for host in ("flowroute.local:8900", "FLOWROUTE.LOCAL", "[fd00::7]:8900"):
        assert served(sandbox, host=host, client="172.17.0.9").status_code == 200
        assert served(sandbox, host=host, client="172.17.0.9", path="/_sandbox/api/state").status_code == 200
    refused = served(sandbox, host="other.local", client="172.17.0.9")
    assert (refused.status_code, "--allowed-host (here: other.local)" in refused.text) == (403, True)


@pytest.mark.parametrize("host", ["http://sandbox", "sandbox:8900", "sandbox/", "", "a b@c"])
@pytest.mark.parametrize("option", ["allowed_hosts", "webhook_hosts"])
def test_what_is_no_host_is_refused_at_the_start(option: str, host: str) -> None:
    with pytest.raises(ValueError, match=f"{option}: .* is not the name of a host"):
        Sandbox(numbers=400, **{option: [host]})  # type: ignore[arg-type] # one of the two options


def test_the_printed_address_leads_a_browser_to_the_page_and_a_program_to_the_api(api: httpx.Client) -> None:
    browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "sec-fetch-site": "none"}
    answer = api.get("/", headers=browser)
    assert (answer.status_code, answer.headers["location"]) == (307, "/_sandbox/")
    assert api.get("/", headers={"accept": "*/*"}).status_code == 404
    assert api.get("/v2/routes", headers=browser).status_code == 200


def test_the_icon_that_browsers_ask_for_is_no_request_of_the_api(api: httpx.Client, sandbox: Sandbox) -> None:
    assert api.get("/favicon.ico").headers["location"] == "/_sandbox/icon.svg"
    assert sandbox.control.requests() == []
