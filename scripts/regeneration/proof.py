"""The proof that generated code works: it imports, type checkers accept it, calls arrive, answers decode.

It runs in a process of its own, on the scratch folder's package in place of the standing one.
"""

import ast
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path

from regeneration.api import Api
from regeneration.behaviour import Behaviour
from regeneration.document import same_place
from regeneration.reading import Json, Object
from regeneration.responder import Call, Responder
from regeneration.samples import formats, sample
from regeneration.shapes import canonical, media_types
from regeneration.wire import AnswerPlan, OperationPlan, ParameterPlan, is_json

_CHILD = Path(__file__).parent / "proof_child.py"
_SECONDS = 300
_MOST_FAULTS = 20
FILES_AS_CACHE = ("--no-sqlite-cache",)
"""Has mypy keep a folder for each package, so that those of some can be left out."""

_NO_ANSWER = "the type checker failed"
_MYPY_LINE = re.compile(r"^(?P<file>[^:]+):(?P<line>\d+): error: (?P<text>.*?)(?:  \[(?P<code>[\w-]+)\])?$")


def prove(
    api: Api,
    plans: Sequence[OperationPlan],
    treated: Mapping[str, Behaviour],
    generated: Path,
    project: Path | None,
    *,
    typed: bool = True,
) -> list[str]:
    """Prove generated code, and the facade and command on it.

    Args:
        api: The description.
        plans: How its operations are written.
        treated: How they may be treated.
        generated: The folder that holds the generated package.
        project: The project, whose facade and command use it; None to prove the package alone.
        typed: Whether to run the type checker.

    Returns:
        A sentence for each thing that does not hold; nothing where all of it does.
    """
    calls = [
        call
        for plan in plans
        for call in calls_of(api, plan, treated[same_place(plan.operation.place)].expected_id, nulls=True)
    ]
    calls += refused_calls(api, plans)
    with ThreadPoolExecutor(1) as aside:
        checked = aside.submit(type_faults, generated, project) if typed else None
        found = _run_faults(api, calls, generated, project)
        found += checked.result() if checked is not None else []
    return found[:_MOST_FAULTS] + ([f"and {len(found) - _MOST_FAULTS} more"] if len(found) > _MOST_FAULTS else [])


def calls_of(api: Api, plan: OperationPlan, expected_id: str | None, *, nulls: bool = False) -> Iterator[Call]:
    """Return the calls of an operation: with all that it takes, and with only what it needs.

    Args:
        api: The description.
        plan: How the operation is written.
        expected_id: The path parameter whose value the answer's id repeats, or None.
        nulls: Whether a further one is answered with null wherever it may be.
    """
    for full, are_null in ((True, False), (False, False), *([(False, True)] if nulls else [])):
        values = {
            (one.where, one.name): _separable(one, sample(api, one.schema, sent=True, full=True))
            for one in plan.parameters
            if one.required or full
        }
        body: Json = None
        if plan.body is not None and (plan.body.required or full):
            body = sample(api, plan.body.schema, sent=True, full=full)
            if plan.body.format in {"text", "bytes"}:
                body = "some text"
        asked = values.get(("path", expected_id or ""))
        content = _answer(api, plan.answer, asked, full=full or are_null, nulls=are_null)
        status = int(plan.answer.status)
        kind = plan.answer.accept[0] if plan.answer.accept else "application/json"
        yield Call(plan, values, body, status, content, kind)


def refused_calls(api: Api, plans: Sequence[OperationPlan]) -> Iterator[Call]:
    """Return a call that is refused without a body, and one for each form in which errors are described."""
    seen: set[str] = set()
    for plan in plans:
        for status, node in [("500", None), *plan.operation.answers.items()]:
            schema = next((schema for kind, schema in media_types(node).items() if is_json(kind)), None)
            form = "" if schema is None else canonical(api, schema)
            if status[0] not in "123" and form not in seen:
                seen.add(form)
                _, needed = islice(calls_of(api, plan, None), 2)
                answer = None if schema is None else json.dumps(sample(api, schema, sent=False)).encode()
                code = 400 if status[0] == "4" else 500
                yield replace(needed, status=code, answer=answer, content_type="application/json")


def _separable(parameter: ParameterPlan, value: Json) -> Json:
    """Return the values of a list without what stands between them on the wire."""
    if not isinstance(value, list) or parameter.separator is None:
        return value
    return [one.replace(parameter.separator, "-") if isinstance(one, str) else one for one in value]


def _answer(api: Api, answer: AnswerPlan, asked: Json, *, full: bool, nulls: bool) -> bytes | None:
    if answer.format == "none":
        return None
    if answer.format != "json":
        return b"some text"
    value = sample(api, answer.schemas[0] if full else answer.schemas[-1], sent=False, full=full, nulls=nulls)
    data = value.get("data") if isinstance(value, dict) else None
    if isinstance(asked, str | int) and isinstance(data, dict):
        data["id"] = asked
    return json.dumps(value).encode()


