"""What a vendor does to a document over the years: each change works and is told, or is refused by name."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped] # its types are a package of their own
from ruamel.yaml import YAML

from regeneration.pipeline import StoppedError, examine, regenerate
from regeneration.reading import Json, read
from regeneration.report import NOTHING, refused
from tests.patience import HANGS_AFTER

PROJECT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "evolutions"
REPEATABLE = "does not say whether sending it twice"


@dataclass(frozen=True)
class Outcome:
    """What must come of an evolution.

    Attributes:
        told: What the report says, each somewhere in it.
        refused: What the refusal says; empty where there must be none.
        breaking: Whether it is told as breaking; None where that does not matter.
        generated: What the generated code has, by file.
        shown: Whether only generated code shows that it is refused.
    """

    told: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    breaking: bool | None = None
    generated: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    shown: bool = False


NUMBERS, MESSAGES = "api/phone_numbers", "api/messages"  # as an evolution among them calls the former
SEARCH = f"{NUMBERS}/search_available_numbers.py"
OUTCOMES = {
    "e01_filters": Outcome(
        told=(
            "search_available_numbers(lot) (integer enum [1, 10, 100])",
            "client.numbers.search",
            "`flowroute numbers search --max-monthly-cost`",
        ),
        breaking=False,
        generated={
            SEARCH: (
                "lot: Literal[1, 10, 100] | int | None",
                "tags: Sequence[str] | None",
                "available_since: Date | None",
            )
        },
    ),
    "e04_filter_csv_array": Outcome(
        told=(
            "search_available_numbers(states) (array of string, style form, explode false)",
            "`flowroute numbers bulk-search --states`",
        ),
        breaking=False,
        generated={SEARCH: ("states: Sequence[str] | None", '("states", joined("states", states, ","))')},
    ),
    "e07_attrs": Outcome(
        told=(
            "AccountNumber.attributes.features[].name",
            "AccountNumber.attributes.carrier (Region or integer or null)",
        ),
        breaking=False,
        generated={
            "models/__init__.py": ("class Region(Model)", "purchased_at: Timestamp | None", "renews_on: Date | None")
        },
    ),
    "e09_op_existing_tag": Outcome(
        told=("get_v2_routes_edge_strategies",), refused=("list_edge_strategies", "drop the addition")
    ),
    "e11b_path_uuid": Outcome(
        told=("operation added: get_order (GET /v2/orders/{order_id})",),
        generated={"api/orders/get_order.py": ("order_id: UUID",)},
    ),
    "e13_multipart": Outcome(
        told=("operation added: upload_media",), refused=("upload_media (POST /v2.2/media)", REPEATABLE)
    ),
    "e15b_octet": Outcome(
        told=("operation added: download_cdr",),
        generated={
            "api/cdrs/download_cdr.py": ("Operation[bytes]", 'answer_format="bytes"', "application/octet-stream")
        },
    ),
    "e18_default_resp": Outcome(
        told=("operation added: get_balance",),
        generated={"api/account/get_balance.py": ("Operation[models.GetBalanceResponse200]",)},
    ),
    "e19b_body_array": Outcome(
        told=("operation added: purchase_many",), refused=("purchase_many (POST /v2/numbers/bulk)", REPEATABLE)
    ),
    "e20_header_op": Outcome(
        told=("send_message(Idempotency-Key, header) (string; idempotency_key in Python)", "client.messages.send"),
        breaking=False,
        generated={
            f"{MESSAGES}/send_message.py": (
                "idempotency_key: str | None = None",
                '("Idempotency-Key", idempotency_key)',
            )
        },
    ),
    "e22_deprecated": Outcome(
        told=("deprecation added: search_available_numbers", "deprecation added: Message.is_mms"),
        generated={
            SEARCH: ("Deprecated by the vendor.", 'warn_deprecated("search_available_numbers")'),
            "models/__init__.py": ("deprecated=True",),
        },
    ),
    "e24_renamed_field": Outcome(
        told=(
            "field removed: AccountNumber.attributes.cnam_lookups_enabled",
            "client.numbers.list",
            "`flowroute numbers get`",
        ),
        breaking=True,
    ),
    "e26b_req_body_required": Outcome(
        told=("Message.dlr_callback (required now)", "client.messages.send"),
        refused=("by these changes: field changed: Message.dlr_callback (required now)", "new_message", "dlr_callback"),
        breaking=True,
        shown=True,
    ),
    "e27b_enum_route_filter": Outcome(told=('list_routes(route_type) (gains "sip-trunk")',), breaking=False),
    "e29_server": Outcome(told=("https://api.flowroute.com/gw/, before https://api.flowroute.com/",), breaking=True),
    "e32_v22": Outcome(
        told=("correction: corrections, action",),
        refused=(
            "$.paths['/v2.1/messages'].post; likely target now: $.paths['/v2.2/messages'].post",
            "$.paths['/v2.1/messages'].get; likely target now: $.paths['/v2.2/messages'].get",
            "$.paths['/v2.1/messages/{id}'].get; likely target now: $.paths['/v2.2/messages/{id}'].get",
        ),
    ),
    "e34_cursor": Outcome(told=("list_events: it pages by a cursor; no paginator fits it",), breaking=False),
    "e36_fix_types": Outcome(
        told=("mended: remove type from it", "search_available_numbers(starts_with) (maxLength 20)"),
    ),
    "e39_fix_opids": Outcome(told=("it overrides what the vendor has changed", "listAccountNumbers", "list_numbers")),
    "e42_removed_op": Outcome(
        told=(
            "operation removed: list_available_exchanges",
            "client.numbers.exchanges",
            "`flowroute numbers exchanges`",
        ),
        refused=("$.paths['/v2/numbers/available/exchanges'].get", "areacode"),
        breaking=True,
    ),
    "e44_body_added": Outcome(
        told=("purchase_number body", "messaging_enabled"), refused=("requestBody", "drop the addition")
    ),
    "e46_limits": Outcome(
        told=("search_available_numbers(limit) (maximum 100)", "texts changed in 1 places"), breaking=True
    ),
    "e49_op_server": Outcome(
        told=("operation added: get_media",),
        generated={f"{MESSAGES}/get_media.py": ('server="https://media.flowroute.com"',)},
    ),
    "e52_new_error_default": Outcome(
        told=("answer added: list_numbers answer 429", "overrides what the vendor has changed")
    ),
    "e55_tag_renamed": Outcome(
        told=("from numbers to Phone Numbers", "flowroute_openapi.api.numbers is flowroute_openapi.api.phone_numbers"),
        breaking=True,
        generated={"api/phone_numbers/list_numbers.py": ("class ListNumbersQuery",)},
    ),
    "g2_array": Outcome(
        told=("search_available_numbers(tags) (array of string)",), generated={SEARCH: ("tags: Sequence[str] | None",)}
    ),
    "g5_oneof": Outcome(
        told=("search_available_numbers(value) (string or integer)",), generated={SEARCH: ("value: str | int | None",)}
    ),
    "g8_pathlevel_header_ref": Outcome(
        told=("update_route(If-Match, header) (string, required; if_match in Python)",),
        refused=("update_route", "drop the addition"),
    ),
    "h01_allof_of_texts": Outcome(
        told=('AccountNumber.attributes.line_type (string enum ["fixed", "mobile"])',),
        generated={"models/__init__.py": ('Literal["fixed", "mobile"]',)},
    ),
    "h02_bracket_names": Outcome(
        told=("list_events(page[size]) (integer; page_size in Python)",),
        generated={
            "api/numbers/list_events.py": (
                "filter_phone_number_starts_with: str | None = None",
                '("page[size]", page_size)',
            )
        },
    ),
    "h03_deprecated_filter": Outcome(
        told=("deprecation added: list_numbers(ends_with)",),
        generated={f"{NUMBERS}/list_numbers.py": ('warn_deprecated("ends_with of list_numbers")',)},
    ),
    "h04_contradictory_parts": Outcome(
        refused=("the schema AccountNumber: no value is all that its parts (allOf) ask for, string and integer",)
    ),
    "h05_contradictory_field": Outcome(refused=("the schema Event: no value of id is all", "integer and string")),
    "h06_list_of_types": Outcome(refused=("properties.carrier", "OpenAPI 3.0 does not have", "say `nullable: true`")),
    "h07_foreign_pattern": Outcome(refused=("Python cannot read the pattern", "properties.carrier")),
    "h09_paging_renamed": Outcome(
        told=(
            "list_routes: it pages by the number of a page; no paginator fits it",
            "list_numbers: it pages by a cursor",
        ),
        refused=(
            "list_routes (GET /v2/routes): the parameter limit is per_page now, the parameter offset is page now",
            "client.routes.list (flowroute_async/resources/routes.py) passes limit and offset",
            "list_numbers (GET /v2/numbers): the parameter offset is cursor now; client.numbers.list",
            "add them back in spec/corrections.overlay.yaml (target: $.paths['/v2/routes'].get.parameters)",
        ),
        breaking=True,
    ),
    "h08_wrong_default": Outcome(refused=("'up' is not one of", "paths./v2/numbers.get.parameters")),
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vendor's document in the spelling that the patches apply to."""
    file = tmp_path_factory.mktemp("evolutions") / "base.yaml"
    as_patched = YAML()
    as_patched.width = 100
    as_patched.default_flow_style = False
    with file.open("w", encoding="utf-8") as written:
        as_patched.dump(read(PROJECT / "spec/flowroute.yaml"), written)
    return file


