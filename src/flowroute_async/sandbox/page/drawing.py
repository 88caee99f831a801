"""Draws the page from its templates, and holds its style sheet and script."""

from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from flowroute_async.sandbox.page.inspection import content_of, readable
from flowroute_async.sandbox.page.views import attachment_of, in_words, state_of

_PACKAGE = "flowroute_async.sandbox.page"
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def _moment(at: float | datetime) -> str:
    moment = at if isinstance(at, datetime) else datetime.fromtimestamp(at, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}"


_ENVIRONMENT = Environment(
    loader=PackageLoader(_PACKAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_FUNCTIONS: dict[str, Any] = {
    "moment": _moment,
    "attachment_of": attachment_of,
    "in_words": in_words,
    "state_of": state_of,
    "readable": readable,
    "content_of": content_of,
}
_ENVIRONMENT.globals.update(_FUNCTIONS)

ASSETS = {
    asset.name: (asset.read_bytes(), _MEDIA_TYPES[asset.name[asset.name.rindex(".") :]])
    for asset in (files(_PACKAGE) / "assets").iterdir()
}
"""Content and media type of each asset, by its file's name."""


def draw(template: str, **content: object) -> bytes:
    """Draw a template.

    Args:
        template: The template's file.
        content: What it shows.
    """
    page = _ENVIRONMENT.get_template(template).render(content)
    # Messages may hold halves of characters, which UTF-8 cannot write.
    return page.encode(errors="replace")
