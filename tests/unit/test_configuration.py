"""How a client is set up: keys, addresses and options are checked when it is built, and keys are never shown."""

import copy
import logging
import pickle
import ssl
from typing import Any

import httpx
import pytest

from flowroute_async import ConfigurationError, FlowrouteClient, Rates
from flowroute_async.config import Credentials, checked_base_url, is_loopback

ACCESS, SECRET = "acc3ssK3y", "s3cr3tK3y"


def refused(**options: Any) -> str:
    keys = {"access_key": ACCESS, "secret_key": SECRET}
    with pytest.raises(ConfigurationError) as caught:
        FlowrouteClient(**{**keys, **options})
    said = str(caught.value)
    assert repr(caught.value) == f"ConfigurationError({said!r})"
    assert SECRET not in said
    assert caught.value.__cause__ is None
    return said


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FR_ACCESS_KEY", raising=False)
    monkeypatch.delenv("FR_SECRET_KEY", raising=False)
    monkeypatch.delenv("FR_BASE_URL", raising=False)


def authorization(client: FlowrouteClient) -> str:
    return client._transport._requests._headers["authorization"]


def test_keys_come_from_the_environment_unless_they_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FR_ACCESS_KEY", "a")
    monkeypatch.setenv("FR_SECRET_KEY", "b")
    assert authorization(FlowrouteClient()) == "Basic YTpi"
    assert authorization(FlowrouteClient(access_key="c", secret_key="d")) == "Basic Yzpk"
    assert authorization(FlowrouteClient(secret_key="d")) == "Basic YTpk"


def test_keys_may_have_signs_beyond_ascii() -> None:
    assert Credentials("a", "ä").authorization == "Basic YTrDpA=="


@pytest.mark.parametrize(
    ("option", "given", "said"),
    [
        ("access_key", 5, "access_key must be of type str, not int"),
        ("rates", 5, "rates must be of type Rates, not int"),
        (
            "http_transport",
            httpx.HTTPTransport,
            "http_transport must be an AsyncBaseTransport of httpx or httpx2, and is of the type type",
        ),
        ("hooks", print, "hooks must be of type Hooks"),
        ("ssl_context", True, "ssl_context must be of type SSLContext, not bool"),
        ("base_url", b"https://example.com", "base_url must be of type str, not bytes"),
        ("base_url", "https://api.flowroute.com/v2.1/", "base_url must end before /v2.1, which each call brings along"),
    ],
)
def test_an_option_of_another_type_is_refused(option: str, given: object, said: str) -> None:
    assert refused(**{option: given}).startswith(said)


def test_the_type_of_what_is_no_transport_is_named() -> None:
    assert refused(http_transport=httpx.HTTPTransport()) == (
        "http_transport must be an AsyncBaseTransport of httpx or httpx2, and is of the type HTTPTransport"
    )