def evolved(base: Path, name: str) -> Path:
    """Apply the patch of an evolution, and write the document as JSON, which is read in no time."""
    folder = base.with_name(name)
    folder.mkdir(exist_ok=True)
    changed = Path(shutil.copy(base, folder))
    alone = {**os.environ, "GIT_CEILING_DIRECTORIES": str(base.parent)}  # in no repository, wherever tests write
    command = ["git", "apply", str(FOLDER / f"{name}.patch")]
    subprocess.run(command, check=True, cwd=folder, env=alone, timeout=HANGS_AFTER)
    document = changed.with_suffix(".json")
    document.write_text(json.dumps(yaml.load(changed.read_bytes(), yaml.CSafeLoader)), encoding="utf-8")
    return document


def files(folder: Path) -> list[str]:
    return [str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()]


def test_every_evolution_has_an_outcome() -> None:
    assert {file.stem for file in FOLDER.glob("*.patch")} == OUTCOMES.keys()


def test_the_same_document_in_another_spelling_changes_nothing(base: Path) -> None:
    told = examine(base, PROJECT)
    assert told.lines()[0] == NOTHING
    assert told.verdict == "none"


@pytest.mark.parametrize("name", OUTCOMES)
def test_an_evolution_is_told_or_refused_by_name(base: Path, name: str) -> None:
    outcome = OUTCOMES[name]
    told = examine(evolved(base, name), PROJECT)
    refusal = "\n".join(refused(told))
    lines = "\n".join(told.lines())
    if not outcome.shown:
        assert bool(refusal) == bool(outcome.refused), refusal
        assert [word for word in outcome.refused if word not in refusal] == []
    assert [word for word in outcome.told if word not in lines] == []
    assert NOTHING not in lines
    if outcome.breaking is not None:
        assert (told.verdict == "major") is outcome.breaking


