"""A program that begins pays for what it uses: models are imported with the first resource."""

import json
import subprocess
import sys

PROGRAM = """
import json, sys
import flowroute_async
client = flowroute_async.FlowrouteClient(access_key="a", secret_key="b")
before = sorted(sys.modules)
client.numbers
print(json.dumps([before, sorted(sys.modules)]))
"""


def test_models_are_imported_with_the_first_resource_and_not_before() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    before, after = (set(names) for names in json.loads(run.stdout))
    late = {"flowroute_openapi.models", "flowroute_async.resources.numbers", "flowroute_async.jobs"}
    assert not before & late
    assert late <= after
    assert not before & {"pydantic.main", "sqlite3", "flowroute_async.sandbox", "flowroute_async.cli"}


def test_what_is_imported_late_is_there_by_name_all_the_same() -> None:
    program = """
import flowroute_async, flowroute_openapi
for package in (flowroute_async, flowroute_openapi):
    assert set(package.__all__) <= set(dir(package)), package
    assert "__file__" in dir(package)
    for name in package.__all__:
        assert getattr(package, name) is not None
    assert not hasattr(package, "no_such_name")
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_modules_of_the_generated_package_are_reached_by_attribute() -> None:
    program = """
import flowroute_openapi
assert flowroute_openapi.models.AvailableNumber.__name__ == "AvailableNumber"
assert flowroute_openapi.api.numbers.get_number("12065550100") == flowroute_openapi.get_number("12065550100")
assert flowroute_openapi.types.Operation is flowroute_openapi.Operation
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_operations_and_their_filters_are_imported_without_pydantic_and_their_type_hints_are_resolved() -> None:
    program = """
import inspect, sys, typing
import flowroute_openapi

names = [name for name in flowroute_openapi.__all__ if name not in {"Model", "Operation"}]
operations = [getattr(flowroute_openapi, name) for name in names]
assert not {"pydantic", "flowroute_openapi.models"} & {*sys.modules}

for operation in operations:
    hints = typing.get_type_hints(operation)
    if inspect.isfunction(operation):
        assert typing.get_origin(hints["return"]) is flowroute_openapi.Operation, operation
from flowroute_openapi.models import AvailableNumberListDocument
hints = typing.get_type_hints(flowroute_openapi.search_available_numbers)
assert hints["return"] == flowroute_openapi.Operation[AvailableNumberListDocument]
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_an_operation_can_be_a_field_of_a_model_and_models_can_be_extended() -> None:
    program = """
import typing, pydantic
from flowroute_openapi import Operation

class Job(pydantic.BaseModel):
    operation: Operation[object]

import flowroute_openapi
call = flowroute_openapi.search_available_numbers(state="WA")
assert Job(operation=call).operation == call
assert typing.get_type_hints(Operation)["body"] is object

from flowroute_openapi import models

for model in models.Model.__subclasses__():
    class Mine(model):
        tag: str = ""

    assert Mine.__pydantic_fields_complete__, model
"""
    subprocess.run([sys.executable, "-c", program], check=True)
