"""The two files that are published: what an index asks of them, and that the wheel is the same from either source."""

import hashlib
import re
import tarfile
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from flowroute_async import __version__
from tests.packaging.conftest import build


@pytest.fixture
def described(installed: Path) -> metadata.PackageMetadata:
    (found,) = metadata.distributions(path=[str(installed)])
    return found.metadata


def contents(wheel: Path) -> dict[str, str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


def test_the_source_distribution_builds_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    again = build("wheel", unpacked, tmp_path / "wheel")
    assert again.name == wheel.name
    assert contents(again) == contents(wheel)


def test_the_source_distribution_holds_what_the_project_needs_to_go_on(sdist: Path, project: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"Makefile", "requirements-dev.lock", "spec/flowroute.yaml", "tests/conftest.py", "LICENSE"} <= names
    assert {path.relative_to(project).as_posix() for path in project.glob("scripts/*.*")} <= names
    assert not [
        name for name in names if name.startswith((".venv", "build/", "dist/", "site/")) or "__pycache__" in name
    ]


def test_the_metadata_says_what_an_index_shows(described: metadata.PackageMetadata, project: Path) -> None:
    assert (described["Name"], described["Version"]) == ("flowroute-async", __version__)
    assert (described["License-Expression"], described.get_all("License-File")) == ("MIT", ["LICENSE"])
    assert "\n" not in described["Summary"]
    declared = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert described.get_all("Provides-Extra") == sorted(declared["optional-dependencies"])
    assert SpecifierSet(described["Requires-Python"]).contains("3.11")
    pages = dict(line.split(", ") for line in described.get_all("Project-URL") or [])
    assert pages.keys() >= {"Documentation", "Source", "Issues", "Changelog"}
    assert all(address.startswith("https://") for address in pages.values())


def test_the_long_description_is_the_readme_with_links_that_work_elsewhere(
    described: metadata.PackageMetadata, project: Path
) -> None:
    assert described["Description-Content-Type"] == "text/markdown"
    shown = described.json["description"]
    assert isinstance(shown, str)
    source = dict(line.split(", ") for line in described.get_all("Project-URL") or [])["Source"]
    links = re.findall(r"\]\(([^)]+)\)", shown)
    assert [link for link in links if link.startswith(f"{source}/blob/main/")]
    assert not [link for link in links if not link.startswith(("https://", "#"))]
    back = re.sub(
        rf"\]\((?:{re.escape(source)}/blob/main|https://raw\.githubusercontent\.com/[^/]+/[^/]+/main)/", "](", shown
    )
    assert back.strip() == (project / "README.md").read_text(encoding="utf-8").strip()


def test_the_licence_is_in_both_files(wheel: Path, sdist: Path, project: Path) -> None:
    licence = (project / "LICENSE").read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read(f"flowroute_async-{__version__}.dist-info/licenses/LICENSE") == licence
    with tarfile.open(sdist) as archive:
        held = archive.extractfile(f"flowroute_async-{__version__}/LICENSE")
        assert held is not None
        assert held.read() == licence


def test_the_lists_of_locked_versions_name_no_index(project: Path) -> None:
    locks = [*project.glob("requirements-*.lock"), project / "benchmarks/requirements.lock"]
    assert len(locks) == 4
    for lock in locks:
        lines = lock.read_text(encoding="utf-8").splitlines()
        assert not [line for line in lines if "://" in line or line.startswith("-")]


@pytest.mark.parametrize("smaller", ["requirements-demo.lock", "requirements-test.lock"])
def test_a_smaller_set_locks_the_same_versions_as_the_whole(project: Path, smaller: str) -> None:
    def versions(lock: str) -> set[str]:
        lines = (project / lock).read_text(encoding="utf-8").splitlines()
        return {line.split(" ")[0] for line in lines if "==" in line}

    assert versions(smaller) < versions("requirements-dev.lock")