@pytest.mark.heavy
def test_what_the_facade_cannot_do_any_more_is_refused_and_nothing_is_written(base: Path, tmp_path: Path) -> None:
    shown = {name: outcome for name, outcome in OUTCOMES.items() if outcome.shown}
    with pytest.raises(StoppedError) as stopped:
        regenerate(_together(base, shown), tmp_path, PROJECT)
    refusal = str(stopped.value)
    assert [word for outcome in shown.values() for word in outcome.refused if word not in refusal] == []
    assert files(tmp_path) == []


@pytest.mark.heavy
def test_all_evolutions_that_work_are_proven_together(base: Path, tmp_path: Path) -> None:
    working = {name: outcome for name, outcome in OUTCOMES.items() if not outcome.refused}
    regenerate(_together(base, working), tmp_path / "out", PROJECT)
    for outcome in working.values():
        for file, words in outcome.generated.items():
            code = (tmp_path / "out/generated/flowroute_openapi" / file).read_text(encoding="utf-8")
            assert [word for word in words if word not in code] == []


def _together(base: Path, names: Iterable[str]) -> Path:
    """Write the document that has what several evolutions changed."""
    together = read(base)
    for name in names:
        together = _merged(read(base), read(evolved(base, name)), together)
    file = base.with_name("together.json")
    file.write_text(json.dumps(together), encoding="utf-8")
    return file


def _merged(before: Json, after: Json, into: Json) -> Any:
    """Return a document with what an evolution changed in another one."""
    if before == after:
        return into
    if isinstance(before, dict) and isinstance(after, dict) and isinstance(into, dict):
        kept = {key: value for key, value in into.items() if key not in before or key in after}
        changed = {
            key: _merged(before[key], value, into[key]) if key in before and key in into else value
            for key, value in after.items()
            if key not in before or before[key] != value
        }
        return kept | changed
    if isinstance(before, list) and isinstance(after, list) and isinstance(into, list):
        if len(before) == len(after):  # entries were changed where they stand
            rest = into[len(before) :]
            return [_merged(*three) for three in zip(before, after, into, strict=False)] + rest
        return into + [one for one in after if one not in before and one not in into]
    return after
