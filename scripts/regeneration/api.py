"""What a document says of each operation, with references followed and path-level parameters merged."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from openapi_python_client.parser.openapi import generate_operation_id
from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_python_client.strings import ClassName, PythonIdentifier

from regeneration.reading import DocumentError, Json, Object

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_FIELD_PREFIX = "field_"


@dataclass(frozen=True, slots=True)
class OperationNode:
    """One operation of a document.

    Attributes:
        name: Its operationId, or the method and path where it has none.
        python_name: The name of its generated function.
        method: The HTTP method, in capitals.
        path: The path, with the names of its parameters.
        node: The operation as the document has it.
        parameters: Its parameters by location and name, those of the path among them.
        body: The request body, or None.
        answers: The answers by status.
        tag: The first tag, whose package holds the generated function.
        servers: The servers of its own or of its path; empty where those of the document hold.
        security: The security requirements that hold for it.
    """

    name: str
    python_name: str
    method: str
    path: str
    node: Object = field(repr=False)
    parameters: Mapping[tuple[str, str], Object] = field(repr=False)
    body: Object | None = field(repr=False)
    answers: Mapping[str, Object] = field(repr=False)
    tag: str = "default"
    servers: tuple[Json, ...] = ()
    security: Json = None

    @property
    def place(self) -> str:
        """The method and the path."""
        return f"{self.method} {self.path}"

    @property
    def deprecated(self) -> bool:
        """Whether the document calls it deprecated."""
        return self.node.get("deprecated") is True


class Api:
    """A document, read as an API."""

    def __init__(self, document: Object) -> None:
        self.document = document
        self.meanings: dict[str, str] = {}
        self.looked_at = 0

    @cached_property
    def operations(self) -> tuple[OperationNode, ...]:
        """All operations, in the order of the document."""
        return tuple(self._operations())

    @cached_property
    def schemas(self) -> Mapping[str, Json]:
        """The schemas of the components, by name."""
        return _members(_members(self.document.get("components")).get("schemas"))

    @property
    def paths(self) -> Mapping[str, Json]:
        """The path items, by path."""
        return _members(self.document.get("paths"))

    def resolve(self, node: Json) -> Object:
        """Follow a local $ref to what it names; what is no reference comes back as it is.

        Raises:
            DocumentError: If it names nothing, itself, or another document.
        """
        return resolve(self.document, _members(node))

    def _operations(self) -> Iterator[OperationNode]:
        for path, given in self.paths.items():
            item = self.resolve(given)
            shared = self._parameters(item, f"the path {path}")
            for method in METHODS:
                if isinstance(node := item.get(method), dict):
                    yield self._operation(path, method, item, node, shared)

    def _operation(
        self, path: str, method: str, item: Object, node: Object, shared: Mapping[tuple[str, str], Object]
    ) -> OperationNode:
        name = node.get("operationId")
        place = f"{method.upper()} {path}"
        tags = node.get("tags")
        servers = node.get("servers") or item.get("servers") or []
        body = node.get("requestBody")
        return OperationNode(
            name=name if isinstance(name, str) else f"{method} {path}",
            python_name=python_name(name, method, path),
            method=method.upper(),
            path=path,
            node=node,
            parameters={**shared, **self._parameters(node, place)},
            body=self.resolve(body) if isinstance(body, dict) else None,
            answers={status: self.resolve(one) for status, one in _members(node.get("responses")).items()},
            tag=str(tags[0]) if isinstance(tags, list) and tags else "default",
            servers=tuple(servers) if isinstance(servers, list) else (),
            security=node.get("security", self.document.get("security")),
        )

    def _parameters(self, owner: Object, place: str) -> dict[tuple[str, str], Object]:
        found: dict[tuple[str, str], Object] = {}
        listed = owner.get("parameters")
        for given in listed if isinstance(listed, list) else []:
            parameter = self.resolve(given)
            key = str(parameter.get("in")), str(parameter.get("name"))
            if key in found:
                raise DocumentError(f"{place}: the {key[0]} parameter {key[1]} is there twice")
            found[key] = parameter
        return found


def resolve(document: Object, node: Object) -> Object:
    """Follow a local $ref to what it names.

    Raises:
        DocumentError: If it names nothing, itself, or another document.
    """
    followed: set[str] = set()
    while isinstance(reference := node.get("$ref"), str):
        if reference in followed:
            raise DocumentError(f"{reference} refers to itself")
        followed.add(reference)
        found = _named(document, reference)
        if not isinstance(found, dict):
            raise DocumentError(f"{reference} names no object")
        node = found
    return node


def _named(document: Object, reference: str) -> Json:
    if not reference.startswith("#/"):
        raise DocumentError(f"{reference} refers to another document; only references within one are followed")
    found: Json = document
    for part in reference.removeprefix("#/").split("/"):
        key = re.sub(r"%([0-9A-Fa-f]{2})", lambda match: chr(int(match[1], 16)), part)
        key = key.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list) and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        elif isinstance(found, dict) and key in found:
            found = found[key]
        else:
            raise DocumentError(f"{reference} names nothing in the document")
    return found


def python_name(operation_id: Json, method: str, path: str) -> str:
    """Return the name of the function that is generated for an operation."""
    name = str(PythonIdentifier(UntrustedString(str(operation_id or "")), _FIELD_PREFIX))
    if name.strip("_") != _FIELD_PREFIX.strip("_"):  # which is what is left of one without a letter
        return name
    return str(generate_operation_id(path=UntrustedString(path), method=method, prefix=_FIELD_PREFIX))


def parameter_name(name: str) -> str:
    """Return the name of a parameter in Python, where nothing else has it; `page_size` for `page[size]`."""
    words = re.sub(r"[\[\]]+", "_", name).strip("_") or name
    return str(PythonIdentifier(UntrustedString(words), _FIELD_PREFIX))


def query_class_name(operation: str) -> str:
    """Return the name of the TypedDict of a list's filters, by the name of its function."""
    return str(ClassName(UntrustedString(f"{operation}_query"), _FIELD_PREFIX))


def package_name(tag: str) -> str:
    """Return the name of the package that holds the operations of a tag."""
    return str(PythonIdentifier(UntrustedString(tag), "tag"))


def reference_name(node: Json) -> str | None:
    """Return the name of the component schema that a $ref names, or None."""
    reference = node.get("$ref") if isinstance(node, dict) else None
    prefix = "#/components/schemas/"
    name = reference.removeprefix(prefix) if isinstance(reference, str) and reference.startswith(prefix) else ""
    return name if name and "/" not in name else None  # or else it names a part of one


def _members(node: Json) -> Object:
    return node if isinstance(node, dict) else {}
