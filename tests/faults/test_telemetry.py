"""OpenTelemetry is told of each call and attempt, and of no key, number or text."""

import runpy
from pathlib import Path
from typing import TYPE_CHECKING, cast

import anyio
import httpx
import pytest
from opentelemetry import context
from opentelemetry.context import _SUPPRESS_HTTP_INSTRUMENTATION_KEY
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from flowroute_async import FlowrouteClient, FlowrouteError
from flowroute_async.telemetry import opentelemetry_hooks
from tests.faults.fault_calls import BY_NAME, MARKS
from tests.faults.fault_kinds import FAULTS
from tests.faults.fault_runner import client_for
from tests.faults.fault_server import Server

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

EXAMPLE = Path(__file__).parents[2] / "examples" / "opentelemetry_hooks.py"


@pytest.mark.anyio
async def test_each_call_becomes_a_span_under_the_callers_own_and_each_attempt_one_in_it(server: Server) -> None:
    exporter, reader = InMemorySpanExporter(), InMemoryMetricReader()
    traces = TracerProvider()
    traces.add_span_processor(SimpleSpanProcessor(exporter))
    hooks = opentelemetry_hooks(traces, MeterProvider(metric_readers=[reader]))
    fault = next(fault for fault in FAULTS if fault.name == "500 after the effect")
    for name in ("get_number", "send_message"):
        case = server.case(BY_NAME[name], fault, 1000)
        async with client_for(server, case, max_retries=1, hooks=hooks) as client:
            with traces.get_tracer("test").start_as_current_span("mine"), pytest.raises(FlowrouteError):
                await client.send(BY_NAME[name].operation)
    spans = exporter.get_finished_spans()
    assert [span.name for span in spans] == [
        "GET /v2/numbers/{id}",
        "GET /v2/numbers/{id}",
        "flowroute.get_number",
        "mine",
        "POST /v2.1/messages",
        "flowroute.send_message",
        "mine",
    ]
    for inner, outer in ((0, 2), (1, 2), (2, 3), (4, 5), (5, 6)):
        parent, context = spans[inner].parent, spans[outer].get_span_context()
        assert parent is not None
        assert context is not None
        assert parent.span_id == context.span_id
    assert [(spans[place].attributes or {})["error.type"] for place in (2, 5)] == ["ServerError", "OutcomeUnknownError"]
    assert not any(span.events for span in spans[:3])
    assert dict(spans[1].attributes or {}) == {
        "flowroute.operation": "get_number",
        "http.request.method": "GET",
        "url.template": "/v2/numbers/{id}",
        "http.response.status_code": 500,
        "http.request.resend_count": 1,
    }
    told = "".join(span.to_json() for span in spans) + str(reader.get_metrics_data())
    assert "flowroute.client.retries" in told
    assert "flowroute.client.queue.duration" in told
    assert not [mark for mark in MARKS if mark in told]


@pytest.mark.anyio
async def test_queue_time_rate_and_cool_down_can_be_watched(server: Server) -> None:
    reader = InMemoryMetricReader()
    hooks = opentelemetry_hooks(TracerProvider(), MeterProvider(metric_readers=[reader]))
    fault = next(fault for fault in FAULTS if fault.name.startswith("429"))
    case = server.case(BY_NAME["get_number"], fault, 1)
    async with client_for(server, case, max_retries=1, hooks=hooks) as client:
        await client.send(BY_NAME["get_number"].operation)
    data = reader.get_metrics_data()
    assert data is not None
    found = {
        metric.name: metric.data.data_points[0]
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }
    assert found["flowroute.client.rate"].value >= 1  # type: ignore[union-attr] # it is a gauge
    assert found["flowroute.client.cool_down.duration"].sum >= 1  # type: ignore[union-attr] # it is a histogram
    assert found["flowroute.client.queue.duration"].sum >= 1  # type: ignore[union-attr] # the second attempt waited


@pytest.mark.anyio
async def test_spans_of_the_http_library_which_would_hold_the_number_are_suppressed_within_a_call() -> None:
    class Instrumented(httpx.MockTransport):
        """Asks for what the instrumentation of an HTTP library asks for."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked.append(context.get_value(_SUPPRESS_HTTP_INSTRUMENTATION_KEY))
            return await super().handle_async_request(request)

    asked: list[object] = []
    transport = Instrumented(lambda _: httpx.Response(200, json={"data": []}))
    hooks = opentelemetry_hooks(TracerProvider(), MeterProvider())
    async with FlowrouteClient(access_key="a", secret_key="b", http_transport=transport, hooks=hooks) as client:
        await client.routes.list()
    assert asked == [True]
    assert context.get_value(_SUPPRESS_HTTP_INSTRUMENTATION_KEY) is None


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    main = cast("Callable[[], Awaitable[None]]", runpy.run_path(str(EXAMPLE))["main"])
    anyio.run(main)
    assert '"name": "look for numbers"' in capsys.readouterr().out
