# ruff: noqa: E501 - a document reads best with one construct to a line
"""What the vendor's API has a habit of, in a document of nothing of the vendor's, of OpenAPI 3.0 and 3.1."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from regeneration.api import Api
from regeneration.behaviour import behaviours
from regeneration.body_fields import with_all_fields
from regeneration.generation import generate
from regeneration.proof import prove
from regeneration.reading import Json, Object
from regeneration.validity import faults
from regeneration.wire import plans

PROJECT = Path(__file__).parents[2]
TEXT: Object = {"type": "string"}
WHOLE: Object = {"type": "integer"}


def document(version: str) -> Object:
    """Return the description of a library that lends books."""

    def or_null(schema: Object) -> Object:
        if version.startswith("3.0"):
            return {**schema, "nullable": True}
        return {
            **schema,
            "type": [schema["type"], "null"],
            **({"enum": [*cast("list[Json]", schema["enum"]), None]} if "enum" in schema else {}),
        }

    def answer(name: str) -> Object:
        return {
            "description": "x",
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}},
        }

    def in_path(name: str, schema: Object) -> Object:
        return {"in": "path", "name": name, "required": True, "schema": schema}

    def body(name: str, *, required: bool | None) -> Object:
        return {"content": answer(name)["content"], **({} if required is None else {"required": required})}

    kind: Object = {"type": "string", "enum": ["fiction", "fact", "sound & vision", "a/b"]}
    day: Object = {"type": "string", "format": "http-date"}
    empty: Json = {"x-empty-is-null": True}
    loan: Object = {
        "type": "object",
        "properties": {
            "id": or_null(TEXT),
            "lent": day,
            "back": or_null(day),
            "sent": day | {"x-empty-is-null": True},
            "note": or_null(TEXT) | cast("Object", empty),
            "count": or_null(WHOLE) | cast("Object", empty),
            "moment": or_null({"type": "string", "format": "date-time"}) | cast("Object", empty),
            "day": or_null({"type": "string", "format": "date"}) | cast("Object", empty),
            "kind": or_null(kind) | cast("Object", empty),
            "plain": TEXT,
        },
    }
    bill: Object = {
        "type": "object",
        "properties": {
            "price": {
                "anyOf": [{"type": "string"}, {"type": "number"}],
                "x-reads-as": "decimal",
                "x-empty-is-null": True,
            }
        },
    }
    change: Object = {
        "type": "object",
        "properties": {
            "title": or_null(TEXT),
            "pages": or_null(WHOLE),
            "due": or_null({"type": "string", "format": "date"}),
            "back": or_null(day),
            "price": or_null({"type": "number"}),
            "tags": or_null({"type": "array", "items": TEXT}),
            "kind": or_null(kind),
            "code": or_null({"type": "string", "format": "password"}),
            "place": or_null({"type": "object", "properties": {"shelf": or_null(TEXT), "floor": WHOLE}}),
            "author": TEXT,
            "labels": {"type": "array", "items": TEXT, "default": []},
            "model_dump": TEXT,
            "chapters": {"type": "array", "items": {"$ref": "#/components/schemas/Chapter"}},
        },
    }
    chapter: Object = {
        "type": "object",
        "properties": {"name": or_null(TEXT), "page": or_null(WHOLE), "opens": or_null(day)},
    }
    book: Object = {"type": "object", "required": ["title"], "properties": {"title": TEXT, "done": {"type": "boolean"}}}
    resource: Object = {
        "type": "object",
        "required": ["id", "attributes"],
        "properties": {
            "id": {"anyOf": [or_null(TEXT), WHOLE], "x-reads-as": "string"},
            "type": TEXT,
            "attributes": {"type": "object", "properties": {"name": TEXT}},
        },
    }
    referred: Object = {"anyOf": [{"$ref": "#/components/schemas/NullText"}, WHOLE], "x-reads-as": "string"}
    owner: Object = resource | {"properties": cast("Object", resource["properties"]) | {"id": referred}}
    paths: Object = {
        "/shelves/{kind}": {"get": {"operationId": "get_shelf", "parameters": [in_path("kind", kind)], "responses": {"200": answer("Book")}}},
        "/shelves/{kind}_of_{floor}.list": {"get": {"operationId": "get_floor", "parameters": [in_path("kind", {"$ref": "#/components/schemas/Kind"}), in_path("floor", {"type": "integer", "enum": [1, 2]})], "responses": {"200": answer("Book")}}},
        "/books": {"post": {"operationId": "add_book", "requestBody": body("Change", required=False), "responses": {"201": answer("Book"), "207": answer("Partly")}}},
        "/books/{book}": {
            "patch": {"operationId": "change_book", "x-repeatable": True, "parameters": [in_path("book", TEXT)], "requestBody": body("Change", required=True), "responses": {"200": answer("Book"), "207": answer("Book")}},
            "put": {"operationId": "replace_book", "parameters": [in_path("book", TEXT)], "requestBody": body("Change", required=None), "responses": {"204": {"description": "x"}, "207": answer("Partly")}},
        },
        "/books/{book}/chapters": {"patch": {"operationId": "change_chapters", "x-repeatable": True, "parameters": [in_path("book", TEXT)], "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Chapter"}}}}}, "responses": {"207": answer("Book")}}},
        "/loans": {
            "get": {"operationId": "list_loans", "parameters": [{"in": "query", "name": "since", "schema": day}, {"in": "header", "name": "If-Modified-Since", "schema": day}], "responses": {"200": answer("Loan")}},
            "post": {"operationId": "lend", "requestBody": body("Loan", required=True), "responses": {"207": answer("Partly")}},
        },
        "/orders": {"post": {"operationId": "order_book", "requestBody": {"content": {"application/json": {"schema": {"type": "object", "required": ["title", "shop"], "properties": {"title": TEXT}}}}}, "responses": {"204": {"description": "x"}}}},
        "/bills": {"get": {"operationId": "get_bill", "responses": {"200": answer("Bill")}}},
        "/owner": {"get": {"operationId": "get_owner", "responses": {"200": answer("Owner")}}},
        "/readers/{reader}": {"get": {"operationId": "get_reader", "parameters": [in_path("reader", TEXT)], "responses": {"200": answer("Reader")}}},
    }  # fmt: skip
    note: Object = {
        "type": "object",
        "required": ["id", "text", "secret"],
        "properties": {"id": TEXT | {"readOnly": True}, "text": TEXT, "secret": TEXT | {"writeOnly": True}},
    }
    paths["/notes"] = {
        "post": {
            "operationId": "add_note",
            "requestBody": body("Note", required=True),
            "responses": {"201": answer("Note")},
        }
    }
    page: Object = {"200": {"description": "x", "content": {"text/html": {"schema": TEXT}}}}
    paths["/regäle/{fach}/a b"] = {
        "get": {"operationId": "get_page", "parameters": [in_path("fach", TEXT)], "responses": page}
    }
    if version.startswith("3.1"):
        cast("Object", chapter["properties"])["nothing"] = {"type": "null"}
    number: Object = {"type": "number"}
    plain: dict[str, Object] = {
        "price": or_null(number),
        "prices": {"type": "array", "items": number},
        "moment": {"type": "string", "format": "date-time"},
        "genre": or_null(kind),
        "genres": {"type": "array", "items": kind},
        "floor": {"type": "integer", "enum": [1, 2]},
        "either": {"oneOf": [kind, WHOLE]},
    }
    for name, schema in plain.items():
        content: Object = {"content": {"application/json": {"schema": schema}}}
        responses: Object = {"200": {"description": "x", **content}}
        paths[f"/{name}"] = {
            "put": {"operationId": f"put_{name}", "requestBody": {"required": True, **content}, "responses": responses}
        }
    partly: Object = {"type": "object", "required": ["problem"], "properties": {"problem": TEXT}}
    schemas: Object = {
        "Kind": kind,
        "Loan": loan,
        "Change": change,
        "Book": book,
        "Note": note,
        "Partly": partly,
        "Reader": resource,
        "Chapter": chapter,
        "Bill": bill,
        "NullText": or_null(TEXT),
        "Owner": owner,
    }
    return {
        "openapi": version,
        "info": {"title": "t", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


CHECKS = """
import json
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import get_args
import flowroute_openapi as api
from flowroute_openapi import models

