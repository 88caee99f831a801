"""Tests of operations that the project has no handler for: that they arrive and are answered as their examples say."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from regeneration.api import Api
from regeneration.behaviour import Behaviour
from regeneration.document import same_place
from regeneration.generation import formatted
from regeneration.members import Members
from regeneration.proof import calls_of
from regeneration.responder import Call
from regeneration.sandbox_answers import without_handler
from regeneration.wire import OperationPlan

FOLDER = "tests/contract"
_TEXT = '''"""`{name}` by the examples of the description. Written by `make regenerate`; not to be edited."""

import pytest

from tests.contract.described import Example, faults

EXAMPLES = [
    {examples},
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_{name}_arrives_and_is_answered_as_the_description_says(example: Example) -> None:
    assert faults("{name}", example) == []
'''


def write_contract_tests(
    api: Api, plans: Sequence[OperationPlan], treated: Mapping[str, Behaviour], members: Members, into: Path
) -> None:
    """Write a file of tests for each operation that the sandbox has no handler for, and remove those of others.

    Args:
        api: The description.
        plans: How its operations are written.
        treated: How they may be treated.
        members: What the project has, the sandbox's handlers among it.
        into: The folder that gets the tests.
    """
    folder = into / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    written: set[Path] = set()
    for plan in without_handler(plans, members):
        name = plan.operation.python_name
        calls = calls_of(api, plan, treated[same_place(plan.operation.place)].expected_id)
        examples = ", ".join(dict.fromkeys(map(_example, calls)))
        file = folder / f"test_{name}.py"
        file.write_text(formatted(_TEXT.format(name=name, examples=examples)), encoding="utf-8")
        written.add(file)
    for file in set(folder.glob("test_*.py")) - written:
        file.unlink()


def _example(call: Call) -> str:
    return f"Example({', '.join(_parts(call))})"


def _parts(call: Call) -> Iterator[str]:
    names = {(one.where, one.name): one.python_name for one in call.plan.parameters}
    yield f"arguments={ {names[key]: value for key, value in call.values.items()}!r}"
    if call.body is not None:
        yield f"body={call.body!r}"
    if call.status != 200:  # noqa: PLR2004 - the usual one
        yield f"status={call.status}"
    if call.answer is not None:
        yield f"answer={call.answer.decode()!r}"
        yield f"content_type={call.content_type!r}"
