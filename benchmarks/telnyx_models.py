"""The page's models for the telnyx SDK, as its generator would write them.

A generator takes from the document which fields are required, and the SDK decodes both kinds in different ways: what is
required it builds field by field in Python; what is optional it hands to pydantic, whole. So the page is measured with
the document's own required fields, and with every field optional, which is the SDK's best case.
"""

import importlib
from functools import cache
from typing import Any, Literal


@cache
def page_of_the_document() -> Any:  # noqa: ANN401 - the SDK is installed for the benchmark only
    """Build the models with the required fields of spec/flowroute.complete.yaml."""
    base: Any = importlib.import_module("telnyx").BaseModel

    class Attributes(base):  # type: ignore[misc] # the base class is known at run time only
        monthly_cost: float
        number_type: Literal["inum", "longcode", "standard", "toll-free", "tollfree"]
        setup_cost: float
        value: str
        rate_center: str | None = None
        state: str | None = None
        inbound_rate: float | None = None
        rate_type: str | None = None
        iso_country: str | None = None
        tier: str | None = None

    class Links(base):  # type: ignore[misc] # as above
        related: str | None = None

    class Number(base):  # type: ignore[misc] # as above
        attributes: Attributes
        id: str
        type: str
        links: Links | None = None

    class Page(base):  # type: ignore[misc] # as above
        data: list[Number]
        links: dict[str, str] | None = None

    return Page


@cache
def page_of_optional_fields() -> Any:  # noqa: ANN401 - as above
    """Build the models with nothing required."""
    base: Any = importlib.import_module("telnyx").BaseModel

    class Attributes(base):  # type: ignore[misc] # as above
        monthly_cost: float | None = None
        number_type: Literal["inum", "longcode", "standard", "toll-free", "tollfree"] | None = None
        setup_cost: float | None = None
        value: str | None = None
        rate_center: str | None = None
        state: str | None = None
        inbound_rate: float | None = None
        rate_type: str | None = None
        iso_country: str | None = None
        tier: str | None = None

    class Links(base):  # type: ignore[misc] # as above
        related: str | None = None

    class Number(base):  # type: ignore[misc] # as above
        attributes: Attributes | None = None
        id: str | None = None
        type: str | None = None
        links: Links | None = None

    class Page(base):  # type: ignore[misc] # as above
        data: list[Number] | None = None
        links: dict[str, str] | None = None

    return Page
