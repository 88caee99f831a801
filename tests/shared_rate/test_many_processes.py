"""Processes that share a rate through a real redis-server, together, against a server that refuses what is too much."""

import json
import subprocess
import sys
import time
from pathlib import Path

from flowroute_async.sandbox import Sandbox, running
from tests.patience import HANGS_AFTER
from tests.shared_rate.redis_server import RedisServer

RATE = 20
REFUSED_ABOVE = 30
# What a busy test machine delays must not count as too fast; two processes that did not share would come to 40.
CALLS = 35
INTERVAL = 1 / (RATE * 0.98)


def test_processes_together_never_exceed_the_rate_and_use_it(server: RedisServer) -> None:
    sandbox = Sandbox(numbers=1000, rate=REFUSED_ABOVE)
    with running(sandbox) as url:
        script = str(Path(__file__).with_name("calling_process.py"))
        arguments = [server.url, url, str(RATE), str(CALLS)]
        processes = [
            subprocess.Popen([sys.executable, script, loop, *arguments], stdin=-1, stdout=-1, text=True)
            for loop in ("asyncio", "trio")
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        began = time.monotonic()
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        told = [json.loads(process.communicate(timeout=HANGS_AFTER)[0]) for process in processes]
    assert [request.status for request in sandbox.control.requests()] == [200] * 2 * (1 + CALLS)
    sent_at = sorted(at for one in told for at in one["sent_at"])
    assert len(sent_at) == 2 * CALLS
    # A busy machine may make a call late, but never early.
    assert all(at >= began + place * INTERVAL for place, at in enumerate(sent_at))
    delayed = sum(one["late"] for one in told)
    assert (len(sent_at) - 1) / (sent_at[-1] - sent_at[0] - delayed) >= 0.85 * RATE  # 0.98 where no place is missed
