"""The page of the documentation that lists every operation: how it may be treated, and what is known of it."""

from regeneration.additions import evidence
from regeneration.behaviour import Behaviour, behaviours
from regeneration.document import Object, operations, same_place
from regeneration.members import Members

PAGE = "docs/reference/operations.md"
_HEAD = """# Operations

Every operation of the API that is known, whether the vendor's document has it or its documentation elsewhere. Each is
a function of `flowroute_openapi`, which builds the call as a value for `client.send`. Built by `make regenerate`; not
to be edited.

- **Repeat**: whether the client sends it again after a lost answer, see [retries and money](../retries.md).
- **Costs**: whether it can cost money or reaches a person.
- **Evidence**: `document` is the vendor's OpenAPI document; `documented`, a page of its developer documentation;
  `observed`, a real answer; `sdk`, a call of one of its SDKs; `inferred`, a conclusion.
"""


def page(complete: Object, members: Members) -> str:
    """Return the page as Markdown."""
    treated = behaviours(complete)
    described = operations(complete)
    lines = [_HEAD]
    group = ""
    for name, place, sure, source in sorted(evidence(complete), key=lambda row: (_tag(described[row[0]]), row[0])):
        if (tag := _tag(described[name])) != group:
            group = tag
            lines += [
                f"\n## {tag.replace('_', ' ').capitalize()}\n",
                "| operation | request | on the facade | repeat | costs | evidence | source |",
                "|---|---|---|---|---|---|---|",
            ]
        behaviour = treated[same_place(place)]
        methods = (
            ", ".join(f"`{one.removeprefix('client.')}`" for one in members.methods.get(name, ())) or "`client.send`"
        )
        lines.append(
            f"| `{name}` | `{place}` | {methods} | {_repeat(behaviour)} | {'yes' if behaviour.charges else ''} "
            f"| {sure} | {source} |"
        )
    return "\n".join(lines) + "\n"


def _repeat(behaviour: Behaviour) -> str:
    if behaviour.repeatable and behaviour.not_repeatable_with:
        return f"not with {', '.join(f'`{field}`' for field in behaviour.not_repeatable_with)}"
    return "yes" if behaviour.repeatable else "never"


def _tag(operation: Object) -> str:
    tags = operation.get("tags")
    return str(tags[0]) if isinstance(tags, list) and tags else "default"
