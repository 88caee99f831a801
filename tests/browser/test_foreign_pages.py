"""What a page of somebody else can make a browser do to a sandbox on this machine: nothing."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from selenium.webdriver import Chrome

from flowroute_async.sandbox import Sandbox, running
from tests.browser.page_in_browser import Page


@dataclass
class Attacker:
    """A web server of somebody else, whose page runs what a test writes into it."""

    port: int
    page: str = ""

    def url(self, host: str = "localhost") -> str:
        return f"http://{host}:{self.port}/"


@pytest.fixture
def attacker() -> Iterator[Attacker]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = site.page.encode()
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Attacker(server.server_address[1])
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def victim() -> Iterator[tuple[Sandbox, str]]:
    sandbox = Sandbox(numbers=4_000, sms_rate=None)
    with running(sandbox) as url:
        yield sandbox, url
    sandbox.close()


def untouched(sandbox: Sandbox) -> bool:
    snapshot = sandbox.control.snapshot()
    return (
        sandbox.control.effects() == {}
        and sandbox.control.requests() == []
        and not snapshot.callbacks
        and not snapshot.messages
        and snapshot.balance is None
        and len(sandbox.control.faults()) == 1
    )


def visit(browser: Chrome, attacker: Attacker, script: str, *, host: str = "localhost") -> object:
    """Open the attacker's page, which runs a script and leaves what it got in `document.title`."""
    attacker.page = f"""<!doctype html><title>waits</title><body><script>
      const done = (value) => document.title = "done: " + JSON.stringify(value);
      (async () => {{ {script} }})().catch((error) => done("error: " + error));
    </script>"""
    browser.get(attacker.url(host))
    page = Page(Sandbox(numbers=0), "", browser, None)  # type: ignore[arg-type] # for its waiting only
    page.until(lambda: browser.title.startswith("done: "))
    return json.loads(browser.title.removeprefix("done: "))


FORMS: list[tuple[str, str, dict[str, str]]] = [
    ("/v2/numbers/NUMBER", "application/x-www-form-urlencoded", {}),
    ("/v2.1/messages", "application/x-www-form-urlencoded", {"from": "1", "to": "2", "body": "x"}),
    ("/v2/cnams", "application/x-www-form-urlencoded", {"value": "ACME"}),
    ("/v2.1/messages", "text/plain", {'{"from": "1", "to": "2", "body": "': '"}'}),
    ("/_sandbox/account", "application/x-www-form-urlencoded", {"form": "reset", "sure": "yes"}),
    ("/_sandbox/api/reset", "application/x-www-form-urlencoded", {}),
    ("/_sandbox/api/balance", "text/plain", {'{"dollars": 5, "x": "': '"}'}),
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form[0]} {form[1]}")
def test_a_form_of_a_foreign_page_changes_nothing_even_with_the_keys_in_its_address(
    browser: Chrome, attacker: Attacker, victim: tuple[Sandbox, str], form: tuple[str, str, dict[str, str]]
) -> None:
    sandbox, url = victim
    sandbox.control.add_fault("list_routes", status=500)
    path, kind, fields = form
    number = str(sandbox.control.perform("GET", "/v2/numbers/available")["data"][0]["id"])  # type: ignore[index] # JSON
    target = url.replace("http://", "http://sandbox:sandbox@") + path.replace("NUMBER", number)
    attacker.page = "<!doctype html><title>waits</title><form method=post></form>"
    browser.get(attacker.url())
    browser.execute_script(
        """
        const [action, kind, fields] = arguments;
        const form = document.forms[0];
        Object.assign(form, {action, enctype: kind});
        for (const [name, value] of Object.entries(fields)) {
          form.append(Object.assign(document.createElement("input"), {name, value}));
        }
        form.submit();
        """,
        target,
        kind,
        fields,
    )
    page = Page(sandbox, url, browser, None)  # type: ignore[arg-type] # for its waiting only
    page.until(lambda: "The sandbox answers programs and its own page" in browser.page_source)
    assert untouched(sandbox)


FETCHES = [
    """fetch(URL + "/v2/cnams", {method: "POST", mode: "no-cors", credentials: "include", body: "value=ACME",
         headers: {"content-type": "application/x-www-form-urlencoded"}})""",
    """fetch(URL + "/v2.1/messages", {method: "POST", mode: "no-cors", credentials: "include",
         body: '{"from": "1", "to": "2", "body": "x"}'})""",
    """fetch(URL + "/v2/numbers", {headers: {authorization: "Basic c2FuZGJveDpzYW5kYm94"}})""",
    """fetch(URL + "/v2/numbers/12065550100", {method: "PATCH", body: "{}"})""",
    """fetch(URL + "/_sandbox/api/state")""",
    """fetch(URL + "/_sandbox/api/state", {mode: "no-cors", credentials: "include"})""",
    """fetch(URL + "/_sandbox/api/reset", {method: "POST", mode: "no-cors"})""",
    """fetch(URL + "/_sandbox/api/callbacks/sms_callback", {method: "PUT", body: '{"url": "http://127.0.0.1:1/"}'})""",
    """navigator.sendBeacon(URL + "/_sandbox/api/advance", '{"seconds": 5}')""",
]


