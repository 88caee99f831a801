"""Which parts of the project use an operation: facade methods, commands, sandbox handlers, calls of the fault table."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_CLIENT = "src/flowroute_async/client.py"
_COMMANDS = "src/flowroute_async/cli"
_ENDPOINTS = "src/flowroute_async/sandbox/endpoints.py"
_FAULT_CALLS = "tests/faults/fault_calls.py"
_GENERATED = "flowroute_openapi"
_QUERY = re.compile(r"Unpack\[(\w+Query)\]")


@dataclass(frozen=True, slots=True)
class Members:
    """Where generated names are used.

    Attributes:
        methods: The facade's methods, such as `client.numbers.list`, by the generated name that they use.
        modules: The modules outside the facade's resources that import a generated name, by that name.
        commands: The commands, such as `flowroute numbers list`, by facade method or generated name.
        handlers: The sandbox's handlers, by operation.
        inferred: What of the sandbox's answers to an operation rests on inference, by operation.
        fault_calls: The operations that the fault table calls.
        filtering: The commands whose options are the filters of a list, by the name of its TypedDict.
        own_arguments: The arguments and options of our own beside the filters of a list, by the name of its TypedDict.
        passed: The arguments that are passed by name to a generated function, by function, with the files that do so.
    """

    methods: Mapping[str, tuple[str, ...]]
    modules: Mapping[str, tuple[str, ...]]
    commands: Mapping[str, tuple[str, ...]]
    handlers: Mapping[str, str]
    inferred: Mapping[str, str]
    fault_calls: frozenset[str]
    filtering: Mapping[str, frozenset[str]]
    own_arguments: Mapping[str, frozenset[str]]
    passed: Mapping[str, Mapping[str, frozenset[str]]]

    def touched(self, name: str) -> tuple[str, ...]:
        """Return what uses a generated name, as it is called by those who use it."""
        methods = self.methods.get(name, ())
        commands = [one for used in (name, *methods) for one in self.commands.get(used, ())]
        handler = (f"sandbox handler {self.handlers[name]}",) if name in self.handlers else ()
        fault = (f"fault table {name}",) if name in self.fault_calls else ()
        modules = () if methods else self.modules.get(name, ())
        return tuple(dict.fromkeys([*methods, *modules, *(f"`{one}`" for one in commands), *handler, *fault]))

    def has_method(self, name: str) -> bool:
        """Whether the facade uses a generated name."""
        return name in self.methods


@dataclass(frozen=True, slots=True)
class _Source:
    """What a module of the project defines and imports."""

    path: Path
    text: str

    @property
    def tree(self) -> ast.Module:
        """The module, parsed."""
        return parsed(self.text)

    @property
    def generated(self) -> frozenset[str]:
        """The generated names that it imports."""
        return _generated(self.text)


@lru_cache(maxsize=512)
def parsed(text: str) -> ast.Module:
    """Parse a module; once, wherever copies of it stand."""
    return ast.parse(text)


@lru_cache(maxsize=512)
def _generated(text: str) -> frozenset[str]:
    if _GENERATED not in text:  # which is told much faster than by its nodes
        return frozenset()
    return frozenset(
        alias.asname or alias.name
        for node in ast.walk(parsed(text))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == _GENERATED
        for alias in node.names
    )


def members_of(project: Path) -> Members:
    """Read the project's sources; once, as long as none of them changes."""
    files = [*sorted((project / "src").rglob("*.py")), project / _FAULT_CALLS]
    stats = [(str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files if file.exists()]
    return _members_of(project, tuple(stats))


@lru_cache(maxsize=4)
def _members_of(project: Path, _: tuple[tuple[str, int, int], ...]) -> Members:
    sources = _sources(project)
    methods: dict[str, list[str]] = {}
    for method, _node, used in facade_methods(project):
        for one in sorted(used):
            methods.setdefault(one, []).append(method)
    modules: dict[str, list[str]] = {}
    for source in sources:
        place = source.path.relative_to(project / "src")
        if "resources" not in place.parts and "cli" not in place.parts:
            for one in sorted(source.generated):
                modules.setdefault(one, []).append(place.as_posix())
    return Members(
        _frozen(methods),
        _frozen(modules),
        _commands(project),
        _handlers(project / _ENDPOINTS),
        _inferred(project / _ENDPOINTS),
        _fault_calls(project),
        _filtering(project),
        _own_arguments(sources, project / _COMMANDS),
        _passed(sources, project / "src"),
    )


def facade_methods(project: Path) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef, set[str]]]:
    """Yield the facade's methods, such as `client.numbers.list`, and the generated names that each uses."""
    classes = {
        node.name: (node, source)
        for source in _sources(project)
        if "sandbox" not in source.path.relative_to(project / "src").parts  # whose classes may have names of the facade
        for node in source.tree.body
        if isinstance(node, ast.ClassDef)
    }
    for attribute, name in _attributes(project / _CLIENT).items():
        for owner, source in _with_bases(name, classes):
            for node, used in _methods(owner, source):
                yield f"client.{attribute}.{node.name}", node, used


