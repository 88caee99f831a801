"""`make demo` works on a machine without an account, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from flowroute_async.sandbox import Sandbox, running
from tests.patience import HANGS_AFTER

PROJECT = Path(__file__).parents[2]


def run_demo(**variables: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FR_", "DEMO_"))}
    run = subprocess.run(
        [sys.executable, "-W", "error", "scripts/demo.py"],
        cwd=PROJECT,
        env={**environment, "COLUMNS": "100", **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=HANGS_AFTER,
    )
    assert run.returncode == 0, run.stderr
    return " ".join(run.stdout.split())


def test_the_demo_searches_every_area_code_and_resumes_what_was_broken_off() -> None:
    shown = run_demo()
    assert "Broken off on purpose" in shown
    assert "100,000 different numbers among the 100,000 of both runs" in shown
    assert shown.count("1.00 │ 0.85") == 10


def test_the_live_demo_only_reads() -> None:
    sandbox = Sandbox(numbers=30_000)
    with running(sandbox) as url:
        shown = run_demo(DEMO_LIVE="1", FR_ACCESS_KEY="sandbox", FR_SECRET_KEY="sandbox", FR_BASE_URL=url)
    assert "30,000 different numbers" in shown
    assert {request.method for request in sandbox.control.requests()} == {"GET"}
