"""An environment that holds the built wheel and what it requires, with the extras asked for, and nothing else."""

import os
import subprocess
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from tests.patience import HANGS_AFTER


class BareEnvironment:
    """A folder with links to the packages that the wheel requires; Python runs on it and its own library alone."""

    def __init__(self, folder: Path, wheel: Path, *extras: str, besides: Iterable[str] = ()) -> None:
        self._paths = [str(wheel), str(folder)]
        (built,) = metadata.distributions(path=[str(wheel)])
        wanted = [(requirement, extra) for requirement in built.requires or () for extra in ("", *extras)]
        wanted += [(name, "") for name in besides]
        seen: set[tuple[str, str]] = set()
        while wanted:
            line, extra = wanted.pop()
            requirement = Requirement(line)
            if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
                continue
            found = metadata.distribution(requirement.name)
            for entry in {file.parts[0] for file in found.files or () if ".." not in file.parts}:
                if not (folder / entry).exists():
                    (folder / entry).symlink_to(Path(str(found.locate_file(entry))))
            for asked in ("", *requirement.extras):
                if (requirement.name, asked) not in seen:
                    seen.add((requirement.name, asked))
                    wanted += [(further, asked) for further in found.requires or ()]

    def run(self, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run Python; warnings are errors."""
        environment = {"PYTHONPATH": os.pathsep.join(self._paths), "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(cwd)}
        return subprocess.run(
            [sys.executable, "-S", "-W", "error", *arguments],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=HANGS_AFTER,
        )
