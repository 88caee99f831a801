"""The tables in pages that are written by hand.

What the vendor's libraries have, where to look after a loss, and what the sandbox's answers rest on.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

from regeneration.api import Api, OperationNode
from regeneration.calls import calls
from regeneration.members import Members
from regeneration.reading import DocumentError, Object
from regeneration.sandbox_answers import has_handler

MOVING, RETRIES, SANDBOX = "docs/moving.md", "docs/retries.md", "docs/sandbox.md"
LIBRARIES = {"python": "Python", "ruby": "Ruby", "php": "PHP", "node": "Node.js", "dotnet": ".NET"}
"""The vendor's libraries, by their words in `x-vendor-names`."""
_NAMES = "x-vendor-names"
_REST = "the rest"


def vendor_names(operation: OperationNode) -> Mapping[str, Sequence[str]]:
    """Return what an operation's methods are called in each of the vendor's libraries that has it.

    Raises:
        DocumentError: If `x-vendor-names` names no library, or something else than methods.
    """
    said = operation.node.get(_NAMES, {})
    fault = f"{operation.name}: {_NAMES} has the names of methods, for {', '.join(LIBRARIES)}, not "
    if not isinstance(said, dict):
        raise DocumentError(f"{fault}{said!r}")
    found: dict[str, Sequence[str]] = {}
    for library, names in said.items():
        methods = names if isinstance(names, list) else [names]
        if library not in LIBRARIES or not all(isinstance(one, str) and one.isidentifier() for one in methods):
            raise DocumentError(f"{fault}{library}: {names}")
        found[library] = cast("list[str]", methods)
    return found


def unreadable_names(api: Api) -> Iterator[str]:
    """Return a sentence for each operation whose names in the vendor's libraries cannot be read."""
    for operation in api.operations:
        try:
            vendor_names(operation)
        except DocumentError as fault:
            yield str(fault)


def pages(project: Path, description: Object, members: Members, generated: Path) -> Iterator[tuple[str, str]]:
    """Return the pages with their tables as the description gives them, each with its place in the project.

    Args:
        project: The project, which has the pages and the facade.
        description: The description.
        members: What uses its operations.
        generated: The generated package.

    Raises:
        DocumentError: If a page has no place for a table.
    """
    api = Api(description)
    tables_of = {
        MOVING: _libraries(project, api, members, generated),
        RETRIES: _losses(api, members),
        SANDBOX: _handled(api, members),
    }
    for name, tables in tables_of.items():
        if not (project / name).exists():
            continue
        text = (project / name).read_text(encoding="utf-8")
        for heading, table in _placed(name, text, tables):
            text = with_table(text, heading, table)
        yield name, text


def with_table(text: str, heading: str, table: str) -> str:
    """Return a page with a table between its marks.

    Raises:
        DocumentError: If the page has no such marks.
    """
    begin, end = (f"<!-- {heading}: {word} -->" for word in ("begin", "end"))
    before, mark, rest = text.partition(begin)
    _, last, after = rest.partition(end)
    if not mark or not last:
        raise DocumentError(f"there is no place for a table between {begin} and {end}")
    return f"{before}{begin}\n\n{table}\n\n{end}{after}"


def _placed(name: str, text: str, tables: Mapping[str, list[Sequence[str]]]) -> Iterator[tuple[str, str]]:
    """Return the tables by their marks; rows of a table that has none are put with the rest."""
    rest = list(tables.get(_REST, ()))
    for heading, rows in tables.items():
        if f"<!-- {heading}: begin -->" in text:
            yield heading, _table(rows)
        elif heading != _REST:
            rest += rows[1:] if rest else rows
    if rest and f"<!-- {_REST}: begin -->" not in text:
        raise DocumentError(f"{name} has no place for {'; '.join(row[0] for row in rest[1:])}: <!-- {_REST}: begin -->")
    if rest:
        yield _REST, _table(rest)


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *others = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, "|---" * len(rows[0]) + "|", *others])


def _libraries(project: Path, api: Api, members: Members, generated: Path) -> Mapping[str, list[Sequence[str]]]:
    """Return the rows of what the vendor's libraries have, by the resource of the facade that has it."""
    called = calls(project, generated)
    tables: dict[str, list[Sequence[str]]] = {}
    for operation in api.operations:
        if names := vendor_names(operation):
            methods = members.methods.get(operation.name, ())
            resource = methods[0].split(".")[1] if methods else _REST
            here = _code(called[one] for one in methods) or f"`client.send({operation.python_name}(...))`"
            rows = tables.setdefault(resource, [("here", *LIBRARIES.values())])
            rows.append((here, *(_code(names.get(library, ())) for library in LIBRARIES)))
    return tables


def _losses(api: Api, members: Members) -> Mapping[str, list[Sequence[str]]]:
    """Return the rows of where to look for what was not answered, of each call that is not repeated by itself."""
    rows: dict[str, Sequence[str]] = {}
    for operation in api.operations:
        if look_at := operation.node.get("x-look-at"):
            methods = [one.removeprefix("client.") for one in members.methods.get(operation.name, ())]
            called = _code(methods) or f"`{operation.python_name}`"
            rows.setdefault(called, (called, str(look_at)))
    return {"where to look": [("call", "where to look"), *(rows[called] for called in sorted(rows))]}


def _handled(api: Api, members: Members) -> Mapping[str, list[Sequence[str]]]:
    """Return the rows of what the sandbox has a handler for, and what its answers rest on."""
    rows: list[Sequence[str]] = [("operation", "request", "rests on", "of its answers inferred")]
    for operation in api.operations:
        if has_handler(operation.name, members):
            evidence = str(operation.node.get("x-evidence", "documented"))
            inferred = members.inferred.get(operation.name, "")
            rows.append((f"`{operation.name}`", f"`{operation.place}`", evidence, inferred))
    return {"handlers": rows}


def _code(names: Iterator[str] | Sequence[str]) -> str:
    return ", ".join(f"`{one}`" for one in names)
