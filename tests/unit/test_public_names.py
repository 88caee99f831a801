"""What the package promises to keep: its public names, and the shape of its error tree."""

from functools import cache
from importlib import import_module

import pytest

import flowroute_async
from flowroute_async import errors
from public_api import NAMES, PROJECT, PUBLIC_MODULES, load, names, public_names

load_once = cache(load)

TREE = {
    "FlowrouteError": "Exception",
    "ConfigurationError": "FlowrouteError",
    "InvalidArgumentError": "FlowrouteError",
    "WebhookError": "FlowrouteError",
    "FileTransferError": "FlowrouteError",
    "PlanOutdatedError": "FlowrouteError",
    "CallError": "FlowrouteError",
    "NotSentError": "CallError",
    "RateLimiterUnavailableError": "CallError",
    "NoAnswerError": "CallError",
    "DeadlineExceededError": "CallError",
    "PaginationError": "CallError",
    "OutcomeUnknownError": "CallError",
    "ResponseError": "CallError",
    "InvalidResponseError": "ResponseError",
    "InvalidRecordError": "InvalidResponseError",
    "ResponseTooLargeError": "ResponseError",
    "StatusError": "ResponseError",
    "BadRequestError": "StatusError",
    "AuthenticationError": "StatusError",
    "PermissionDeniedError": "StatusError",
    "NotFoundError": "StatusError",
    "MethodNotAllowedError": "StatusError",
    "UnsupportedMediaTypeError": "StatusError",
    "ValidationFailedError": "StatusError",
    "RateLimitedError": "StatusError",
    "ServerError": "StatusError",
    "UnexpectedStatusError": "StatusError",
}


def test_the_public_names_are_those_of_the_list() -> None:
    # Where a name comes or goes on purpose: .venv/bin/python scripts/public_api.py --write
    assert NAMES.read_text(encoding="utf-8").splitlines() == public_names()


def test_each_public_module_lists_its_names_and_no_other_module_but_packages_does() -> None:
    with_list = {
        ".".join(file.relative_to(PROJECT / "src").with_suffix("").parts).removesuffix(".__init__")
        for file in (PROJECT / "src").rglob("*.py")
        if "\n__all__ = " in file.read_text(encoding="utf-8")
    }
    assert {module for module in PUBLIC_MODULES if module.startswith("flowroute_async")} <= with_list
    packages = {name for name in with_list if (PROJECT / "src" / name.replace(".", "/")).is_dir()}
    assert with_list - set(PUBLIC_MODULES) <= packages


@pytest.mark.parametrize("module", PUBLIC_MODULES)
def test_each_public_name_can_be_imported(module: str) -> None:
    found = import_module(module)
    assert [name for name in names(load_once()[module]) if not hasattr(found, name)] == []


def test_the_tree_of_errors_is_this_one_and_all_of_it_is_public() -> None:
    assert {name: getattr(errors, name).__bases__[0].__name__ for name in errors.__all__} == TREE
    assert set(errors.__all__) <= set(flowroute_async.__all__)


def test_the_tree_is_drawn_at_the_top_of_its_module() -> None:
    drawing = (errors.__doc__ or "").split("\n\n")[1]
    assert [line.split("─ ")[-1].split()[0] for line in drawing.splitlines()] == list(TREE)
