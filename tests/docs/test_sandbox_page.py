"""The page on the sandbox lists all options, all verbs of the control interface, and all kinds of fault."""

import re
import subprocess
import sys
from inspect import signature
from pathlib import Path
from typing import Any

from flowroute_async.sandbox import Sandbox
from flowroute_async.sandbox.control_api import control_routes
from flowroute_async.sandbox.described import SENTENCE as FROM_THE_DESCRIPTION
from flowroute_async.sandbox.endpoints import find
from regeneration.reading import read
from tests.docs.documentation_page import PROJECT
from tests.patience import HANGS_AFTER

PAGE = (PROJECT / "docs/sandbox.md").read_text(encoding="utf-8")


async def no_delivery() -> int:
    return 0


def test_every_option_of_the_command_is_on_the_page() -> None:
    command = [sys.executable, "-m", "flowroute_async.sandbox", "--help"]
    text = subprocess.run(command, capture_output=True, text=True, check=True, timeout=HANGS_AFTER).stdout
    options = set(re.findall(r"--[a-z-]+", text)) - {"--help"}
    assert options
    assert not {option for option in options if f"`{option}`" not in PAGE}


def test_every_verb_of_the_control_interface_is_on_the_page() -> None:
    sandbox = Sandbox(numbers=0)
    routes = [route for route in control_routes(sandbox.control, no_delivery) if route.name != "unknown"]
    assert routes
    page = re.sub(r"{\w+}", "{id}", PAGE)
    for route in routes:
        (method,) = (route.methods or set()) - {"HEAD"}
        path = re.sub(r"{\w+}", "{id}", route.path.removeprefix("/_sandbox/api/"))
        assert f"`{method} {path}` | `{route.name}(" in page
    sandbox.close()


def test_every_kind_of_fault_is_on_the_page() -> None:
    arguments = signature(Sandbox(numbers=0).control.add_fault).parameters.keys() - {"operation", "times"}
    assert arguments
    assert not {argument for argument in arguments if f"`{argument}=" not in PAGE}


def test_the_seed_file_on_the_page_can_be_used(tmp_path: Path) -> None:
    (seed,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    file = tmp_path / "seed.yaml"
    file.write_text(seed, encoding="utf-8")
    state = Sandbox(numbers=400, seed_file=file).control.state()
    for part in ("numbers", "routes", "addresses", "names", "messages", "calls"):
        assert state[part], part


def test_the_page_says_of_every_operation_with_a_handler_what_it_rests_on() -> None:
    description: Any = read(PROJECT / "spec/flowroute.complete.yaml")
    rows = []
    for path, item in description["paths"].items():
        for method in ("get", "post", "put", "patch", "delete"):
            if method in item:
                operation = item[method]["operationId"]
                evidence = item[method].get("x-evidence", "documented")
                called = re.sub(
                    r"\{(\w+)\}", lambda part: {"product": "sms", "preset": "alias"}.get(part[1], "1"), path
                )
                endpoint = find(method.upper(), called).endpoint
                assert endpoint is not None, called
                if endpoint.inferred != FROM_THE_DESCRIPTION:
                    rows.append(f"| `{operation}` | `{method.upper()} {path}` | {evidence} | {endpoint.inferred} |")
    listed = re.findall(r"^\| `\w+` \| `[A-Z]+ /v2.*$", PAGE, re.MULTILINE)
    assert sorted(listed) == sorted(rows)
