"""The page over HTTP: each view a URL that is read, and that takes the forms it holds."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl, urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from flowroute_async.sandbox.announcement import KEY
from flowroute_async.sandbox.control import Control
from flowroute_async.sandbox.guard import ROOT
from flowroute_async.sandbox.page.drawing import ASSETS, draw
from flowroute_async.sandbox.page.forms import FORMS, Form
from flowroute_async.sandbox.page.policy import Policy
from flowroute_async.sandbox.page.reading import Reading
from flowroute_async.sandbox.page.views import VIEWS, View

_FORM_TYPE = "application/x-www-form-urlencoded"
_MOST_FIELDS = 20


def page_routes(control: Control, reading: Reading, deliver: Callable[[], Awaitable[object]]) -> list[BaseRoute]:
    """Make the routes of the page.

    Args:
        control: What the page controls.
        reading: What it shows.
        deliver: Sends the webhooks that are due; called after whatever can make some due.
    """

    def route(view: View) -> Route:
        async def endpoint(request: Request) -> Response:
            query, base_url = request.query_params, f"{request.scope['scheme']}://{request.headers['host']}"
            if request.method != "POST":
                form = FORMS.get(query.get("done", ""))
                return _page(control, reading, view, query, base_url, done=form.done if form else "")
            form, fields = await _read_form(request)
            try:
                shown_next = form.submit(control, fields)
            except (LookupError, ValueError, OverflowError) as error:
                status = 404 if isinstance(error, LookupError) else 422
                return _page(
                    control, reading, view, query, base_url, status=status, error=_sentence(error), fields=fields
                )
            if form.delivers:
                await deliver()
            target = f"{ROOT}{view.path}?{urlencode({**shown_next, 'done': fields['form']})}"
            return RedirectResponse(target, status_code=303)

        return Route(view.path, endpoint, methods=["GET", "POST"])

    # An application of its own, so that the policy is on its errors too.
    app = Starlette(routes=[*map(_asset, ASSETS), *map(route, VIEWS)], middleware=[Middleware(Policy)])
    return [Route(ROOT, _complete_address), Mount(ROOT, app)]


def _complete_address(_request: Request) -> Response:
    return RedirectResponse(f"{ROOT}/")


def _page(
    control: Control,
    reading: Reading,
    view: View,
    query: Mapping[str, str],
    base_url: str,
    *,
    status: int = 200,
    done: str = "",
    error: str = "",
    fields: Mapping[str, str] | None = None,
) -> Response:
    query = {**query, "base_url": base_url}
    body = draw(
        view.template,
        root=ROOT,
        view=view,
        views=VIEWS,
        facts=reading.facts(),
        base_url=base_url,
        key=KEY if control.has_default_keys else None,
        done=done,
        error=error,
        # What was filled in stands there again after an error; what was not is empty.
        fields=defaultdict(str, fields or {}),
        **view.content(control, reading, query),
    )
    return Response(body, status, media_type="text/html; charset=utf-8")


async def _read_form(request: Request) -> tuple[Form, Mapping[str, str]]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM_TYPE:
        raise HTTPException(415, "A form is expected.")
    try:
        text = (await request.body()).decode("ascii")
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
        return FORMS[fields["form"]], fields
    except (KeyError, ValueError):
        raise HTTPException(400, "The form cannot be read, or there is no such form.") from None


def _asset(name: str) -> Route:
    content, media_type = ASSETS[name]

    def endpoint(_request: Request) -> Response:
        return Response(content, media_type=media_type)

    return Route(f"/{name}", endpoint)


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