# Enumerations in paths: each value in its place, encoded; what the document does not know is sent as it is.
assert api.get_shelf("fact").path == "/shelves/fact"
assert api.get_shelf("sound & vision").path == "/shelves/sound%20%26%20vision"
assert api.get_shelf("a/b").path == "/shelves/a%2Fb"
assert api.get_shelf("newer").path == "/shelves/newer"
assert api.get_floor("fiction", 2).path == "/shelves/fiction_of_2.list"
for wrong in ("", ".", ".."):
    try:
        api.get_shelf(wrong)
    except ValueError as error:
        assert "kind" in str(error)
    else:
        raise AssertionError(wrong)

# 207 beside another success, alone, and of another form: each is decoded as what it is.
assert api.change_book("1", models.Change(title="x")).decode(b'{"title": "x", "done": false}').done is False
added = api.add_book()
assert type(added.decode(b'{"title": "x"}')) is models.Book
assert type(added.decode(b'{"problem": "no shelf"}')) is models.Partly
replaced = api.replace_book("1")
assert replaced.decode(b"") is None and replaced.decode(b'{"problem": "p"}').problem == "p"
loan = models.Loan(lent=datetime(2024, 2, 29, 12, 34, 56, tzinfo=timezone.utc))
assert api.lend(loan).decode(b'{"problem": "p"}').problem == "p"

