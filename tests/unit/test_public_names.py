"""What the package promises to keep: its public names, and the shape of its error tree."""

from importlib import import_module

import pytest

import flowroute_async
from flowroute_async import errors
from public_api import PROJECT, PUBLIC_MODULES, load, names

NAMES = {
    "flowroute_async": (
        "AuthenticationError BadRequestError CallError ConfigurationError DeadlineExceededError FlowrouteClient "
        "FlowrouteError Hooks InvalidArgumentError InvalidRecordError InvalidResponseError MessageDetails "
        "MethodNotAllowedError NoAnswerError NotFoundError NotSentError NumberDetails OutcomeUnknownError Page "
        "PaginationError Paginator PermissionDeniedError RateLimitedError RateLimiterUnavailableError Rates "
        "RawResponse RequestView ResponseError ResponseTooLargeError ResponseView RetryView ServerError StatusError "
        "UnexpectedStatusError UnsupportedMediaTypeError ValidationFailedError WebhookError __version__"
    ),
    "flowroute_async.addresses": "ADDRESS_TYPES AddressChanges NewAddress changed_address new_address",
    "flowroute_async.jobs": (
        "BulkSearch FailedWindow HistoryReport JobProgress MessageHistory NumberQuery Outcome Progress Purchase "
        "PurchaseReport QueryReport SearchReport export rows"
    ),
    "flowroute_async.jobs.cluster": "BulkSearching Cluster ClusterSearch Connect Future Partition Searching",
    "flowroute_async.cli.bulk_progress": "ProgressBar progress_bar",
    "flowroute_async.client": "FlowrouteClient",
    "flowroute_async.clock": "Clock SystemClock",
    "flowroute_async.config": "Credentials Options Rates",
    "flowroute_async.errors": (
        "AuthenticationError BadRequestError CallError ConfigurationError DeadlineExceededError FlowrouteError "
        "InvalidArgumentError InvalidRecordError InvalidResponseError MethodNotAllowedError NoAnswerError "
        "NotFoundError NotSentError OutcomeUnknownError PaginationError PermissionDeniedError RateLimitedError "
        "RateLimiterUnavailableError ResponseError ResponseTooLargeError ServerError StatusError "
        "UnexpectedStatusError UnsupportedMediaTypeError ValidationFailedError WebhookError"
    ),
    "flowroute_async.hooks": "Hooks RequestView ResponseView RetryView",
    "flowroute_async.operations": (
        "CnamRecord E911Address E911Number ListCnamRecordsQuery ListE911AddressesQuery associate_cnam_record "
        "associate_e911_address create_cnam_record create_e911_address delete_cnam_record delete_e911_address "
        "get_cnam_record get_e911_address list_cnam_records list_e911_addresses list_e911_numbers "
        "unassociate_cnam_record unassociate_e911_address update_cnam_record update_e911_address "
        "validate_e911_address"
    ),
    "flowroute_async.operations.cnam": (
        "CnamNumbers CnamRecord CnamRecordChange CnamRecordChangeDocument CnamRecordDocument CnamRecordListDocument "
        "CnamRelationships ListCnamRecordsQuery NewCnamRecord associate_cnam_record create_cnam_record "
        "delete_cnam_record get_cnam_record list_cnam_records unassociate_cnam_record update_cnam_record"
    ),
    "flowroute_async.operations.e911": (
        "E911Address E911AddressChange E911AddressChangeDocument E911AddressChanges E911AddressDocument "
        "E911AddressListDocument E911Number E911NumberListDocument ListE911AddressesQuery NewE911Address "
        "NewE911AddressAttributes NewE911AddressDocument associate_e911_address create_e911_address "
        "delete_e911_address get_e911_address list_e911_addresses list_e911_numbers unassociate_e911_address "
        "update_e911_address validate_e911_address"
    ),
    "flowroute_async.pagination": "Page Paginator",
    "flowroute_async.resources.cnam": "Cnam",
    "flowroute_async.resources.e911": "E911",
    "flowroute_async.resources.messages": "MessageDetails Messages",
    "flowroute_async.resources.numbers": "NumberDetails Numbers",
    "flowroute_async.resources.routes": "RouteType Routes",
    "flowroute_async.response": "RawResponse",
    "flowroute_async.sandbox": "ConnectionDropped Control Sandbox SandboxClock running serve",
    "flowroute_async.sandbox.faults": "Fault",
    "flowroute_async.sandbox.options": "Options",
    "flowroute_async.sandbox.request_log": "RequestRecord",
    "flowroute_async.segments": "GSM_7 GSM_7_EXTENSION SegmentEstimate estimate_segments",
    "flowroute_async.shared_rate": "OnUnavailable RedisRateLimiter",
    "flowroute_async.testing": "InstantClock client_of",
    "flowroute_async.testing.plugin": "flowroute_client flowroute_clock flowroute_sandbox",
    "flowroute_async.throttle": "Group RateLimiter",
    "flowroute_async.webhooks": (
        "DeliveryReceipt InboundMessage Notification RepeatFilter UnknownWebhook Webhook parse repeat_key"
    ),
    "flowroute_openapi": (
        "ListAvailableAreaCodesQuery ListAvailableExchangesQuery ListMessagesQuery ListNumbersQuery ListRoutesQuery "
        "Model Operation SearchAvailableNumbersQuery create_route get_message get_number list_available_area_codes "
        "list_available_exchanges list_messages list_numbers list_routes purchase_number search_available_numbers "
        "send_message set_failover_route set_primary_route"
    ),
    "flowroute_openapi.models": (
        "AccountNumber Amount AvailableCode AvailableCodeListDocument AvailableNumber AvailableNumberListDocument "
        "DeliveryReceipt ErrorDocument ErrorObject Identifier Media MediaRelationship Message MessageDocument "
        "MessageListDocument MessagePageLinks MessageRelationships Model Nanodollars NewMessage NewRoute "
        "NewRouteAttributes NewRouteDocument NumberDocument NumberListDocument NumberRelationships OpenEnum PageLinks "
        "PhoneNumber ReadStrictly Relationship ResourceIdentifier Route RouteDocument RouteDocumentLinks "
        "RouteIdentifier RouteListDocument RouteRelationship SentMessage SentMessageDocument Timestamp"
    ),
    "flowroute_openapi.reading": "Fault UnreadableError UnreadableRecordError extended from_json read read_object",
    "flowroute_openapi.types": "Date Operation QueryValue RateGroup path_segment query_pairs",
}
"""The names that each public module promises, in a line for each module."""