@pytest.mark.parametrize("call", FETCHES, ids=lambda call: call.split("\n")[0][:60])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"], ids=["another site", "another port of the same site"])
def test_a_script_of_a_foreign_page_changes_nothing_and_reads_nothing(
    browser: Chrome, attacker: Attacker, victim: tuple[Sandbox, str], call: str, host: str
) -> None:
    sandbox, url = victim
    sandbox.control.add_fault("list_routes", status=500)
    script = f"""
      const URL = {json.dumps(url)};
      const got = await {call};
      done(got instanceof Response ? [got.type, got.status, await got.text()] : got);
    """
    got = visit(browser, attacker, script, host=host)
    refused = isinstance(got, str) and got.startswith("error: TypeError: Failed to fetch")
    assert refused or got in (["opaque", 0, ""], True)
    assert untouched(sandbox)


@pytest.mark.parametrize("tag", ["img", "script", "iframe", "link", "object", "video"])
def test_what_a_foreign_page_embeds_uses_up_nothing(
    browser: Chrome, attacker: Attacker, victim: tuple[Sandbox, str], tag: str
) -> None:
    sandbox, url = victim
    sandbox.control.add_fault("list_routes", status=500)
    with_keys = url.replace("http://", "http://sandbox:sandbox@")
    targets = [f"{base}{path}" for base in (url, with_keys) for path in ("/v2/routes", "/_sandbox/api/state")]
    script = f"""
      const ends = [];
      for (const target of {json.dumps(targets)}) {{
        const element = document.createElement({json.dumps(tag)});
        ends.push(new Promise((resolve) => {{ element.onload = element.onerror = () => resolve(); }}));
        if ({json.dumps(tag)} === "link") {{ element.rel = "stylesheet"; element.href = target; }}
        else if ({json.dumps(tag)} === "object") element.data = target;
        else element.src = target;
        document.body.append(element);
      }}
      const late = new Promise((resolve) => setTimeout(resolve, 1500));
      await Promise.race([Promise.all(ends), late]);
      done([...document.images].map((image) => image.naturalWidth));
    """
    visit(browser, attacker, script)
    assert untouched(sandbox)


def test_a_foreign_page_cannot_frame_the_page_for_clicks(
    browser: Chrome, attacker: Attacker, victim: tuple[Sandbox, str]
) -> None:
    _, url = victim
    script = f"""
      const frame = document.createElement("iframe");
      const loaded = new Promise((resolve) => {{ frame.onload = resolve; }});
      frame.src = {json.dumps(f"{url}/_sandbox/account")};
      document.body.append(frame);
      await loaded;
      let seen;
      try {{ seen = frame.contentWindow.location.href; }} catch (error) {{ seen = error.name; }}
      done(seen);
    """
    assert visit(browser, attacker, script) == "SecurityError"
    browser.switch_to.frame(0)
    assert "Forget all of it" not in browser.page_source
    browser.switch_to.default_content()


def test_a_websocket_of_a_foreign_page_is_not_opened(
    browser: Chrome, attacker: Attacker, victim: tuple[Sandbox, str]
) -> None:
    sandbox, url = victim
    sandbox.control.add_fault("list_routes", status=500)
    script = f"""
      const socket = new WebSocket({json.dumps(url.replace("http", "ws") + "/v2/routes")});
      done(await new Promise((resolve) => {{
        socket.onopen = () => resolve("open");
        socket.onerror = () => resolve("refused");
      }}));
    """
    assert visit(browser, attacker, script) == "refused"
    assert untouched(sandbox)


REBOUND: list[tuple[str, Callable[[str], str]]] = [
    ("reads messages", lambda keys: f'fetch("/v2.1/messages?start_date=2020-01-01", {{headers: {keys}}})'),
    ("reads the state", lambda _keys: 'fetch("/_sandbox/api/state")'),
    ("buys", lambda keys: f'fetch("/v2/numbers/12065550100", {{method: "POST", headers: {keys}}})'),
    ("sets a callback", lambda _keys: """fetch("/_sandbox/api/callbacks/sms_callback", {method: "PUT", body: "{}"})"""),
]


@pytest.mark.parametrize("attack", REBOUND, ids=lambda attack: attack[0])
def test_a_foreign_name_that_was_made_to_point_here_gets_nothing(
    victim: tuple[Sandbox, str], rebinding_browser: Chrome, attack: tuple[str, Callable[[str], str]]
) -> None:
    sandbox, url = victim
    sandbox.control.add_fault("list_routes", status=500)
    port = url.rpartition(":")[2]
    # The browser takes evil.test for 127.0.0.1, as after its name server has changed its answer.
    rebinding_browser.get(f"http://evil.test:{port}/v2/routes")
    call = attack[1]('{authorization: "Basic c2FuZGJveDpzYW5kYm94"}')
    got = rebinding_browser.execute_async_script(
        f"const end = arguments[0]; {call}.then(async (answer) => end([answer.status, await answer.text()]))"
    )
    assert got[0] == 403
    assert "--allowed-host (here: evil.test)" in got[1]
    assert untouched(sandbox)