# Optional bodies: none is none, an empty one is one.
assert added.encode_body() is None and added.body is None
assert api.add_book(models.Change()).encode_body() == b"{}"
assert replaced.encode_body() is None

# What is required and not described can be sent, whatever it is.
order = api.order_book(models.OrderBookBody(title="x", shop={"city": ["a"]}))
assert json.loads(order.encode_body()) == {"title": "x", "shop": {"city": ["a"]}}

# What is only read need not be given, and what is only sent does not come.
note = api.add_note(models.Note(text="x", secret="s"))
assert json.loads(note.encode_body()) == {"text": "x", "secret": "s"}
assert note.decode(b'{"id": "7", "text": "x"}').id == "7"

# Single values and lists of them are bodies and answers as well, exact where they are amounts.
assert api.put_price(Decimal("1.10")).encode_body() == b"1.1"
assert api.put_prices((Decimal("1.10"), Decimal(2))).encode_body() == b"[1.1,2.0]"
assert str(api.put_price(None).decode(b"0.10")) == "0.1"
assert api.put_genre("newer").decode(b'"newest"') == "newest"
assert api.put_genres(("fact",)).decode(b'["fact", "newest"]') == ("fact", "newest")
assert api.put_moment(loan.lent).decode(b'"2024-02-29T12:34:56Z"') == loan.lent
assert (api.put_floor(2).decode(b"1"), api.put_either(7).decode(b'"fact"')) == (1, "fact")

# Dates of RFC 1123, read and written, in bodies, queries and headers.
assert json.loads(api.lend(loan).encode_body()) == {"lent": "Thu, 29 Feb 2024 12:34:56 GMT"}
read = models.Loan.model_validate_json('{"lent": "Thu, 29 Feb 2024 12:34:56 GMT", "back": null, "sent": ""}')
assert (read.lent, read.back, read.sent) == (loan.lent, None, None)
assert json.loads(loan.model_dump_json(exclude_unset=True)) == {"lent": "2024-02-29T12:34:56Z"}
east = models.Loan(back=datetime(2024, 3, 1, 1, 34, 56, tzinfo=timezone(timedelta(hours=13))))
assert json.loads(api.lend(east).encode_body()) == {"back": "Thu, 29 Feb 2024 12:34:56 GMT"}
listed = api.list_loans(since="Thu, 29 Feb 2024 12:34:56 GMT", if_modified_since="Thu, 29 Feb 2024 12:34:56 GMT")
assert dict(listed.query) == {"since": "Thu, 29 Feb 2024 12:34:56 GMT"}
assert dict(listed.headers)["If-Modified-Since"] == "Thu, 29 Feb 2024 12:34:56 GMT"

