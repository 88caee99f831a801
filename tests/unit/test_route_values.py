"""The values of inbound routes, by their kinds."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowroute_async.errors import InvalidArgumentError
from flowroute_async.route_values import route_value


def refused(route_type: Any, value: Any) -> InvalidArgumentError:
    with pytest.raises(InvalidArgumentError) as caught:
        route_value(route_type, value)
    assert caught.value.argument in {"value", "route_type"}
    return caught.value


@pytest.mark.parametrize(
    "value",
    [
        "sip.example.com",
        "sip.example.com:5060",
        "pbx",
        "198.51.100.7",
        "198.51.100.7:65535",
        "198.51.100.7:1",
        "[2001:db8::1]",
        "[2001:db8::1]:5060",
        "[::ffff:192.0.2.1]",
        "xn--bcher-kva.example",
        "1.example.com",
        "123.com",
        "sip.example.com;weight=0",
        "sip.example.com:5060;weight=1000",
        "sip.example.com;transport=tls;weight=10",
        "a" * 63 + ".example.com",
    ],
)
def test_hosts_are_sent_as_they_are(value: str) -> None:
    assert route_value("host", f" {value} ") == value


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("sip.example.com:70000", "port from 1 to 65535, not port 70000"),
        ("sip.example.com:65536", "port from 1 to 65535"),
        ("sip.example.com:0", "port from 1 to 65535"),
        ("sip.example.com:", "port from 1 to 65535"),
        ("sip.example.com:sip", "port from 1 to 65535"),
        ("sip.example.com:-1", "port from 1 to 65535"),
        ("sip.example.com:+5060", "port from 1 to 65535"),
        ("[2001:db8::1]:70000", "port from 1 to 65535"),
        ("999.1.1.1", "four numbers from 0 to 255"),
        ("256.0.0.1", "four numbers from 0 to 255"),
        ("1.2.3", "four numbers from 0 to 255"),
        ("1.2.3.4.5", "four numbers from 0 to 255"),
        ("010.0.0.1", "four numbers from 0 to 255"),
        ("12065550100", "four numbers from 0 to 255"),
        ("999.1.1.1:5060", "four numbers from 0 to 255"),
        ("2001:db8::1", "in brackets"),
        ("[2001:db8::g]", "IPv6 address in the brackets"),
        ("[192.0.2.1]", "IPv6 address in the brackets"),
        ("[fe80::1%eth0]", "IPv6 address in the brackets"),
        ("[2001:db8::1", ""),
        ("2001:db8::1]", ""),
        ("sip:example.com", "without a scheme"),
        ("sips:example.com:5061", "without a scheme"),
        ("https://example.com", "without a scheme"),
        ("mailto:user@example.com", "without a scheme"),
        ("user@example.com", "without a scheme, a user"),
        ("example.com/path", "a path"),
        ("-example.com", "hyphens and single dots"),
        ("example-.com", "hyphens and single dots"),
        ("example..com", "hyphens and single dots"),
        (".example.com", "hyphens and single dots"),
        ("exa_mple.com", "hyphens and single dots"),
        ("a" * 64 + ".com", "hyphens and single dots"),
        (".".join(["a" * 60] * 5), "hyphens and single dots"),
        ("not a host", "without spaces"),
        ("b\u00fccher.example", "xn--"),
        ("example.com;weight=1001", "weight from 0 to 1000"),
        ("example.com;weight=", "weight from 0 to 1000"),
        ("example.com;weight=-1", "weight from 0 to 1000"),
        ("example.com;weight=1.5", "weight from 0 to 1000"),
        ("example.com;weight", "weight from 0 to 1000"),
        ("example.com;weight=5;transport=tls", "at its end"),
        ("example.com;weight=5;weight=5", "at its end"),
        ("example.com;transport=tls;transport=udp", "each parameter once"),
        ("example.com;transport=smoke", "udp, tcp, tls"),
        ("example.com;transport=", "udp, tcp, tls"),
        ("example.com;", "parameters such as"),
        ("example.com;;weight=5", "parameters such as"),
        ("", "not blank"),
    ],
)
def test_what_is_no_host_is_refused_with_the_reason(value: str, reason: str) -> None:
    assert reason in str(refused("host", value))


@pytest.mark.parametrize(
    "value",
    [
        "sip:user@example.com",
        "SIP:user@example.com",
        "sips:user@example.com:5061;transport=tls",
        "user@example.com",
        "sip:+12065550100@198.51.100.7:5060;transport=udp;weight=500",
        "sip:user@[2001:db8::1]:5060;transport=tcp",
        "sip:us%20er@example.com",
        "sip:user@example.com;user=phone;lr",
    ],
)
def test_sip_addresses_are_sent_as_they_are(value: str) -> None:
    assert route_value("uri", value) == value


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("mailto:user@example.com", "scheme sip or sips, not mailto"),
        ("https://user@example.com", "scheme sip or sips"),
        ("tel:+12065550100", "scheme sip or sips"),
        ("h323:user@example.com", "scheme sip or sips"),
        ("sip:example.com", "user before the @"),
        ("example.com", "user before the @"),
        ("@example.com", "user before the @"),
        ("sip:@example.com", "user before the @"),
        ("sip:user:secret@example.com", "without a password"),
        ("user:secret@example.com", "scheme sip or sips"),
        ("sip:us er@example.com", "without spaces"),
        ("sip:us<er@example.com", "RFC 3261"),
        ("sip:a@b@example.com", "RFC 3261"),
        ("sip:us%2@example.com", "RFC 3261"),
        ("sip:user@", "hyphens and single dots"),
        ("sip:user@999.1.1.1", "four numbers from 0 to 255"),
        ("sip:user@example.com:70000", "port from 1 to 65535"),
        ("sip:user@2001:db8::1", "in brackets"),
        ("sip:user@example.com;transport=sctp", "udp, tcp, tls"),
        ("sip:user@example.com;weight=5000", "weight from 0 to 1000"),
        ("sip:user@example.com?subject=x", ""),
        ("sip:user@http://example.com", "without a scheme"),
    ],
)
def test_what_is_no_sip_address_is_refused_with_the_reason(value: str, reason: str) -> None:
    error = refused("uri", value)
    assert reason in str(error)
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("+1 (206) 555-0100", "12065550100"),
        ("206\u2011555\u20110100", "12065550100"),
        ("2065550100;weight=5", "12065550100;weight=5"),
    ],
)
def test_numbers_are_sent_as_11_digits(value: str, sent: str) -> None:
    assert route_value("number", value) == sent


@pytest.mark.parametrize(
    "value",
    [
        "24273",
        "+44 20 7946 0958",
        "12065550100;weight=1001",
        "12065550100;weight=5;weight=5",
        "12065550100;transport=tls",
        "12065550100;",
        ";weight=5",
        "sip.example.com",
        12065550100,
    ],
)
def test_what_is_no_number_is_refused(value: object) -> None:
    refused("number", value)


@pytest.mark.parametrize("route_type", ["sip-reg", "HOST", "", None, 5])
def test_another_type_of_route_is_refused(route_type: object) -> None:
    assert refused(route_type, "example.com").argument == "route_type"


labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
names = st.builds(
    lambda some, last: ".".join([*some, last]),
    st.lists(labels, max_size=3),
    st.from_regex("[a-z]{2,10}", fullmatch=True),
)
hosts = names | st.ip_addresses(v=4).map(str) | st.ip_addresses(v=6).map(lambda address: f"[{address}]")


@given(hosts, st.none() | st.integers(-5, 70_000), st.none() | st.integers(-5, 1_200))
def test_a_host_is_taken_exactly_where_port_and_weight_are_in_range(
    host: str, port: int | None, weight: int | None
) -> None:
    value = host + ("" if port is None else f":{port}") + ("" if weight is None else f";weight={weight}")
    good = (port is None or 1 <= port <= 65535) and (weight is None or 0 <= weight <= 1000)
    for route_type, written in (("host", value), ("uri", f"sip:user@{value}")):
        if good:
            assert route_value(route_type, written) == written
        else:
            refused(route_type, written)


@given(st.lists(st.integers(0, 300), min_size=1, max_size=6))
def test_dotted_numbers_are_taken_exactly_where_the_standard_library_takes_them(numbers: list[int]) -> None:
    value = ".".join(map(str, numbers))
    try:
        ipaddress.IPv4Address(value)
    except ValueError:
        refused("host", value)
    else:
        assert route_value("host", value) == value


@given(st.text(max_size=20), st.text(max_size=10))
def test_any_text_is_taken_as_it_is_or_refused_without_being_shown(before: str, behind: str) -> None:
    for route_type in ("host", "uri", "number"):
        try:
            sent = route_value(route_type, f"{before}secretville{behind}")
        except InvalidArgumentError as error:
            assert "secretville" not in str(error)  # noqa: PT017 - either way is right
        else:
            assert sent.isascii()