def _sources(project: Path) -> list[_Source]:
    return [_read(path) for path in sorted((project / "src").rglob("*.py"))]


def _frozen(found: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(dict.fromkeys(places)) for name, places in found.items()}


def _read(path: Path) -> _Source:
    return _Source(path, path.read_text(encoding="utf-8"))


def _own_arguments(sources: Sequence[_Source], commands: Path) -> dict[str, frozenset[str]]:
    """Read what stands beside `**filters: Unpack[...Query]` in signatures: a filter of that name would collide."""
    common = {
        str(call.args[0].value)
        for path in [commands / "common.py"] if path.exists()
        for call in _calls(_read(path).tree, "Option")
        if call.args and isinstance(call.args[0], ast.Constant)
    }  # fmt: skip
    found: dict[str, set[str]] = {}
    for source in sources:
        for node in ast.walk(source.tree) if "Query]" in source.text else ():
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            filters = node.args.kwarg.annotation if node.args.kwarg is not None else None
            if filters is None or (name := _QUERY.fullmatch(ast.unparse(filters))) is None:
                continue
            own = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            found.setdefault(name[1], set()).update(one.arg for one in own)
            if source.path.parent == commands:
                flags = [text for arg in own if arg.annotation is not None for text in _texts(arg.annotation)]
                found[name[1]] |= {one[2:].replace("-", "_") for one in flags if one.startswith("--")}
                found[name[1]] |= {*common, "help"}
    return {name: frozenset(own) for name, own in found.items()}


def _passed(sources: Sequence[_Source], root: Path) -> dict[str, dict[str, frozenset[str]]]:
    found: dict[str, dict[str, frozenset[str]]] = {}
    for source in sources:
        for name in source.generated:
            for call in _calls(source.tree, name):
                of_function = found.setdefault(name, {})
                for one in call.keywords:
                    if one.arg is not None:
                        file = source.path.relative_to(root).as_posix()
                        of_function[one.arg] = of_function.get(one.arg, frozenset()) | {file}
    return found


