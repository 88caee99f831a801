"""Runs a job in a process of its own and kills it at a random moment."""

import subprocess
import sys
from pathlib import Path
from random import Random


def run_and_kill(job: str, url: str, file: Path, random: Random, longest: float) -> bool:
    """Run a job, kill it (SIGKILL) up to `longest` seconds after its start; say whether it came to its end before."""
    command = [sys.executable, str(Path(__file__).with_name("job_process.py")), job, url, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        try:
            process.wait(random.uniform(0, longest))
        except subprocess.TimeoutExpired:
            process.kill()
            return False
        assert process.returncode == 0
        return True
