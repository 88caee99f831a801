"""Documents that are made to exhaust whoever reads them end in one sentence, quickly."""

import json
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from regeneration.reading import parse
from regeneration.validity import endless

PROJECT = Path(__file__).parents[2]
HEAD = "openapi: 3.0.0\ninfo: {title: t, version: '1'}\n"
LAUGHS = (
    HEAD
    + "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
)
FILES = {
    "aliases of aliases": (LAUGHS, "expands to more than"),
    "an alias of itself": (HEAD + "paths: &p\n  /a: *p\n", "contains itself"),
    "deep lists": (HEAD + "paths: " + "[" * 5000 + "]" * 5000, "nested too deeply"),
    "deep JSON": ('{"openapi": "3.0.0", "paths": ' + "[" * 200_000 + "]" * 200_000 + "}", "nested too deeply"),
    "a large file": (HEAD + "x:\n" + "- aaaaaaaaaaaaaaa\n" * 400_000, "characters of YAML"),
    "a key that is a list": (HEAD + "? [a, b]\n: c\n", "a key that is no text"),
    "a tag that would run code": (HEAD + "x: !!python/object/apply:os.system ['true']\n", "cannot be read"),
}


BOUNDED = """
import resource, sys

sys.path.insert(0, sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (500_000_000, 500_000_000))
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
from regeneration.reading import DocumentError, parse

try:
    parse(sys.stdin.read(), "hostile.yaml")
except DocumentError as fault:
    print(fault)
"""


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_in_one_sentence_within_500_mb_and_10_seconds(name: str) -> None:
    text, said = FILES[name]
    ended = subprocess.run(
        [sys.executable, "-c", BOUNDED, str(PROJECT / "scripts")],
        check=False,
        input=text,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    assert len(ended.stdout.splitlines()) == 1
    assert said in ended.stdout


def test_the_script_ends_before_the_generator_is_imported(tmp_path: Path) -> None:
    (tmp_path / "laughs.yaml").write_text(LAUGHS, encoding="utf-8")
    script = str(PROJECT / "scripts/regenerate.py")
    ended = subprocess.run(
        [
            sys.executable,
            "-X",
            "importtime",
            script,
            "--spec",
            str(tmp_path / "laughs.yaml"),
            "--into",
            str(tmp_path / "out"),
        ],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 1
    assert "regeneration stopped, nothing was written: laughs.yaml expands" in ended.stderr
    assert "openapi_python_client" not in ended.stderr
    assert not (tmp_path / "out").exists()


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize(
    ("schemas", "said"),
    [
        ({"A": {"allOf": [reference("B")]}, "B": {"allOf": [reference("A")]}}, "is made of itself"),
        ({"A": reference("B"), "B": reference("A")}, "refers to itself"),
        (
            {f"S{i}": {"anyOf": [reference(f"S{i + 1}")] * 6} for i in range(12)} | {"S12": {"type": "string"}},
            "is composed of more than",
        ),
    ],
)
def test_schemas_without_an_end_are_refused_by_name(schemas: dict[str, object], said: str) -> None:
    document = parse(json.dumps({"openapi": "3.0.0", "components": {"schemas": schemas}}), "endless.json")
    found = endless(document)
    assert found
    assert said in found[0]


MEASURED = """
import resource, runpy, sys

resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
script, *sys.argv[1:] = sys.argv[1:]
sys.path.insert(0, script.rpartition("/")[0])
try:
    runpy.run_path(script, run_name="__main__")
except SystemExit as ended:
    used = resource.getrusage(resource.RUSAGE_SELF)
    # The peak of this program; ru_maxrss begins with that of the process that started it.
    peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(ended.code, peak, used.ru_utime + used.ru_stime)
"""


def test_schemas_of_schemas_end_within_500_mb_and_10_seconds(tmp_path: Path) -> None:
    vendors = parse((PROJECT / "spec/flowroute.yaml").read_text(encoding="utf-8"), "flowroute.yaml")
    wide = {f"S{i}": {"anyOf": [reference(f"S{i + 1}")] * 6} for i in range(12)} | {"S12": {"type": "string"}}
    deep = {f"D{i}": {"type": "object", "properties": {"a": reference(f"D{i + 1}")}} for i in range(400)}
    cast("dict[str, dict[str, object]]", vendors["components"])["schemas"] |= wide | deep | {"D400": {"type": "string"}}
    (tmp_path / "bomb.json").write_text(json.dumps(vendors), encoding="utf-8")
    arguments = ("--spec", str(tmp_path / "bomb.json"), "--into", str(tmp_path / "out"))
    ended = subprocess.run(
        [sys.executable, "-c", MEASURED, str(PROJECT / "scripts/regenerate.py"), *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    code, kilobytes, seconds = ended.stdout.splitlines()[-1].split()
    assert "the schema S0 is composed of more than" in ended.stderr
    assert code == "1"
    assert int(kilobytes) < 500_000
    assert float(seconds) < 10


def test_a_schema_may_hold_itself() -> None:
    tree = {"Tree": {"type": "object", "properties": {"children": {"type": "array", "items": reference("Tree")}}}}
    assert endless(parse(json.dumps({"components": {"schemas": tree}}), "tree.json")) == []