def _texts(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def _attributes(client: Path) -> dict[str, str]:
    """The client's resources: the class of each, by the attribute's name."""
    if not client.exists():
        return {}
    return {
        node.name: ast.unparse(node.returns).strip("'\"")
        for node in ast.walk(_read(client).tree)
        if isinstance(node, ast.FunctionDef)
        and node.returns is not None
        and any(isinstance(one, ast.Name) and "property" in one.id for one in node.decorator_list)
    }


def _with_bases(
    name: str, classes: Mapping[str, tuple[ast.ClassDef, _Source]]
) -> Iterator[tuple[ast.ClassDef, _Source]]:
    if name in classes:
        node, source = classes[name]
        yield node, source
        for base in node.bases:
            yield from _with_bases(ast.unparse(base), {key: one for key, one in classes.items() if key != name})


def _methods(owner: ast.ClassDef, source: _Source) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, set[str]]]:
    """The public methods of a class, each with the generated names that it uses, helpers of the module included."""
    helpers = {
        node.name: node
        for node in [*source.tree.body, *owner.body]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    for node in owner.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node, _used(node, helpers, {owner.name}) & source.generated


def _used(node: ast.AST, helpers: Mapping[str, ast.AST], seen: set[str]) -> set[str]:
    names: set[str] = set()
    for one in ast.walk(node):
        name = one.id if isinstance(one, ast.Name) else one.attr if isinstance(one, ast.Attribute) else ""
        if name and name not in names:
            names.add(name)
            if name in helpers and name not in seen and name.startswith("_"):
                seen.add(name)
                names |= _used(helpers[name], helpers, seen)
    return names


def _commands(project: Path) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for label, node, source in _command_functions(project):
        uses = {ast.unparse(one) for one in ast.walk(node) if isinstance(one, ast.Attribute)}
        uses |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} & source.generated
        for used in sorted(uses):
            found.setdefault(used, []).append(label)
    return _frozen(found)


def _filtering(project: Path) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for label, node, _ in _command_functions(project):
        filters = node.args.kwarg.annotation if node.args.kwarg is not None else None
        if filters is not None and (name := _QUERY.fullmatch(ast.unparse(filters))):
            found.setdefault(name[1], set()).add(label)
    return {name: frozenset(labels) for name, labels in found.items()}


def _command_functions(project: Path) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef, _Source]]:
    """Yield the functions of commands, each with how the command is typed."""
    for path in sorted((project / _COMMANDS).glob("*.py")):
        source = _read(path)
        for node in source.tree.body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "command":
                    label = decorator.args[1]
                    name = str(label.value) if isinstance(label, ast.Constant) else node.name
                    group = _group(ast.unparse(decorator.args[0]), source, path.parent)
                    yield " ".join(filter(None, ("flowroute", group, name))), node, source


def _group(variable: str, source: _Source, commands: Path) -> str:
    """Return how the group of commands is typed that a module calls so: its own, or another module's."""
    for node in source.tree.body:
        match node:
            case ast.AnnAssign(
                target=ast.Name(id=name), value=ast.Call(func=ast.Name(id=function), args=arguments)
            ) if name == variable:
                texts = [str(one.value) for one in arguments if isinstance(one, ast.Constant)]
                if function == "subgroup":
                    return f"{_group(ast.unparse(arguments[0]), source, commands)} {texts[0]}"
                return texts[0] if function == "group" else ""
            case ast.ImportFrom(module=str(module), names=names):
                for alias in names:
                    taken = commands / f"{module.rpartition('.')[2]}.py"
                    if (alias.asname or alias.name) == variable and taken.exists():
                        return _group(alias.name, _read(taken), commands)
            case _:
                pass
    return ""


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def _handlers(endpoints: Path) -> dict[str, str]:
    """The handlers that the sandbox's table of endpoints names, by their own names, which are those of operations."""
    text = endpoints.read_text(encoding="utf-8") if endpoints.exists() else ""
    return {match[2]: f"{match[1]}.{match[2]}" for match in re.finditer(r'"/?\S*",\s*(\w+)\.(\w+)\)', text)}


def _inferred(endpoints: Path) -> dict[str, str]:
    if endpoints.exists():
        for node in _read(endpoints).tree.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_INFERRED":
                found: dict[str, str] = ast.literal_eval(node.value)
                return found
    return {}


def _fault_calls(project: Path) -> frozenset[str]:
    path = project / _FAULT_CALLS
    if not path.exists():
        return frozenset()
    tree = _read(path).tree
    return frozenset(
        alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
        if (node.module or "").startswith((_GENERATED, "flowroute_async.operations"))
    )  # fmt: skip
