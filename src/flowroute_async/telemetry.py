"""Spans and metrics of OpenTelemetry: `FlowrouteClient(hooks=opentelemetry_hooks())`. Needs the extra `otel`.

A call is a span, in which each of its attempts is a client span; the span that is current at the call is their parent.
Spans and metrics hold what hooks are told, which is no key, number or text. Spans of the HTTP library's own
instrumentation (opentelemetry-instrumentation-httpx) would hold the URL with the number in it; within a call there are
none.

Metrics, named by OpenTelemetry's conventions for HTTP clients where they have a name:

- `http.client.request.duration`: seconds of each attempt, by operation, route and status
- `flowroute.client.queue.duration`: seconds that attempts waited for their turn, by rate group
- `flowroute.client.rate`: calls that the client lets go in a second, by rate group; only while it holds a rate
- `flowroute.client.cool_down.duration`: seconds of each pause after a refusal, by rate group
- `flowroute.client.retries`: attempts that were not the first, by operation
"""

import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flowroute_async.extras import require_extra
from flowroute_async.hooks import CallView, CoolDownView, Hooks, RequestView, ResponseView, RetryView
from flowroute_async.version import __version__

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

__all__ = ["opentelemetry_hooks"]

_SCOPE = "flowroute_async"
_FIRST_ERROR = 400


def opentelemetry_hooks(
    tracer_provider: "TracerProvider | None" = None, meter_provider: "MeterProvider | None" = None
) -> Hooks:
    """Return hooks that report each call to OpenTelemetry.

    Args:
        tracer_provider: Where spans go; by default the global one.
        meter_provider: Where metrics go; by default the global one.

    Raises:
        MissingExtraError: If `opentelemetry-api` is not installed.
    """
    with require_extra("otel"):
        from opentelemetry import context, metrics, trace  # noqa: PLC0415 - an extra

    # What every instrumentation of an HTTP library asks for, and the API has under no other name.
    suppressed: str = getattr(context, "_SUPPRESS_HTTP_INSTRUMENTATION_KEY", _SCOPE)
    tracer = trace.get_tracer(_SCOPE, __version__, tracer_provider)
    meter = metrics.get_meter(_SCOPE, __version__, meter_provider)
    duration = meter.create_histogram("http.client.request.duration", unit="s")
    queue_time = meter.create_histogram("flowroute.client.queue.duration", unit="s")
    rate = meter.create_gauge("flowroute.client.rate", unit="{call}/s")
    cool_down = meter.create_histogram("flowroute.client.cool_down.duration", unit="s")
    retries = meter.create_counter("flowroute.client.retries", unit="{attempt}")

    @contextmanager
    def around_call(view: CallView) -> Generator[None]:
        attributes = {"flowroute.operation": view.operation, "flowroute.rate_group": view.rate_group}
        # An exception's message and traceback stay out: its kind tells enough, and is the same for each failure.
        with tracer.start_as_current_span(
            f"flowroute.{view.operation}", attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            token = context.attach(context.set_value(suppressed, True))
            try:
                yield
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(trace.StatusCode.ERROR)
                raise
            finally:
                context.detach(token)

    def on_request(view: RequestView) -> None:
        group = {"flowroute.rate_group": view.rate_group}
        queue_time.record(view.queue_time, group)
        if view.rate is not None:
            rate.set(view.rate, group)

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

    def on_cool_down(view: CoolDownView) -> None:
        cool_down.record(view.seconds, {"flowroute.rate_group": view.request.rate_group})

    return Hooks(on_request, on_response, on_retry, on_cool_down, around_call)
