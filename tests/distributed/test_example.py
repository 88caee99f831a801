"""The example of a search on many machines runs as it stands, with the processes of this one."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow.dataset  # type: ignore[import-untyped] # it has no types

from flowroute_async.sandbox import Sandbox, running
from tests.patience import HANGS_AFTER
from tests.shared_rate.redis_server import RedisServer


def test_the_example_fills_a_folder(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "numbers"
    command = [sys.executable, str(project / "examples/many_machines/search.py"), str(folder), "206", "212"]
    with RedisServer() as redis, running(Sandbox(numbers=5000)) as url:
        keys = {"FR_ACCESS_KEY": "sandbox", "FR_SECRET_KEY": "sandbox", "FR_BASE_URL": url, "REDIS_URL": redis.url}
        ran = subprocess.run(
            command, env={**os.environ, **keys}, capture_output=True, text=True, timeout=HANGS_AFTER, check=False
        )
    assert ran.returncode == 0, ran.stderr
    found = pyarrow.dataset.dataset(folder).to_table()
    assert {number[1:4] for number in found["id"].to_pylist()} == {"206", "212"}
    assert ran.stdout.startswith(f"{found.num_rows} numbers in ")
    assert "2 of 2 queries" in ran.stdout
