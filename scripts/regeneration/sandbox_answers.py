"""What the sandbox answers to operations that it has no handler for: data that it reads, made from the description."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from regeneration.api import Api
from regeneration.behaviour import Behaviour
from regeneration.document import same_place
from regeneration.members import Members
from regeneration.proof import calls_of
from regeneration.reading import Json
from regeneration.wire import OperationPlan

ANSWERS = "src/flowroute_async/sandbox/described_answers.json"
_OTHER_VERSION = "_v2_2"  # which the sandbox's handlers answer too


def without_handler(plans: Sequence[OperationPlan], members: Members) -> Iterator[OperationPlan]:
    """Yield the operations that the sandbox has no handler for."""
    for plan in plans:
        if not has_handler(plan.operation.python_name, members):
            yield plan


def has_handler(name: str, members: Members) -> bool:
    """Whether the sandbox has a handler for an operation, its own or that of the other version."""
    return name in members.handlers or name.removesuffix(_OTHER_VERSION) in members.handlers


def write_answers(
    api: Api, plans: Sequence[OperationPlan], treated: Mapping[str, Behaviour], members: Members, into: Path
) -> None:
    """Write the answers to operations without a handler.

    Args:
        api: The description.
        plans: How its operations are written.
        treated: How they may be treated.
        members: What the project has, the sandbox's handlers among it.
        into: The folder that gets the file.
    """
    answers: list[Json] = []
    for plan in without_handler(plans, members):
        name = plan.operation.python_name
        expected_id = treated[same_place(plan.operation.place)].expected_id
        call = next(iter(calls_of(api, plan, expected_id)))
        text = None if call.answer is None else call.answer.decode()
        answers.append(
            {
                "operation": name,
                "method": plan.operation.method,
                "path": plan.operation.path,
                "status": call.status,
                "content_type": call.content_type,
                "body": json.loads(text) if text is not None and plan.answer.format == "json" else text,
                "expected_id": expected_id,
            }
        )
    file = into / ANSWERS
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(answers, indent=2) + "\n", encoding="utf-8")