# An empty string is null where the document says so, and a text elsewhere.
names = ("note", "count", "moment", "day", "kind", "sent", "back")
blank = models.Loan.model_validate_json(json.dumps(dict.fromkeys(names[:-1], "") | {"plain": ""}))
assert [getattr(blank, name) for name in names] == [None] * len(names), blank
assert blank.plain == "" and not blank.unread, blank.unread
full = models.Loan.model_validate_json(
    '{"note": " ", "count": 0, "moment": "2024-02-29T00:00:00Z", "day": "2024-02-29", "kind": "fact"}'
)
assert (full.note, full.count, full.kind, full.day) == (" ", 0, "fact", date(2024, 2, 29))
prices = [models.Bill.model_validate_json('{"price": %s}' % price).price for price in ('""', '"0.10"', "0.1", "null")]
assert prices[0] is prices[3] is None and prices[1:3] == [Decimal("0.10"), Decimal("0.1")] and str(prices[1]) == "0.10"

# An id that is null, a number, a text or not there.
def reader(words):
    return models.Reader.model_validate_json('{%s"type": "reader", "attributes": {"name": "Jo"}}' % words)

assert reader('"id": 7, ').id == reader('"id": "7", ').id == "7"
assert reader('"id": 0, ').id == "0"
null = reader('"id": null, ')
assert null.name == "Jo" and null.id in (None, ""), null.id
assert models.Loan.model_validate_json('{"id": null}').id is None
assert models.Loan.model_validate_json("{}").id is None

assert models.Owner.model_validate_json('{"id": null, "attributes": {"name": "Jo"}}').name == "Jo"

# A PATCH sends what was set: null clears, what is not given stays away, at every depth.
def sent(**changes):
    return json.loads(api.change_book("1", models.Change(**changes)).encode_body())

for name in ("title", "pages", "due", "back", "price", "tags", "kind", "code", "place"):
    assert sent(**{name: None}) == {name: None}, name
assert sent() == {}
assert sent(title="", pages=0, tags=()) == {"title": "", "pages": 0, "tags": []}
place = get_args(models.Change.model_fields["place"].annotation)[0]
assert sent(place=place(shelf=None)) == {"place": {"shelf": None}}
assert sent(place=place()) == {"place": {}}
chapters = (models.Chapter(name=None), models.Chapter(page=3), models.Chapter())
assert sent(chapters=chapters) == {"chapters": [{"name": None}, {"page": 3}, {}]}
several = api.change_chapters("1", chapters)
assert json.loads(several.encode_body()) == [{"name": None}, {"page": 3}, {}]
assert sent(code="4711") == {"code": "4711"}
assert "4711" not in repr(models.Change(code="4711"))
every = models.Change.model_validate({"title": None, "author": "A"})
assert json.loads(api.change_book("1", every).encode_body()) == {"title": None, "author": "A"}
assert json.loads(api.change_book("1", every.model_copy(update={"pages": None})).encode_body()).keys() == {"title", "author", "pages"}
"""


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("simple", [False, True])
def test_each_kind_works_in_a_document_of_anybodys(tmp_path: Path, version: str, *, simple: bool) -> None:
    described = document(version)
    assert faults(described) == []
    named, nameless = with_all_fields(described)
    api = Api(named)
    written, refused = plans(api)
    assert refused == nameless == []
    treated = behaviours(described, must_say=False)
    simplified = [*api.schemas, *(one.operation.python_name for one in written)] if simple else []
    generate(api, written, treated, tmp_path / "flowroute_openapi", PROJECT / "spec", simple=simplified)
    assert prove(api, written, treated, tmp_path, None, typed=version == "3.0.3" and not simple) == []
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(PROJECT / "src")))}
    checked = subprocess.run(
        [sys.executable, "-W", "error", "-c", CHECKS],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        timeout=120,
    )
    assert checked.returncode == 0, checked.stderr


def test_the_document_is_json() -> None:
    assert json.loads(json.dumps(document("3.1.0"))) == document("3.1.0")