def _run_faults(api: Api, calls: Sequence[Call], generated: Path, project: Path | None) -> list[str]:
    with Responder() as responder, tempfile.TemporaryDirectory() as scratch:
        responder.calls.extend(calls)
        job = Path(scratch) / "job.json"
        told = {
            "package": str(generated),
            "url": responder.url,
            "facade": project is not None,
            "calls": [as_job(api, call) for call in calls],
        }
        job.write_text(json.dumps(told), encoding="utf-8")
        try:
            result = subprocess.run(
                [sys.executable, str(_CHILD), str(job)],
                check=False,
                capture_output=True,
                text=True,
                cwd=scratch,
                env=_environment(generated, project),
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return [f"the generated code did not end within {_SECONDS} seconds", *responder.faults]
        lines = result.stdout.splitlines()
        if not lines or lines[-1] != "proven":
            last = result.stderr.strip().splitlines()[-1:] or [f"exit code {result.returncode}"]
            return [*_said(lines), f"the generated code ended early: {last[0]}", *responder.faults]
        return [*_said(lines[:-1]), *responder.faults]


def _said(lines: Sequence[str]) -> list[str]:
    return [line.removeprefix("fault: ") for line in lines if line.startswith("fault: ")]


def as_job(api: Api, call: Call) -> Object:
    """Return a call as the child process builds it."""
    plan = call.plan
    return {
        "function": plan.operation.python_name,
        "tag": plan.operation.tag,
        "label": call.label,
        "path": _arguments(api, call, "path"),
        "query": _arguments(api, call, "query"),
        "header": _arguments(api, call, "header"),
        "has_body": call.body is not None,
        "body": call.body,
        "answers": call.answer is not None,
        "status": call.status,
        "deprecated": plan.operation.deprecated
        or any(one.deprecated and (one.where, one.name) in call.values for one in plan.parameters),
    }


def _arguments(api: Api, call: Call, where: str) -> list[Json]:
    return [
        {
            "name": one.python_name,
            "value": call.values[where, one.name],
            "is_time": "date-time" in formats(api, one.schema),
        }
        for one in call.plan.at(where)
        if (where, one.name) in call.values
    ]


def _environment(generated: Path, project: Path | None) -> dict[str, str]:
    source = Path(__file__).resolve().parents[2] if project is None else project
    paths = [str(generated), str(source / "src")]
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith("FR_")},
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": "error,default::DeprecationWarning",
    }


def type_faults(generated: Path, project: Path | None) -> list[str]:
    """Return what the type checker says of generated code, and of the facade and command on it.

    Args:
        generated: The folder that holds the generated package.
        project: The project, whose facade and command use it; None to check the package alone.
    """
    source = Path(__file__).resolve().parents[2]
    checked = [generated / "flowroute_openapi", *([project / "src/flowroute_async"] if project is not None else [])]
    command = [sys.executable, "-m", "mypy", "--config-file", str(source / "pyproject.toml"), "--no-error-summary"]
    command += ["--no-color-output", "--hide-error-context", *FILES_AS_CACHE, *map(str, checked)]
    search = [generated, *([project / "src"] if project is not None else [])]
    environment = {**os.environ, "MYPYPATH": os.pathsep.join(map(str, search))}
    cache = source / ".mypy_cache" / ("proof" if project is not None else "proof-alone")
    faults = _mypy([*command, "--cache-dir", str(cache)], environment, generated, source)
    if not faults:
        return []
    # What earlier runs left of our own modules may be wrong, and may stop mypy: a run without it decides.
    with tempfile.TemporaryDirectory() as scratch:
        others = Path(scratch) / "others"
        with contextlib.suppress(OSError):  # another run takes its scratch files away, and what lacks is made
            shutil.copytree(cache, others, ignore=shutil.ignore_patterns("flowroute_*"))
        faults = _mypy([*command, "--cache-dir", str(others)], environment, generated, source)
        if any(one.startswith(_NO_ANSWER) for one in faults):
            faults = _mypy([*command, "--cache-dir", str(Path(scratch) / "none")], environment, generated, source)
    return faults


def _mypy(command: Sequence[str], environment: dict[str, str], generated: Path, source: Path) -> list[str]:
    result = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=source, env=environment, timeout=_SECONDS
    )
    if result.returncode == 0:
        return []
    lines = [match for line in result.stdout.splitlines() if (match := _MYPY_LINE.match(line))]
    if not lines:
        return [f"{_NO_ANSWER}: {(result.stdout + result.stderr).strip()[:300]}"]
    return [f"{_place(Path(match['file']), int(match['line']), generated, source)}: {match['text']}" for match in lines]


def _place(file: Path, line: int, generated: Path, source: Path) -> str:
    """Return where a fault of types is: in generated code, or in which method of the facade or the command."""
    path = file if file.is_absolute() else source / file
    if path.is_relative_to(generated):
        return f"generated {path.relative_to(generated).as_posix()}:{line}"
    name = path.as_posix().rpartition("/src/")[2]
    return f"{name}:{line}{_enclosing(path, line)}"


def _enclosing(path: Path, line: int) -> str:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError):
        return ""
    names = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    return f" ({'.'.join(names)})" if names else ""
