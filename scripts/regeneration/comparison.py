"""Comparison of two descriptions of an API: operations, their parameters, bodies and answers, servers and security."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache

from regeneration.api import METHODS, Api, OperationNode, package_name, reference_name
from regeneration.changes import Change, Comparison, Side, keyed, with_operations
from regeneration.reading import Json, Object
from regeneration.schema_changes import SchemaComparison
from regeneration.shapes import media_types, words_for

CALLERS, READERS = frozenset({Side.CALLERS}), frozenset({Side.READERS})
BOTH = CALLERS | READERS
_OPERATION_KNOWN = frozenset(
    {"operationId", "summary", "description", "tags", "parameters", "requestBody", "responses", "deprecated"}
    | {"security", "servers", "externalDocs"}
)
_PARAMETER_KNOWN = frozenset(
    {"in", "name", "schema", "content", "required", "description", "example", "examples", "deprecated", "style"}
    | {"explode", "allowReserved", "allowEmptyValue"}
)
_ANSWER_KNOWN = frozenset({"description", "content", "headers"})
_PATH_KNOWN = frozenset({*METHODS, "$ref", "summary", "description", "servers", "parameters"})
_MEDIA_KNOWN = frozenset({"schema", "example", "examples"})
_HEADER_KNOWN = frozenset({"schema", "content", "required", "description", "example", "examples", "deprecated"})
_BODY_KNOWN = frozenset({"description", "content", "required"})
_DOCUMENT_KNOWN = frozenset({"openapi", "info", "paths", "components", "servers", "security", "tags", "externalDocs"})
_OUR_NOTES = frozenset({"x-evidence", "x-source", "x-vendor-names"})  # which only the documentation shows
_TEXTS = ("summary", "description", "externalDocs")


def compare(earlier: Object, later: Object) -> Comparison:
    """Compare all that two documents say."""
    return _Comparing(Api(earlier), Api(later)).run()


def operation_ids(earlier: Object, later: Object) -> list[Change]:
    """Return the operations to which a vendor gave another operationId, whatever our overlays call them."""
    before = {one.place: one.node.get("operationId") for one in Api(earlier).operations}
    return [
        Change("operationId", "changed", one.place, f"{one.node.get('operationId')}, before {before[one.place]}")
        for one in Api(later).operations
        if one.place in before and before[one.place] != one.node.get("operationId")
    ]


class _Comparing:
    def __init__(self, before: Api, after: Api) -> None:
        self.before, self.after = before, after
        self.texts: list[str] = []
        self.users = _users(after) | _users(before)

        @cache
        def sides(name: str) -> frozenset[Side]:
            return frozenset(side for side in Side if (name, side) in self.users)

        self.schemas = SchemaComparison(before, after, sides)

    def run(self) -> Comparison:
        changes = [*self._document(), *self._operations(), *self._components()]
        texts = list(dict.fromkeys([*self.texts, *self.schemas.texts]))
        return Comparison(tuple(dict.fromkeys(self._located(one) for one in changes)), tuple(texts))

    def _located(self, change: Change) -> Change:
        """Add the operations that reach the component which a change is about."""
        name = re.split(r"[.\[]", change.place, maxsplit=1)[0]
        names = frozenset(one for side in Side for one in self.users.get((name, side), ()))
        return with_operations(change, names) if names else change

    def _operations(self) -> Iterator[Change]:
        pairs, gone, come = _paired(self.before, self.after)
        for one in come:
            names = frozenset({one.name})
            yield Change("operation", "added", one.name, one.place, operations=names, python=(one.python_name,))
            for (where, name), parameter in one.parameters.items():
                yield with_operations(self._new_parameter(one, where, name, parameter), names)
            if one.body is not None:
                yield Change(
                    "body", "added", f"{one.name} body", self._body_words(self.after, one.body), operations=names
                )
        for one in gone:
            names = frozenset({one.name})
            yield Change("operation", "removed", one.name, one.place, BOTH, names, (one.python_name,))
        for old, new in pairs:
            for change in self._operation(old, new):
                yield with_operations(change, frozenset({old.name, new.name}))

    def _operation(self, old: OperationNode, new: OperationNode) -> Iterator[Change]:
        name = new.name
        if old.place != new.place:
            renamed = _without_names(old.path) == _without_names(new.path) and old.method == new.method
            kind = "parameter" if renamed else "operation"
            yield Change(kind, "renamed" if renamed else "moved", name, f"from {old.place} to {new.place}", CALLERS)
        if old.python_name != new.python_name:
            detail = f"{old.python_name} is {new.python_name} in Python now"
            yield Change("operation", "renamed", name, detail, CALLERS, python=(old.python_name, new.python_name))
        if package_name(old.tag) != package_name(new.tag):
            packages = package_name(old.tag), package_name(new.tag)
            moved = f"flowroute_openapi.api.{packages[0]} is flowroute_openapi.api.{packages[1]} now, "
            moved += "and what is imported from flowroute_openapi stays"
            yield Change("tag", "changed", name, f"from {old.tag} to {new.tag}: {moved}", CALLERS)
        elif old.node.get("tags", []) != new.node.get("tags", []):
            yield Change("tag", "changed", name, f"from {old.node.get('tags')} to {new.node.get('tags')}")
        if old.deprecated != new.deprecated:
            what = "added" if new.deprecated else "removed"
            yield Change("deprecation", what, name, "deprecated" if new.deprecated else "not deprecated any more")
        if any(old.node.get(word) != new.node.get(word) for word in _TEXTS):
            self.texts.append(name)
        yield from self._parameters(old, new)
        yield from self._body(old, new)
        yield from self._answers(old, new)
        yield from self._access(old, new)
        yield from _other_words(name, old.node, new.node, _OPERATION_KNOWN)
        was, now = (api.resolve(api.paths[one.path]) for api, one in ((self.before, old), (self.after, new)))
        if any(was.get(word) != now.get(word) for word in ("summary", "description")):
            self.texts.append(f"the path {new.path}")
        yield from _other_words(f"the path {new.path}", was, now, _PATH_KNOWN)

    def _access(self, old: OperationNode, new: OperationNode) -> Iterator[Change]:
        name = new.name
        if _without_texts(old.servers) != _without_texts(new.servers):
            broken = CALLERS if _address(old.servers) != _address(new.servers) else frozenset[Side]()
            yield Change("server", "changed", name, f"{_urls(new.servers)}, before {_urls(old.servers)}", broken)
        elif old.servers != new.servers:
            self.texts.append(f"{name} servers")
        if "security" in old.node or "security" in new.node:
            yield from _security(name, old.security, new.security)

    def _new_parameter(self, operation: OperationNode, where: str, name: str, parameter: Object) -> Change:
        needed = parameter.get("required") is True
        words = words_for(self.after, _schema(parameter)) + (", required" if needed else "")
        if _written(parameter, where) != _written({}, where):
            words += f", {_written(parameter, where)}"
        text = f"{operation.name}({name})" if where != "header" else f"{operation.name}({name}, header)"
        return Change("parameter", "added", text, words)

    def _parameters(self, old: OperationNode, new: OperationNode) -> Iterator[Change]:
        before = _by_position(old)
        after = _by_position(new)
        for key in [*before, *(key for key in after if key not in before)]:
            where, _ = key
            name = str((after.get(key) or before[key]).get("name"))
            place = f"{new.name}({name if where != 'header' else f'{name}, header'})"
            if key not in after:
                moved = next((one for one in after if one[1] == key[1] and one not in before), None)
                detail = words_for(self.before, _schema(before[key])) + (f"; in the {moved[0]} now" if moved else "")
                yield Change("parameter", "removed", place, detail, CALLERS)
            elif key not in before:
                change = self._new_parameter(new, where, name, after[key])
                needed = after[key].get("required") is True
                yield Change("parameter", "added", place, change.detail, CALLERS if needed else frozenset())
            else:
                yield from self._parameter(place, before[key], after[key], where)

    def _parameter(self, place: str, old: Object, new: Object, where: str) -> Iterator[Change]:
        if old.get("name") != new.get("name"):
            detail = f"from {old.get('name')} to {new.get('name')}"
            yield Change("parameter", "renamed", place, detail, CALLERS)
        if (old.get("required") is True) != (new.get("required") is True):
            needed = new.get("required") is True
            detail = "required now" if needed else "optional now"
            yield Change("parameter", "changed", place, detail, CALLERS if needed else frozenset())
        if (old.get("deprecated") is True) != (new.get("deprecated") is True):
            now = new.get("deprecated") is True
            yield Change("deprecation", "added" if now else "removed", place, "parameter")
        if _written(old, where) != _written(new, where):
            detail = f"{_written(new, where)}, before {_written(old, where)}"
            yield Change("parameter", "changed", place, f"written otherwise: {detail}")
        if (kinds := sorted(media_types(old))) != (now_kinds := sorted(media_types(new))):
            yield Change("parameter", "changed", place, f"written as {now_kinds}, before {kinds}", CALLERS)
        yield from self.schemas.compare(place, _schema(old), _schema(new), CALLERS, "parameter")
        if any(old.get(word) != new.get(word) for word in ("description", "example", "examples")):
            self.texts.append(place)
        for media in _members(old.get("content")).keys() & _members(new.get("content")).keys():
            yield from self._media(place, _members(old["content"])[media], _members(new["content"])[media])
        yield from _other_words(place, old, new, _PARAMETER_KNOWN)

    def _body(self, old: OperationNode, new: OperationNode) -> Iterator[Change]:
        place = f"{new.name} body"
        if old.body is None and new.body is None:
            return
        if old.body is None or new.body is None:
            what, api, body = (
                ("added", self.after, new.body) if old.body is None else ("removed", self.before, old.body)
            )
            needed = body is not None and body.get("required") is True
            broken = what == "removed" or needed
            yield Change("body", what, place, self._body_words(api, body), CALLERS if broken else frozenset())
            if what == "added":
                for schema in media_types(body).values():
                    yield from self.schemas.whole(api, place, schema, "added") if not reference_name(schema) else ()
            return
        if (old.body.get("required") is True) != (new.body.get("required") is True):
            needed = new.body.get("required") is True
            detail = "required now" if needed else "optional now"
            yield Change("body", "changed", place, detail, CALLERS if needed else frozenset())
        yield from self._contents("body", place, old.body, new.body, CALLERS)
        yield from _other_words(place, old.body, new.body, _BODY_KNOWN)
        if old.body.get("description") != new.body.get("description"):
            self.texts.append(place)

    def _body_words(self, api: Api, body: Object | None) -> str:
        kinds = ", ".join(f"{kind}: {words_for(api, one)}" for kind, one in media_types(body).items())
        return f"{'required' if body is not None and body.get('required') is True else 'optional'}; {kinds}"

    def _contents(self, kind: str, place: str, old: Object, new: Object, sides: frozenset[Side]) -> Iterator[Change]:
        before, after = media_types(old), media_types(new)
        for media, what in keyed(before, after):
            if what == "kept":
                yield from self.schemas.compare(place, before[media], after[media], sides, kind)
                yield from self._media(place, _members(old.get("content"))[media], _members(new.get("content"))[media])
            elif len(before) == len(after) == 1:
                if what == "added":
                    detail = f"{media}, before {next(iter(before))}"
                    yield Change(kind, "retyped", place, detail, sides)
                    yield from self.schemas.compare(place, next(iter(before.values())), after[media], sides, kind)
            else:
                api, schema = (self.after, after[media]) if what == "added" else (self.before, before[media])
                broken = sides if what == "removed" or (not before and sides == READERS) else frozenset()
                yield Change(kind, what, place, f"{media}: {words_for(api, schema)}", broken)

    def _media(self, place: str, old: Json, new: Json) -> Iterator[Change]:
        before, after = _members(old), _members(new)
        if any(before.get(word) != after.get(word) for word in ("example", "examples")):
            self.texts.append(place)
        yield from _other_words(place, before, after, _MEDIA_KNOWN)

    def _answers(self, old: OperationNode, new: OperationNode) -> Iterator[Change]:
        for status, what in keyed(old.answers, new.answers):
            place = f"{new.name} answer {status}"
            good = status[:1] == "2" or status == "default"
            if what == "kept":
                yield from self._contents("answer", place, old.answers[status], new.answers[status], READERS)
                yield from self._headers(place, old.answers[status], new.answers[status])
                yield from _other_words(place, old.answers[status], new.answers[status], _ANSWER_KNOWN)
                if old.answers[status].get("description") != new.answers[status].get("description"):
                    self.texts.append(place)
                continue
            api, node = (self.after, new.answers[status]) if what == "added" else (self.before, old.answers[status])
            words = ", ".join(words_for(api, schema) for schema in media_types(node).values()) or "no body"
            broken = READERS if good and (what == "removed" or media_types(node)) else frozenset()
            yield Change("answer", what, place, words, broken)

    def _headers(self, place: str, old: Object, new: Object) -> Iterator[Change]:
        before, after = (
            {name.lower(): api.resolve(one) for name, one in _members(node.get("headers")).items()}
            for api, node in ((self.before, old), (self.after, new))
        )
        for name, what in keyed(before, after):
            inner = f"{place} header {name}"
            if what == "kept":
                was, now = before[name], after[name]
                yield from self.schemas.compare(inner, _schema(was), _schema(now), READERS)
                if any(was.get(word) != now.get(word) for word in ("description", "example", "examples")):
                    self.texts.append(inner)
                for word in ("required", "deprecated"):
                    if (was.get(word) is True) != (now.get(word) is True):
                        broken = READERS if word == "required" and was.get(word) is True else frozenset[Side]()
                        detail = word if now.get(word) is True else f"not {word} any more"
                        yield Change("answer header", "changed", inner, detail, broken)
                yield from _other_words(inner, was, now, _HEADER_KNOWN)
            else:
                yield Change("answer header", what, inner, "", READERS if what == "removed" else frozenset())

    def _components(self) -> Iterator[Change]:
        before, after = self.before.schemas, self.after.schemas
        for name, what in keyed(before, after):
            if what == "kept":
                reference: Json = {"$ref": f"#/components/schemas/{name}"}
                yield from self.schemas.compare(name, reference, reference, self.schemas.sides(name))
            elif what == "added":
                yield Change("schema", "added", name, words_for(self.after, after[name]))
                yield from self.schemas.whole(self.after, name, after[name], "added")
            else:
                broken = self.schemas.sides(name) or BOTH
                yield Change("schema", "removed", name, words_for(self.before, before[name]), broken)
        old, new = (
            _members(_members(api.document.get("components")).get("securitySchemes"))
            for api in (self.before, self.after)
        )
        for name, what in keyed(old, new):
            if what != "kept" or _canonical(old[name]) != _canonical(new[name]):
                detail = json.dumps(new[name]) if name in new else ""
                broken = frozenset() if what == "added" else CALLERS
                yield Change("security", "changed" if what == "kept" else what, f"scheme {name}", detail, broken)
            elif old[name] != new[name]:
                self.texts.append(f"security scheme {name}")

    def _document(self) -> Iterator[Change]:
        old, new = self.before.document, self.after.document
        if old.get("servers", []) != new.get("servers", []):
            was, now = (_list(one.get("servers")) for one in (old, new))
            if _without_texts(was) != _without_texts(now):
                broken = CALLERS if _address(was) != _address(now) else frozenset[Side]()
                yield Change("server", "changed", "the document", f"{_urls(now)}, before {_urls(was)}", broken)
            else:
                self.texts.append("servers")
        if _members(old.get("info")) != _members(new.get("info")):
            versions = [_members(one.get("info")).get("version") for one in (old, new)]
            if versions[0] != versions[1]:
                yield Change("version", "changed", "the document", f"{versions[1]}, before {versions[0]}")
            rest = [{k: v for k, v in _members(one.get("info")).items() if k != "version"} for one in (old, new)]
            if rest[0] != rest[1]:
                self.texts.append("info")
        if any(old.get(word) != new.get(word) for word in ("tags", "externalDocs")):
            self.texts.append("tags")
        yield from _security("the document", old.get("security"), new.get("security"))
        for word, what in keyed(old, new):
            if word not in _DOCUMENT_KNOWN and (what != "kept" or old[word] != new[word]):
                detail = ", ".join(sorted(_members(new.get(word))) or sorted(_members(old.get(word))))
                yield Change(word, "changed" if what == "kept" else what, "the document", detail)


def _paired(
    before: Api, after: Api
) -> tuple[list[tuple[OperationNode, OperationNode]], list[OperationNode], list[OperationNode]]:
    """Pair the operations of both: by method and path, else by name, else by a path of another version."""
    pairs: list[tuple[OperationNode, OperationNode]] = []
    gone, come = list(before.operations), list(after.operations)
    for key in (_exactly, _alike, _by_name, _unversioned):
        known = {key(one): one for one in come if key(one)}
        for one in list(gone):
            other = known.get(key(one))
            if key(one) and other is not None and other in come:
                pairs.append((one, other))
                gone.remove(one)
                come.remove(other)
    return pairs, gone, come


def _exactly(one: OperationNode) -> str:
    return one.place


def _alike(one: OperationNode) -> str:
    return f"{one.method} {_without_names(one.path)}"


def _by_name(one: OperationNode) -> str:
    return str(one.node.get("operationId") or "")


def _unversioned(one: OperationNode) -> str:
    return re.sub(r"/v\d+(?:\.\d+)*(?=/|$)", "", _alike(one))


def _without_names(path: str) -> str:
    return re.sub(r"{[^{}]*}", "{}", path)


def _by_position(operation: OperationNode) -> Mapping[tuple[str, str], Object]:
    """Parameters by location and name, those of the path by their position."""
    order = re.findall(r"{([^{}]*)}", operation.path)
    return {
        (where, f"{order.index(name) + 1} of the path" if where == "path" and name in order else name): node
        for (where, name), node in operation.parameters.items()
    }


def _written(parameter: Object, where: str) -> str:
    usual = "simple" if where in {"path", "header"} else "form"
    style = parameter.get("style", usual)
    words = [f"style {style}", f"explode {json.dumps(parameter.get('explode', style == 'form'))}"]
    return ", ".join(words + [word for word in ("allowReserved", "allowEmptyValue") if parameter.get(word) is True])


def _schema(parameter: Object) -> Json:
    return parameter["schema"] if "schema" in parameter else next(iter(media_types(parameter).values()), {})


def _other_words(place: str, old: Object, new: Object, known: frozenset[str]) -> Iterator[Change]:
    for word in sorted((old.keys() | new.keys()) - known - _OUR_NOTES):
        if old.get(word) != new.get(word):
            what = "changed" if word in old and word in new else "added" if word in new else "removed"
            yield Change(word, what, place, json.dumps(new[word]) if word in new else "")


def _users(api: Api) -> dict[tuple[str, Side], frozenset[str]]:
    """The operations that reach each component, by component and by whether they send or read it."""
    found: dict[tuple[str, Side], set[str]] = {}
    for operation in api.operations:
        sent: list[Json] = [operation.body, *operation.parameters.values()]
        read: list[Json] = list(operation.answers.values())
        for side, nodes in ((Side.CALLERS, sent), (Side.READERS, read)):
            for name in _reached(api, nodes):
                found.setdefault((name, side), set()).add(operation.name)
    return {key: frozenset(names) for key, names in found.items()}


def _reached(api: Api, nodes: list[Json]) -> set[str]:
    reached: set[str] = set()
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            name = reference_name(node)
            if name is not None and name not in reached and name in api.schemas:
                reached.add(name)
                nodes.append(api.schemas[name])
            nodes.extend(node.values())
        elif isinstance(node, list):
            nodes.extend(node)
    return reached


def _security(place: str, old: Json, new: Json) -> Iterator[Change]:
    """Compare security requirements: any one of the alternatives is enough, and none means that none is needed."""
    was, now = ([_canonical(one) for one in _list(node)] or ["{}"] for node in (old, new))
    if sorted(was) != sorted(now):
        broken = frozenset[Side]() if set(was) <= set(now) or "{}" in now else CALLERS
        yield Change("security", "changed", place, f"{json.dumps(new)}, before {json.dumps(old)}", broken)


def _without_texts(servers: object) -> list[Json]:
    return [
        {key: value for key, value in one.items() if key != "description"}
        for one in (servers if isinstance(servers, list | tuple) else [])
        if isinstance(one, dict)
    ]


def _address(servers: object) -> Json:
    """The first server, which is the one that is used."""
    return next(iter(_without_texts(servers)), None)


def _urls(servers: object) -> str:
    listed = servers if isinstance(servers, list | tuple) else []
    return ", ".join(str(one.get("url")) for one in listed if isinstance(one, dict)) or "none of its own"


def _canonical(node: Json) -> str:
    if isinstance(node, dict):
        node = {key: value for key, value in node.items() if key != "description"}
    return json.dumps(node, sort_keys=True)


def _list(node: Json) -> list[Json]:
    return list(node) if isinstance(node, list) else []


def _members(node: Json) -> Object:
    return dict(node) if isinstance(node, dict) else {}
