"""What the server answered: status, headers and body as they came, and how the call went."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from flowroute_openapi.types import Operation

__all__ = ["RawResponse"]

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class RawResponse(Generic[T_co]):
    """An answer, not yet decoded.

    Attributes:
        operation: The call that was answered.
        status_code: The HTTP status.
        headers: The headers; names are in lower case.
        content: The body, decompressed.
        elapsed: Seconds from the start of the call to the end of the body: queueing, waiting and all attempts.
        attempts: How often the request was sent, at least 1.
        time_left: Seconds that were left of the call's deadline.
    """

    operation: Operation[T_co]
    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    elapsed: float
    attempts: int
    time_left: float = math.inf
