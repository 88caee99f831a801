"""Without extras the wheel works, and says which one is missing; with one, what it is for works with that one alone."""

import os
from pathlib import Path

import pytest

from tests.packaging.bare_environment import BareEnvironment

CALL = """
import anyio, httpx
from flowroute_async import FlowrouteClient

answers = httpx.MockTransport(lambda request: httpx.Response(200, json={"data": [], "links": {}}))

async def main():
    async with FlowrouteClient(access_key="a", secret_key="b", http_transport=answers) as client:
        print((await client.numbers.search(state="WA")).items)

anyio.run(main)
"""

IMPORT_ALL = """
import importlib, pkgutil, flowroute_async, flowroute_openapi

for package in (flowroute_async, flowroute_openapi):
    def failed(name):
        pass  # named by the loop below
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + ".", onerror=failed):
        if found.name.startswith("flowroute_async.cli."):
            continue  # the command is entered by flowroute_async.cli, which names the extra
        try:
            importlib.import_module(found.name)
        except ImportError as error:
            print(found.name, "|", error)
"""

WRITE_PARQUET = """
import io
from flowroute_async.jobs.export import write_parquet
print(write_parquet(io.BytesIO(), []))
"""

SEARCH_ON_CLUSTER = """
import types
from flowroute_async import FlowrouteClient
from flowroute_async.jobs.cluster import ClusterSearch
cluster = types.SimpleNamespace(asynchronous=False, sync=lambda read, sources: [])
ClusterSearch(cluster, FlowrouteClient, state_codes=["WA"])
"""

OVER_AIOHTTP = """
import anyio, httpx_aiohttp
from flowroute_async import FlowrouteClient

async def main():
    async with FlowrouteClient(access_key="a", secret_key="b", http_transport=httpx_aiohttp.AiohttpTransport()):
        pass

anyio.run(main)
"""

WORKS = {
    "sandbox": ("-c", "from flowroute_async.sandbox import Sandbox; Sandbox(numbers=10).app; import jinja2"),
    "cli": ("-m", "flowroute_async.cli", "--sandbox", "numbers", "search", "--max-items", "1", "--output", "json"),
    "redis": ("-c", "import flowroute_async.shared_rate"),
    "parquet": ("-c", WRITE_PARQUET),
    "dask": ("-c", SEARCH_ON_CLUSTER),
    "aiohttp": ("-c", OVER_AIOHTTP),
}
"""What each extra is for."""


@pytest.fixture(scope="module")
def bare(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> BareEnvironment:
    return BareEnvironment(tmp_path_factory.mktemp("bare"), installed)


def test_without_extras_a_client_calls(bare: BareEnvironment, tmp_path: Path) -> None:
    ran = bare.run("-c", CALL, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, "()\n"), ran.stderr


def test_without_extras_each_module_imports_or_names_its_extra(bare: BareEnvironment, tmp_path: Path) -> None:
    ran = bare.run("-c", IMPORT_ALL, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    refused = dict(line.split(" | ") for line in ran.stdout.splitlines())
    assert {name for name in refused if name.count(".") == 1} == {
        "flowroute_async.sandbox",
        "flowroute_async.shared_rate",
    }
    plugin = refused.pop("flowroute_async.testing.plugin")
    assert plugin == "No module named 'pytest'"
    assert [sentence for sentence in refused.values() if not sentence.startswith('this needs the extra "')] == []


@pytest.mark.parametrize("extra", [extra for extra in WORKS if extra != "aiohttp"])  # its package is the caller's
def test_what_needs_an_extra_names_it(extra: str, bare: BareEnvironment, tmp_path: Path) -> None:
    ran = bare.run(*WORKS[extra], cwd=tmp_path)
    assert ran.returncode != 0
    sentence = f'this needs the extra "{extra}": pip install "flowroute-async[{extra}]"'
    assert ran.stderr.splitlines()[-1].endswith(sentence)


@pytest.mark.parametrize("extra", WORKS)
def test_an_extra_by_itself_is_enough(extra: str, installed: Path, tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    ran = BareEnvironment(packages, installed, extra).run(*WORKS[extra], cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr


def test_pytest_starts_without_the_extra_and_a_fixture_names_it(installed: Path, tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    environment = BareEnvironment(packages, installed, besides=["pytest"])
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    test = "def test_nothing(): pass\ndef test_sandbox(flowroute_sandbox): pass\n"
    (tmp_path / "test_user.py").write_text(test, encoding="utf-8")
    ran = environment.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "test_user.py", cwd=tmp_path)
    assert "1 passed, 1 error" in ran.stdout, ran.stdout + ran.stderr
    assert 'this needs the extra "sandbox": pip install "flowroute-async[sandbox]"' in ran.stdout


def test_nothing_is_left_of_the_development_install(bare: BareEnvironment, installed: Path, tmp_path: Path) -> None:
    program = "import flowroute_async, flowroute_openapi as o; print(flowroute_async.__file__, o.__file__, sep='\\n')"
    ran = bare.run("-c", program, cwd=tmp_path)
    assert all(line.startswith(f"{installed}{os.sep}") for line in ran.stdout.splitlines()), ran.stdout
