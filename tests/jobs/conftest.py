"""Fixtures of the tests of bulk searches."""

import subprocess
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def sandbox_url() -> Iterator[str]:
    """A sandbox in a process of its own, with some latency, so that there is always something in flight."""
    options = ["--numbers", "40000", "--max-page", "20", "--latency", "0.01"]
    command = [sys.executable, "-m", "flowroute_async.sandbox", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