@pytest.mark.parametrize(
    "beside",
    [{"proxy": "http://127.0.0.1:1"}, {"ssl_context": ssl.create_default_context()}],
    ids=lambda beside: next(iter(beside)),
)
def test_what_a_transport_of_the_users_own_brings_is_not_taken_beside_it(beside: dict[str, object]) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200))
    assert refused(http_transport=transport, **beside) == (
        "http_transport brings its own proxy and TLS: pass proxy= and ssl_context= to it"
    )


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, "no access_key: pass access_key= or set FR_ACCESS_KEY"),
        ({"access_key": ACCESS}, "no secret_key: pass secret_key= or set FR_SECRET_KEY"),
        ({"access_key": "", "secret_key": SECRET}, "no access_key"),
        ({"access_key": ACCESS, "secret_key": ""}, "no secret_key"),
        ({"access_key": "a:b", "secret_key": SECRET}, "colon"),
        ({"access_key": ACCESS, "secret_key": f"{SECRET}\n"}, "one word"),
        ({"access_key": ACCESS, "secret_key": f"{SECRET} x"}, "one word"),
        ({"access_key": ACCESS, "secret_key": f"{SECRET}\r\nX: y"}, "one word"),
        ({"access_key": 12345678, "secret_key": SECRET}, "access_key"),
    ],
)
def test_a_missing_or_odd_key_is_said_without_showing_it(keys: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        FlowrouteClient(**keys)
    assert SECRET not in str(caught.value)


def test_options_are_given_by_name() -> None:
    untyped: Any = FlowrouteClient
    with pytest.raises(TypeError):
        untyped(ACCESS, SECRET)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.flowroute.com",
        "https://api.flowroute.com/",
        "https://api.example.com:8443/prefix/",
        "http://127.0.0.1:8000",
        "http://127.9.9.9",
        "http://localhost:1",
        "http://[::1]:8000",
        "HTTPS://api.example.com",
    ],
)
def test_https_and_loopback_addresses_are_accepted(url: str) -> None:
    assert checked_base_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://api.flowroute.com",
        "http://127.0.0.1.evil.com",
        "http://localhost.evil.com",
        "http://127.0.0.1@evil.com",
        "http://127.0.0.1:80@evil.com",
        "http://evil.com#@127.0.0.1",
        "http://evil.com?127.0.0.1",
        "http://evil.com\\@127.0.0.1",
        "http://127.0.0.1\\@evil.com",
        "http://0x7f.1",
        "http://0177.0.0.1",
        "http://2130706433",
        "http://127.1",
        "http://0.0.0.0",
        "http://10.0.0.1",
        "http://[::]",
        "http://[::ffff:10.0.0.1]",
        "http://\u0131\u0032\u0037.0.0.1",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "api.flowroute.com",
        "//api.flowroute.com",
        "https://",
        "https:///path",
        "https://api.flowroute.com?x=1",
        "https://api.flowroute.com#x",
        "https://api.flowroute.com:0",
        "https://api.flowroute.com:99999",
        "https://api.flowroute.com:port",
        "https://api flowroute.com",
        "https://api.flowroute.com\r\nX: y",
        " https://api.flowroute.com",
        "https://[::1",
        "",
    ],
)
def test_an_address_that_the_keys_must_not_go_to_is_refused(url: str) -> None:
    assert "base_url" in refused(base_url=url)


@pytest.mark.parametrize("url", ["https://1.2.3.400", "https://[v1.a]", f"https://api.flowroute.com/{'a' * 65_536}"])
@pytest.mark.parametrize("transport", [None, httpx.MockTransport(lambda _: httpx.Response(200))], ids=["ours", "own"])
def test_an_address_that_nothing_can_be_sent_to_is_refused(
    url: str, transport: httpx.AsyncBaseTransport | None
) -> None:
    assert refused(base_url=url, http_transport=transport) == "base_url is not a URL"


@pytest.mark.parametrize("url", ["https://user:pass@api.flowroute.com", "https://user@api.flowroute.com"])
def test_credentials_in_the_address_are_refused_and_not_shown(url: str) -> None:
    said = refused(base_url=url)
    assert "must not hold credentials" in said
    assert "user" not in said
    assert "pass@" not in said


def test_the_address_comes_from_the_environment_unless_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: dict[str, Any] = {"access_key": ACCESS, "secret_key": SECRET}
    assert "'https://api.flowroute.com'" in repr(FlowrouteClient(**keys))
    monkeypatch.setenv("FR_BASE_URL", "http://127.0.0.1:8000")
    assert "'http://127.0.0.1:8000'" in repr(FlowrouteClient(**keys))
    assert "'https://api.example.com'" in repr(FlowrouteClient(**keys, base_url="https://api.example.com"))
    refused(base_url="")
    monkeypatch.setenv("FR_BASE_URL", "http://evil.com")
    refused()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.255.0.1", "::1", "localhost"])
