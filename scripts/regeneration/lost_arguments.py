"""Arguments that the facade passes to generated functions, and that the operations do not have any more."""

import re
from collections.abc import Iterator, Sequence

from regeneration.api import Api
from regeneration.members import Members
from regeneration.wire import OperationPlan

_SIZE = re.compile(r"size|per|limit|count|max|top|take", re.IGNORECASE)


def lost_arguments(plans: Sequence[OperationPlan], before: Api, members: Members) -> Iterator[str]:
    """Return a sentence for each operation that lacks a parameter which the facade passes, such as one of paging.

    Args:
        plans: How the operations are written.
        before: The description that the facade was written for.
        members: What the facade passes.
    """
    earlier = {one.python_name: one for one in before.operations}
    for plan in plans:
        operation = plan.operation
        passed = members.passed.get(operation.python_name, {})
        has = {one.python_name for one in plan.parameters} | {"body"}
        gone = [name for name in passed if name not in has]
        if not gone:
            continue
        had = earlier[operation.python_name].parameters if operation.python_name in earlier else {}
        new = [one.name for one in plan.parameters if (one.where, one.name) not in had]
        files = sorted({file for name in gone for file in passed[name]})
        users = ", ".join(members.methods.get(operation.python_name, ()))
        told = f"{operation.python_name} ({operation.place}): {_replaced(gone, new)}; "
        told += f"{users or 'the facade'} ({', '.join(files)}) passes {' and '.join(gone)}. "
        told += "Where the server takes the old names still, add them back in spec/corrections.overlay.yaml (target: "
        told += f"$.paths['{operation.path}'].{operation.method.lower()}.parameters); "
        yield told + "where it does not, pass what it takes now"


def _replaced(gone: Sequence[str], new: Sequence[str]) -> str:
    if len(gone) == len(new):  # what says how much stands for what said how much
        pairs = zip(*(sorted(names, key=lambda one: not _SIZE.search(one)) for names in (gone, new)), strict=True)
        return ", ".join(f"the parameter {one} is {other} now" for one, other in pairs)
    lost = f"the parameter{'s' if len(gone) > 1 else ''} {' and '.join(gone)} {'are' if len(gone) > 1 else 'is'} gone"
    return f"{lost}, new {'are' if len(new) > 1 else 'is'} {' and '.join(new)}" if new else lost
