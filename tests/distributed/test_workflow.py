"""The example of a workflow engine: its process is killed in each step, and the same command completes the order."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

from flowroute_async.sandbox import Sandbox, running
from tests.patience import HANGS_AFTER

COUNT = 6


def test_an_order_whose_process_is_killed_in_each_step_is_completed_once(project: Path, tmp_path: Path) -> None:
    sandbox = Sandbox(numbers=3000, sms_rate=None, shape="2018")
    with running(sandbox) as url:
        keys = {"FR_ACCESS_KEY": "sandbox", "FR_SECRET_KEY": "sandbox", "FR_BASE_URL": url}
        command = [sys.executable, str(project / "examples/workflow/provision.py"), "A17", "WA", str(COUNT), "50"]
        environment = {**os.environ, **keys, "ORDERS": str(tmp_path)}
        if sys.version_info >= (3, 12) and sqlite3.sqlite_version_info < (3, 42):  # DBOS works with none of these
            begun = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=HANGS_AFTER, check=False
            )
            assert "NOT NULL constraint failed: application_versions.version_timestamp" in begun.stderr
            assert sandbox.control.effects() == {}
            return
        for operation in ("purchase_number", "update_number", "send_message"):
            sandbox.control.add_fault(operation, times=2)
            sandbox.control.add_fault(operation, times=COUNT, drop="after", delay=0.2)
            with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
                tick = threading.Event()
                while not any(one.times < COUNT for one in sandbox.control.faults()[-1:]):
                    assert process.poll() is None
                    tick.wait(0.002)
                process.kill()
            sandbox.control.clear_faults()
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=HANGS_AFTER, check=False
        )
        assert done.returncode == 0, done.stderr
        assert f"{COUNT} numbers\n{COUNT} of {COUNT} numbers updated" in done.stdout
        bought = Counter(sandbox.control.effects()["purchase_number"])
        sent = Counter(one.body for one in sandbox._account.messages if one.direction == "outbound")
        assert len(bought) == bought.total() == COUNT
        assert sent.total() == len(sent)
        assert set(sent) <= {f"Order A17: {number} is yours." for number in bought}
        aliases = {one.id: one.alias for one in sandbox._account.numbers}
        assert sorted(alias or "" for alias in aliases.values()) == [f"A17 {place}" for place in range(COUNT)]
        again = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=HANGS_AFTER, check=False
        )
        assert again.stdout == done.stdout
    sandbox.close()