def test_loopback_hosts(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["127.0.0", "127.0.0.1.", "127.0.0.256", "127.a.0.1", "localhost.", "", "1.127.0.0"])
def test_other_hosts_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"timeout": 0}, "timeout must be a finite number of seconds above 0"),
        ({"timeout": -1.0}, "timeout"),
        ({"timeout": float("inf")}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
        ({"timeout": "5"}, "timeout"),
        ({"timeout": True}, "timeout"),
        ({"deadline": None}, "deadline"),
        ({"deadline": float("inf")}, "deadline"),
        ({"max_retries": -1}, "max_retries must be a whole number from 0 to 100"),
        ({"max_retries": 1.5}, "max_retries"),
        ({"max_retries": 101}, "max_retries"),
        ({"max_concurrency": 0}, "max_concurrency must be a whole number from 1 to 1000"),
        ({"max_concurrency": 1001}, "max_concurrency"),
        ({"max_response_bytes": 0}, "max_response_bytes must be a whole number of at least 1"),
        ({"proxy": "not a proxy"}, "proxy must be"),
        ({"proxy": "ftp://proxy.example"}, "proxy must be"),
    ],
)
def test_an_option_out_of_its_range_is_refused_by_name(options: dict[str, Any], said: str) -> None:
    assert said in refused(**options)


@pytest.mark.parametrize("rate", [0, -1, float("inf"), float("nan"), True, "5"])
def test_a_rate_out_of_its_range_is_refused(rate: Any) -> None:
    for name in ("api", "sms", "mms"):
        with pytest.raises(ConfigurationError, match=f"rates.{name}"):
            Rates(**{name: rate})


def test_the_password_of_a_proxy_is_not_shown() -> None:
    said = refused(proxy="bad://user:pr0xypass@proxy.example")
    assert "pr0xypass" not in said


@pytest.mark.parametrize("weakness", ["no verification", "any host name"])
def test_tls_that_does_not_verify_the_server_is_refused(weakness: str) -> None:
    context = ssl.create_default_context()
    context.check_hostname = False
    if weakness == "no verification":
        context.verify_mode = ssl.CERT_NONE
    assert refused(ssl_context=context) == (
        "ssl_context does not verify the server, so anybody could read the keys; for a private root, "
        "load it into ssl.create_default_context()"
    )


def test_default_time_outs_are_finite() -> None:
    options = FlowrouteClient(access_key=ACCESS, secret_key=SECRET)._options
    assert (options.timeout, options.deadline) == (30.0, 120.0)


def test_nothing_shows_the_keys(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = FlowrouteClient(access_key=ACCESS, secret_key=SECRET)
    credentials = Credentials(ACCESS, SECRET)
    shown = [repr(client), str(client), f"{client}", repr(credentials), str(credentials), repr(client._transport)]
    shown += [repr(resource) for resource in (client.numbers, client.routes, client.messages)]
    encoded = credentials.authorization.removeprefix("Basic ")
    for text in [*shown, caplog.text]:
        assert not any(secret in text for secret in (ACCESS, SECRET, encoded))
    assert repr(client) == "FlowrouteClient(base_url='https://api.flowroute.com')"


@pytest.mark.parametrize("make_copy", [pickle.dumps, copy.deepcopy])
def test_clients_and_credentials_are_not_pickled(make_copy: Any) -> None:
    for thing in (FlowrouteClient(access_key=ACCESS, secret_key=SECRET), Credentials(ACCESS, SECRET)):
        with pytest.raises(TypeError, match="not pickled"):
            make_copy(thing)


def test_other_options_share_everything_else() -> None:
    client = FlowrouteClient(access_key=ACCESS, secret_key=SECRET)
    other = client.with_options(timeout=1.0, max_retries=0)
    assert other._transport is client._transport
    assert other.numbers is not client.numbers
    assert (other._options.timeout, other._options.deadline, other._options.max_retries) == (1.0, 120.0, 0)
    assert client._options.timeout == 30.0
    again = other.with_options(deadline=5.0)
    assert (again._options.timeout, again._options.deadline) == (1.0, 5.0)
    with pytest.raises(ConfigurationError, match="timeout"):
        client.with_options(timeout=0)
    assert isinstance(
        type("Own", (FlowrouteClient,), {})(access_key="a", secret_key="b").with_options(), FlowrouteClient
    )
