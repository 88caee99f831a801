"""Runs a job in a process of its own and kills it at a random moment."""

from multiprocessing import get_context
from pathlib import Path
from random import Random

from tests.jobs import job_process

_PROCESSES = get_context("forkserver")
_PROCESSES.set_forkserver_preload(  # what every job needs is imported once, also what is otherwise imported late
    [job_process.__name__, "anyio._backends._asyncio", "flowroute_async.jobs", "httpcore"]
)


def run_and_kill(job: str, url: str, file: Path, random: Random, longest: float) -> bool:
    """Run a job, kill it (SIGKILL) up to `longest` seconds after its start; say whether it came to its end before."""
    begun = _PROCESSES.Event()
    process = _PROCESSES.Process(target=job_process.run, args=(job, url, str(file), begun))
    process.start()
    assert begun.wait(30)
    process.join(random.uniform(0, longest))
    if process.exitcode is None:
        process.kill()
        process.join()
        return False
    assert process.exitcode == 0
    return True
