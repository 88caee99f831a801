"""The sandbox answers as the complete description says, by a judge that knows neither of us: schemathesis."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    unsupported_method,
)

from flowroute_async.sandbox import Sandbox, running

DOCUMENT = Path(__file__).parents[2] / "spec/flowroute.complete.yaml"

schema = schemathesis.openapi.from_path(DOCUMENT)
Case: TypeAlias = schemathesis.Case[Any]

NOT_OURS = [
    # The sandbox has the operations of the vendor's pages too, and allows more methods than the document knows.
    unsupported_method,
    allow_header_conformance,
    # Many strings that the document admits name nothing: no number, no route, no web address.
    positive_data_acceptance,
    # What the vendor refuses beyond what its pages say is not known; the sandbox takes a null for nothing.
    negative_data_rejection,
]


@schema.auth()
class Keys:
    """Shows the sandbox's keys, except where schemathesis tries what happens without."""

    def get(self, _case: Case, _context: schemathesis.AuthContext) -> str:
        return "Basic " + base64.b64encode(b"sandbox:sandbox").decode()

    def set(self, case: Case, data: str, _context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = data


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(Sandbox(numbers=20_000, sms_rate=None, mms_rate=None)) as address:
        yield address


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """Connections that are used again, by a client that does not read the environment for each call."""
    with requests.Session() as made:
        made.trust_env = False
        yield made


@schema.parametrize()
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_conforms_to_the_document(case: Case, url: str, session: requests.Session) -> None:
    answer = case.call(base_url=url, session=session)
    if answer.status_code in {404, 405} and names_no_path(case):
        return
    case.validate_response(answer, excluded_checks=NOT_OURS)


def names_no_path(case: Case) -> bool:
    """Return whether a word of the path is none that the document has there: to the server that is another path."""
    words = {one.name: one.definition["schema"].get("enum") for one in case.operation.path_parameters}
    return any(words[name] and value not in words[name] for name, value in case.path_parameters.items())
