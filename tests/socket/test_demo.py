"""`make demo` works on a machine without an account, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_the_demo_searches_every_area_code_and_resumes_what_was_broken_off() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FR_", "DEMO_"))}
    run = subprocess.run(
        [sys.executable, "-W", "error", "scripts/demo.py"],
        cwd=PROJECT,
        env={**environment, "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    assert "Broken off on purpose" in run.stdout
    assert "100,000 different numbers among the 100,000 of both runs" in " ".join(run.stdout.split())
    assert run.stdout.count("1.00    │ 0.85") == 10
