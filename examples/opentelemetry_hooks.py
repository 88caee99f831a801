"""Spans and metrics of OpenTelemetry, printed. Needs the extra `otel`, and opentelemetry-sdk to show them."""

import sys

import anyio
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

from flowroute_async import FlowrouteClient
from flowroute_async.sandbox.server import running
from flowroute_async.telemetry import opentelemetry_hooks


async def main() -> None:
    """Search some numbers in a sandbox under one span, and print what was told."""
    traces = TracerProvider()
    traces.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter(out=sys.stdout)))
    hooks = opentelemetry_hooks(traces, MeterProvider(metric_readers=[InMemoryMetricReader()]))
    with running() as url:
        async with FlowrouteClient(access_key="sandbox", secret_key="sandbox", base_url=url, hooks=hooks) as client:  # noqa: S106 - any key does
            with traces.get_tracer("example").start_as_current_span("look for numbers"):
                await client.numbers.search(state="WA", page_size=10)


if __name__ == "__main__":
    anyio.run(main)
