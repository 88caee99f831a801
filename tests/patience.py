"""How long a test waits for what has to come."""

import threading
import time
from collections.abc import Callable

HANGS_AFTER = 600.0
"""Seconds after which a process hangs that has not ended; long, so that a busy machine fails no test."""


def until(condition: Callable[[], bool], problem: str = "") -> None:
    """Wait until a condition holds that another thread or process brings about."""
    tick, ends = threading.Event(), time.monotonic() + HANGS_AFTER
    while not condition():
        assert time.monotonic() < ends, problem
        tick.wait(0.02)
