"""The page's models for the telnyx SDK, as its generator would write them."""

import importlib
from typing import Any


def page_model() -> Any:  # noqa: ANN401 - the SDK is installed for the benchmark only
    """Build the models on the SDK's own base class, once."""
    if not _built:
        base: Any = importlib.import_module("telnyx").BaseModel

        class Attributes(base):  # type: ignore[misc] # the base class is known at run time only
            rate_center: str | None = None
            value: str | None = None
            monthly_cost: float | None = None
            state: str | None = None
            number_type: str | None = None
            setup_cost: float | None = None

        class Links(base):  # type: ignore[misc] # as above
            related: str | None = None

        class Number(base):  # type: ignore[misc] # as above
            id: str | None = None
            type: str | None = None
            attributes: Attributes | None = None
            links: Links | None = None

        class Page(base):  # type: ignore[misc] # as above
            data: list[Number] | None = None
            links: dict[str, str] | None = None

        _built.append(Page)
    return _built[0]


_built: list[Any] = []
