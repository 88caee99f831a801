"""The example of a task queue, with real workers, of which one is killed at its work."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from flowroute_async.jobs.job_file import MESSAGES, open_job
from flowroute_async.sandbox import Sandbox, running
from tests.patience import HANGS_AFTER, until
from tests.shared_rate.redis_server import RedisServer

MESSAGES_SENT = 40
UNDER_WAY = 10


@contextmanager
def worker(folder: Path, environment: dict[str, str]) -> Iterator[Callable[[], None]]:
    """Run a worker with its processes; give what kills all of them at once (SIGKILL)."""
    command = [sys.executable, "-m", "taskiq", "worker", "tasks:broker", "--workers", "1", "--log-level", "ERROR"]
    with subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True) as process:

        def kill() -> None:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

        try:
            yield kill
        finally:
            kill()


def test_a_worker_that_is_killed_at_its_work_sends_nothing_twice(project: Path, tmp_path: Path) -> None:
    folder = project / "examples/task_queue"
    sandbox = Sandbox(latency=0.02, sms_rate=None, provisioning_delay=0)
    with RedisServer() as redis, running(sandbox) as url:
        api = httpx.Client(base_url=url, auth=("sandbox", "sandbox"), timeout=HANGS_AFTER)
        number = str(api.get("/v2/numbers/available", params={"limit": 1}).json()["data"][0]["id"])
        assert api.post(f"/v2/numbers/{number}", json={"messaging_enabled": True}).status_code == 201
        api.close()
        lines = [f"{number},1206555{place:04},text {place}" for place in range(MESSAGES_SENT)]
        (tmp_path / "campaign.csv").write_text("from,to,body\n" + "\n".join(lines) + "\n")
        environment = {
            **os.environ,
            "FR_ACCESS_KEY": "sandbox",
            "FR_SECRET_KEY": "sandbox",
            "FR_BASE_URL": url,
            "REDIS_URL": redis.url,
            "JOURNALS": str(tmp_path),
            "SECONDS_UNTIL_AGAIN": "2",
        }

        def sent() -> list[str]:
            return [one.body or "" for one in sandbox._account.messages if one.direction == "outbound"]

        def waiting() -> bool:
            with redis.connection() as connection:
                pending = connection.xpending("taskiq", "taskiq")
            return bool(pending["pending"])

        with worker(folder, environment) as kill_first:
            with redis.connection() as connection:
                until(lambda: bool(connection.exists("taskiq")))
            command = [sys.executable, str(folder / "enqueue.py"), str(tmp_path / "campaign.csv")]
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=HANGS_AFTER, check=False
            )
            assert (done.stdout, done.returncode) == ("1 tasks\n", 0), done.stderr
            until(lambda: len(sent()) >= 5)
            kill_first()
            assert len(sent()) < MESSAGES_SENT
        with worker(folder, environment):
            until(lambda: not waiting())
    counts = Counter(sent())
    assert max(counts.values()) == 1
    with open_job(tmp_path / "campaign-0.db", MESSAGES, "journal") as journal:
        outcomes = Counter(outcome for (outcome,) in journal.execute("SELECT outcome FROM rows"))
    journal.close()
    assert outcomes.total() == MESSAGES_SENT
    assert len(counts) >= MESSAGES_SENT - UNDER_WAY
    assert outcomes["done"] <= len(counts) <= outcomes["done"] + outcomes["unknown"]
    sandbox.close()