TREE = {
    "FlowrouteError": "Exception",
    "ConfigurationError": "FlowrouteError",
    "InvalidArgumentError": "FlowrouteError",
    "WebhookError": "FlowrouteError",
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


def test_the_public_modules_are_these() -> None:
    assert sorted(PUBLIC_MODULES) == sorted(NAMES)


def test_the_public_names_are_these() -> None:
    modules = load()
    assert {module: " ".join(names(modules[module])) for module in PUBLIC_MODULES} == NAMES


def test_each_public_module_lists_its_names_and_no_other_module_but_packages_does() -> None:
    with_list = {
        ".".join(file.relative_to(PROJECT / "src").with_suffix("").parts).removesuffix(".__init__")
        for file in (PROJECT / "src").rglob("*.py")
        if "\n__all__ = " in file.read_text(encoding="utf-8")
    }
    assert {module for module in PUBLIC_MODULES if module.startswith("flowroute_async")} <= with_list
    packages = {name for name in with_list if (PROJECT / "src" / name.replace(".", "/")).is_dir()}
    assert with_list - set(PUBLIC_MODULES) <= packages


@pytest.mark.parametrize("module", NAMES)
def test_each_public_name_can_be_imported(module: str) -> None:
    found = import_module(module)
    assert [name for name in NAMES[module].split() if not hasattr(found, name)] == []


def test_the_tree_of_errors_is_this_one_and_all_of_it_is_public() -> None:
    assert {name: getattr(errors, name).__bases__[0].__name__ for name in errors.__all__} == TREE
    assert set(errors.__all__) <= set(flowroute_async.__all__)


def test_the_tree_is_drawn_at_the_top_of_its_module() -> None:
    drawing = (errors.__doc__ or "").split("\n\n")[1]
    assert [line.split("─ ")[-1].split()[0] for line in drawing.splitlines()] == list(TREE)
