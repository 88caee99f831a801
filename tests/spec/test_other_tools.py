"""The complete description in the hands of tools that we did not write: openapi-core and schemathesis."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from tests.described_calls import DESCRIPTION, described_call, examples, operations, resolved

PROJECT = Path(__file__).parents[2]
FILE = PROJECT / "spec/flowroute.complete.yaml"
NAMES = [name for name, _, _ in operations()]
MEDIA = "application/vnd.api+json"
VENDOR_BODIES = json.loads((PROJECT / "tests/fixtures/vendor_bodies.json").read_text(encoding="utf-8"))

api = OpenAPI.from_dict(DESCRIPTION)
schema = schemathesis.openapi.from_path(FILE)


def bodies() -> Iterator[Any]:
    """Return each example of each answer, with the operation's name and its status."""
    for name, _, operation in operations():
        for status, response in operation["responses"].items():
            for media in resolved(response).get("content", {}).values():
                for example_name, example in examples(media).items():
                    yield pytest.param(name, int(status), example, id=f"{name} {status} {example_name}")


def request_of(name: str) -> MockRequest:
    operation = described_call(name).operation
    return MockRequest(
        "https://api.flowroute.com",
        operation.method.lower(),
        operation.path,
        args=dict(operation.query),
        headers={"Authorization": "Basic c2FuZGJveDpzYW5kYm94"},
        data=operation.encode_body(),
        content_type=MEDIA,
    )


def test_schemathesis_finds_every_operation() -> None:
    found = [cast("Any", result).ok().definition.raw["operationId"] for result in schema.get_all_operations()]
    assert sorted(found) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_openapi_core_accepts_the_request_that_the_examples_make(name: str) -> None:
    api.validate_request(request_of(name))


@pytest.mark.parametrize(("name", "status", "body"), list(bodies()))
def test_openapi_core_accepts_every_example_of_an_answer(name: str, status: int, body: Mapping[str, object]) -> None:
    response = MockResponse(json.dumps(body).encode(), status_code=status, content_type=MEDIA)
    api.validate_response(request_of(name), response)


def test_every_real_body_that_the_project_knows_is_an_example() -> None:
    shown = [one["value"] for one in DESCRIPTION["components"]["examples"].values()]
    assert [name for name, body in VENDOR_BODIES.items() if body not in shown] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_has_an_example_of_what_it_takes_and_answers(name: str) -> None:
    call = described_call(name)  # which needs those of parameters and body
    (operation,) = [one for found, _, one in operations() if found == name]
    answers = [resolved(one) for status, one in operation["responses"].items() if status.startswith("2")]
    assert bool(call.body) == any("content" in one for one in answers)
