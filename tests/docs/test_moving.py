"""The page for people who move over names every method of the vendor's libraries, and methods that exist."""

import re
from inspect import signature

import pytest

from flowroute_async import FlowrouteClient
from regeneration import document
from regeneration.additions import evidence
from regeneration.members import members_of
from tests.docs.documentation_page import PROJECT

PAGE = (PROJECT / "docs/moving.md").read_text(encoding="utf-8")
TABLES = {part.split("\n", 1)[0]: part for part in PAGE.split("\n## ") if "| here |" in part}

# The controllers of the vendor's Ruby library, and of its Python library where the names differ.
VENDOR = {
    "Numbers": (
        "list_available_area_codes",
        "list_available_exchange_codes",
        "search_for_purchasable_phone_numbers",
        "purchase_a_phone_number",
        "list_account_phone_numbers",
        "list_phone_number_details",
    ),
    "Routes": (
        "create_an_inbound_route",
        "list_inbound_routes",
        "update_primary_voice_route",
        "update_failover_voice_route",
    ),
    "Messages": ("send_a_message", "look_up_a_message_detail_record", "look_up_a_set_of_messages"),
    "E911 addresses": (
        *("create", "list_e911s", "e911_details", "validate", "update", "associate", "unassociate"),
        *("list_associations", "delete_record", "create_address", "get_e911", "validate_address", "update_address"),
        *("disconnect", "list_dids_for_e911", "delete_address"),
    ),
    "CNAM records": (
        *("create", "list_cnams", "cnam_details", "associate", "unassociate", "delete_record", "create_cnam_record"),
        *("search_cnams", "get_cnam", "associate_cnam", "unassociate_cnam", "remove_cnam"),
    ),
}


@pytest.mark.parametrize(("heading", "method"), [(key, method) for key, names in VENDOR.items() for method in names])
def test_every_method_of_the_vendor_is_named_with_one_of_ours(heading: str, method: str) -> None:
    rows = [line for line in TABLES[heading].splitlines() if line.startswith("|") and f"`{method}`" in line]
    assert len(rows) == 1
    assert "`client." in rows[0].rsplit("|", 2)[1]


def test_the_tables_have_every_operation_that_the_document_or_a_library_of_the_vendor_s_has() -> None:
    rows = "\n".join(line for line in PAGE.splitlines() if line.startswith("|"))
    shown = set(re.findall(r"`(client\.\w+\.\w+)\(", rows))
    methods = members_of(PROJECT).methods
    known = evidence(document.read(PROJECT / "spec/flowroute.complete.yaml"))
    theirs = [name for name, _, sure, source in known if sure == "document" or "vendor SDK" in source]
    assert len(theirs) > len(shown) / 2
    assert [name for name in theirs if not shown & set(methods.get(name, ()))] == []


@pytest.mark.parametrize(("resource", "method", "arguments"), re.findall(r"`client\.(\w+)\.(\w+)\((.*?)\)`", PAGE))
def test_every_method_of_ours_exists_and_takes_those_arguments(resource: str, method: str, arguments: str) -> None:
    client = FlowrouteClient(access_key="key", secret_key="key")
    found = getattr(getattr(client, resource), method)
    names = re.findall(r"(\w+)=", arguments)
    parameters = signature(found).parameters
    takes_filters = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    assert takes_filters or set(names) <= parameters.keys()
    positional = [part for part in arguments.split(", ") if part.isidentifier()]
    assert [name for name in positional if name not in parameters] == []
