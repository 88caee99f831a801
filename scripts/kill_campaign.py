"""Kill each job (SIGKILL) at random moments, and look whether anything was doubled or lost.

    python scripts/kill_campaign.py [--kills 100] [--seed 1] [JOB...]

Each run of a job also loses the answer of one call that has taken effect. At the end the job is completed, and its
effects on the sandbox are counted.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from random import Random

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from tests.jobs.job_process import JOBS  # noqa: E402 - the project's folder is not on the path before
from tests.jobs.killing import campaign  # noqa: E402


def main() -> int:
    """Kill, and print what came of it; end with 1 where anything was doubled or lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("jobs", nargs="*", metavar="JOB", choices=[[], *JOBS], help=", ".join(JOBS))
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    bad = 0
    for job in given.jobs or JOBS:
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            found = campaign(job, given.kills, Path(folder), Random(given.seed))  # noqa: S311 - moments, not secrets
        bad += found.doubled + found.lost
        steps = len(set(found.steps))
        print(
            f"{job}: {found.kills} kills at {steps} different states, {found.doubled} doubled, {found.lost} lost, "
            f"{time.monotonic() - began:.0f} s",
            flush=True,
        )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
