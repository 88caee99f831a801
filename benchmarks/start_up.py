"""What a user waits for before anything happens: CPU of imports and of the command, in fresh processes, taking turns.

    python benchmarks/start_up.py [--rounds 7]

CPU counts, not time: it says the same on a busy machine. Medians, against a Python that does nothing.
"""

import argparse
import resource
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_COMMAND = str(Path(sys.executable).parent / "flowroute")
PROGRAMS: Mapping[str, Sequence[str]] = {
    "python -c pass": (sys.executable, "-c", "pass"),
    "import httpx, pydantic.BaseModel": (sys.executable, "-c", "import httpx; from pydantic import BaseModel"),
    "import flowroute_async": (sys.executable, "-c", "import flowroute_async"),
    "import and first client": (
        sys.executable,
        "-c",
        "import flowroute_async; flowroute_async.FlowrouteClient(access_key='a', secret_key='b')",
    ),
    "flowroute --version": (_COMMAND, "--version"),
    "flowroute --help": (_COMMAND, "--help"),
    "flowroute numbers search --help": (_COMMAND, "numbers", "search", "--help"),
    "flowroute e911 create --help": (_COMMAND, "e911", "create", "--help"),
    "flowroute --sandbox numbers list": (_COMMAND, "--sandbox", "numbers", "list"),
}
TARGETS: Mapping[str, int] = {
    "flowroute --version": 100,
    "flowroute --help": 250,
    "flowroute numbers search --help": 250,
    "flowroute e911 create --help": 250,
}


def cpu(command: Sequence[str]) -> float:
    """Run a command; return the milliseconds of CPU that it took, in user and system mode."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1000


def main() -> None:
    """Measure all of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    rounds: int = parser.parse_args().rounds
    taken: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(rounds):
        for name, command in PROGRAMS.items():
            taken[name].append(cpu(command))
    for name, times in taken.items():
        target = f"; target {TARGETS[name]}" if name in TARGETS else ""
        print(f"{name}: {statistics.median(times):.0f} ms of CPU ({min(times):.0f} to {max(times):.0f}{target})")


if __name__ == "__main__":
    main()
