"""Break the code on which money depends in small ways, and name the changes that nothing notices: `make mutants`.

mutmut changes the code and runs the tests that reach it; pyproject.toml says which files and which tests. What mypy
refuses counts as noticed, since `make check` runs it. tests/equivalent_mutants.toml lists the changes that make no
difference, each with its reason. mutmut leaves alone what is outside of functions (constants, fields of classes), and
properties and other functions with decorators.
"""

import argparse
import fnmatch
import os
import shutil
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from mutmut import __main__ as mutmut
from mutmut.configuration import config
from mutmut.mutation import file_mutation
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.runners.harness import PytestRunner
from mutmut.state import state
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir, walk_mutatable_files

EQUIVALENT_MUTANTS = Path("tests/equivalent_mutants.toml")
_EQUIVALENT, _LEFT_OUT = 34, 35  # what mutmut calls skipped and suspicious, and does not run
_NOTICED = {"killed": "by a test", "timeout": "by time", "segfault": "by a test", "caught by type check": "by mypy"}

_run_tests = PytestRunner.run_tests


def _run_quickest_first(self: PytestRunner, *, mutant_name: str | None, tests: Iterable[str]) -> int:
    durations = state().duration_by_test
    quickest_first = sorted(tests, key=lambda test: durations.get(test, 0.0))
    return _run_tests(self, mutant_name=mutant_name, tests=quickest_first)


def prepare(processes: int) -> None:
    """Write the mutants of all files into mutants/."""
    # Called by garbage collection within a change of context, what mutmut puts around it crashes Python 3.11.
    file_mutation.NEVER_MUTATE_FUNCTION_NAMES.add("__del__")
    file_mutation.NEVER_MUTATE_FUNCTION_CALLS.add("cast")  # for type checkers alone
    PytestRunner.run_tests = _run_quickest_first  # type: ignore[method-assign] # mutmut has no option for an order
    os.environ["MYPYPATH"] = "src:generated"
    config().type_check_command = [
        *(sys.executable, "-m", "mypy", "--output=json", "--config-file=", "--cache-dir=../.mypy_cache/mutants"),
        *("--strict", "--no-warn-unused-ignores"),
        "--disable-error-code=no-redef",  # each class holds its methods several times
        *config().only_mutate,
    ]
    shutil.rmtree("mutants", ignore_errors=True)
    Path("mutants").mkdir()
    copy_src_dir()
    copy_also_copy_files()
    mutmut.create_mutants(processes)


def files() -> Iterator[SourceFileMutationData]:
    """Yield what is known of the mutants of each file."""
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        yield data


def function_of(mutant: str) -> str:
    """Return the function that a mutant is of, such as `flowroute_async.retry.pause`."""
    return mutant.rpartition("__mutmut_")[0].replace(".xǁ", ".").replace("ǁ", ".").replace(".x_", ".")


def change_of(mutant: str, data: SourceFileMutationData) -> str:
    """Return the lines that a mutant takes away and adds."""
    diff = get_diff_for_mutant(mutant, path=data.path).splitlines()[2:]
    return "\n".join(f"{line[0]} {line[1:].strip()}" for line in diff if line[0] in "-+")


def leave_out(patterns: list[str]) -> set[tuple[str, str]]:
    """Leave out equivalent mutants, and functions that no pattern names; return what is listed and not there."""
    known = {
        (one["in"], change.strip())
        for one in tomllib.loads(EQUIVALENT_MUTANTS.read_text(encoding="utf-8"))["equivalent"]
        for change in one["changes"]
    }
    met: set[tuple[str, str]] = set()
    for data in files():
        for mutant in data.exit_code_by_key:
            function = function_of(mutant)
            mark = function, change_of(mutant, data)
            if mark in known:
                met.add(mark)
                data.exit_code_by_key[mutant] = _EQUIVALENT
            if not any(fnmatch.fnmatch(function, pattern) for pattern in patterns):
                data.exit_code_by_key[mutant] = _LEFT_OUT
        data.save()
    return known - met


def summary() -> tuple[list[str], list[str]]:
    """Return a line for each file, and the mutants that live."""
    lines: list[str] = []
    alive: list[str] = []
    for data in files():
        counts: Counter[str] = Counter()
        for mutant, code in data.exit_code_by_key.items():
            status = "equivalent" if code == _EQUIVALENT else status_by_exit_code[code]
            if code == _LEFT_OUT:
                continue
            if status in _NOTICED:
                counts["killed"] += 1
                counts[_NOTICED[status]] += 1
            else:
                counts[status] += 1
            if status not in {*_NOTICED, "equivalent"}:
                alive.append(f"{function_of(mutant)}: {status}\n{change_of(mutant, data)}\n")
        kinds = ", ".join(f"{counts[kind]} {kind}" for kind in ("by a test", "by mypy", "by time"))
        rest = [f"{count} {status}" for status, count in counts.items() if status not in {"killed", *_NOTICED.values()}]
        lines.append(f"{data.path}: " + ", ".join([f"{counts['killed']} killed ({kinds})", *rest]))
    return lines, alive


def main() -> int:
    """Run the campaign; return 1 where a mutant lives that is not known to be equivalent."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("functions", nargs="*", default=["*"], help="patterns, such as 'flowroute_async.retry.*'")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args()
    prepare(options.processes)
    gone = leave_out(options.functions)
    mutmut.cli.main(["run", "--max-children", str(options.processes)], standalone_mode=False)
    lines, alive = summary()
    print(*lines, "", sep="\n")
    if gone:
        print(
            f"In {EQUIVALENT_MUTANTS}, and not there:\n",
            *(f"{name}\n{text}\n" for name, text in gone),
            sep="\n",
        )
    print(f"Alive, and not known to be equivalent: {len(alive)}\n", *alive, sep="\n")
    return int(bool(alive or gone))


if __name__ == "__main__":
    sys.exit(main())
