"""`make check` names what an operation lacks."""

import re
import shutil
from pathlib import Path

from typer.testing import CliRunner

from completeness import LATER, PROJECT, missing
from flowroute_async.cli.app import app
from regeneration.members import members_of


def test_every_operation_has_examples_a_method_a_test_and_a_line() -> None:
    assert [(name, what) for name, what in missing() if what not in LATER] == []


def test_commands_are_named_as_they_are_typed() -> None:
    runner = CliRunner()
    for command in {one for commands in members_of(PROJECT).commands.values() for one in commands}:
        words = command.split()[1:]
        assert runner.invoke(app, [*words, "--help"]).output.startswith(f"Usage: flowroute {' '.join(words)} "), command


def test_what_an_operation_lacks_is_named(tmp_path: Path) -> None:
    for part in ("spec", "src", "docs/reference"):
        shutil.copytree(PROJECT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests/faults").mkdir(parents=True)
    shutil.copy(PROJECT / "tests/faults/fault_calls.py", tmp_path / "tests/faults")
    routes = tmp_path / "src/flowroute_async/resources/routes.py"
    routes.write_text(routes.read_text(encoding="utf-8").replace("delete_route", "drop_route"), encoding="utf-8")
    endpoints = tmp_path / "src/flowroute_async/sandbox/endpoints.py"
    text = endpoints.read_text(encoding="utf-8")
    endpoints.write_text(text.replace("routes.update_route", "routes.other_route"), encoding="utf-8")
    description = tmp_path / "spec/flowroute.complete.yaml"
    text = description.read_text(encoding="utf-8")
    example = re.compile(r" +examples:\n +real:\n +\$ref: '#/components/examples/Callback'\n")
    description.write_text(example.sub("", text), encoding="utf-8")
    commands = tmp_path / "src/flowroute_async/cli/cnam.py"
    text = commands.read_text(encoding="utf-8")
    commands.write_text(text.replace("client.cnam.unassociate", "client.cnam.let_go"), encoding="utf-8")
    page = tmp_path / "docs/reference/operations.md"
    page.write_text(page.read_text(encoding="utf-8").replace("`get_number`", "`gone`"), encoding="utf-8")
    tests = {
        "unit/test_names.py": """# client.numbers.get is named, and not called: get_number
def test_a() -> None:
    client.numbers.get
    client.numbers.list()
""",
        "contract/test_delete_route.py": "delete_route('1')",
    }
    for file, text in tests.items():
        (tmp_path / "tests" / file).parent.mkdir()
        (tmp_path / "tests" / file).write_text(text, encoding="utf-8")
    found = set(missing(tmp_path))
    assert ("list_numbers (client.numbers.list)", "test") not in found
    assert {
        ("delete_route", "facade method"),
        ("update_route", "sandbox handler"),
        ("unassociate_cnam_record", "command"),
        ("get_number", "line in the documentation"),
        ("list_routes (client.routes.list)", "test"),
        ("get_number (client.numbers.get)", "test"),
        ("delete_route (delete_route)", "test"),
        ("get_number_callback", "example of its answer"),
    } <= found
