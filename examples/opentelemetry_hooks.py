"""Spans and counters of OpenTelemetry from the client's hooks. Needs opentelemetry-sdk; run it to see both.

Each attempt becomes a client span under whatever span is current where the call is made. The views hold no key, number
or text, so neither do the spans.
"""

import sys
import time

import anyio
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

from flowroute_async import CoolDownView, FlowrouteClient, Hooks, RequestView, ResponseView, RetryView
from flowroute_async.sandbox.server import running

_FIRST_ERROR = 400


def telemetry_hooks(traces: trace.TracerProvider, meters: metrics.MeterProvider) -> Hooks:
    """Give hooks that report to OpenTelemetry, named by its conventions for HTTP clients."""
    tracer = traces.get_tracer("flowroute_async")
    meter = meters.get_meter("flowroute_async")
    duration = meter.create_histogram("http.client.request.duration", unit="s")
    retries = meter.create_counter("flowroute.client.retries")
    queue_time = meter.create_histogram("flowroute.client.queue.duration", unit="s")
    rate = meter.create_gauge("flowroute.client.rate", unit="{call}/s")
    cool_down = meter.create_histogram("flowroute.client.cool_down.duration", unit="s")

    def on_request(view: RequestView) -> None:
        group = {"flowroute.rate_group": view.rate_group}
        queue_time.record(view.queue_time, group)
        if view.rate is not None:
            rate.set(view.rate, group)

    def on_cool_down(view: CoolDownView) -> None:
        cool_down.record(view.seconds, {"flowroute.rate_group": view.request.rate_group})

    def on_response(view: ResponseView) -> None:
        request, end = view.request, time.time_ns()
        attributes: dict[str, str | int] = {
            "flowroute.operation": request.operation,
            "http.request.method": request.method,
            "url.template": request.route,
        }
        if view.status_code is not None:
            attributes["http.response.status_code"] = view.status_code
        duration.record(view.elapsed, attributes)
        span = tracer.start_span(
            f"{request.method} {request.route}",
            kind=trace.SpanKind.CLIENT,
            attributes={**attributes, "http.request.resend_count": request.attempt - 1},
            start_time=end - int(view.elapsed * 1e9),
        )
        if view.status_code is None or view.status_code >= _FIRST_ERROR:
            span.set_status(trace.StatusCode.ERROR)
        span.end(end)

    def on_retry(view: RetryView) -> None:
        retries.add(1, {"flowroute.operation": view.request.operation})

    return Hooks(on_request, on_response, on_retry, on_cool_down)


async def main() -> None:
    """Search some numbers in a sandbox under one span, and print what was told."""
    traces = TracerProvider()
    traces.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter(out=sys.stdout)))
    meters = MeterProvider(metric_readers=[InMemoryMetricReader()])
    with running() as url:
        hooks = telemetry_hooks(traces, meters)
        async with FlowrouteClient(access_key="sandbox", secret_key="sandbox", base_url=url, hooks=hooks) as client:  # noqa: S106 - any key does
            with traces.get_tracer("example").start_as_current_span("look for numbers"):
                await client.numbers.search(state="WA", page_size=10)


if __name__ == "__main__":
    anyio.run(main)
