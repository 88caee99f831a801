"""The changelog's section of one version, as a release shows it.

python scripts/release_notes.py            prints the section of the package's own version, or what is unreleased
python scripts/release_notes.py --tag v1.2.3    also fails unless tag, version and changelog agree
"""

import argparse
import re
import runpy
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]
_HEADING = re.compile(r"^## \[(?P<version>[^\]]+)\](?: - (?P<date>\d{4}-\d\d-\d\d))?$", re.MULTILINE)


def sections(changelog: str) -> dict[str, tuple[str | None, str]]:
    """Return the date and the text of each version of a changelog, by version."""
    headings = list(_HEADING.finditer(changelog))
    ends = [*(heading.start() for heading in headings[1:]), len(changelog)]
    return {
        heading["version"]: (heading["date"], changelog[heading.end() : end].strip())
        for heading, end in zip(headings, ends, strict=True)
    }


def disagreement(tag: str, version: str, changelog: str) -> str | None:
    """Return why a tag must not be released, or None."""
    if tag != f"v{version}":
        return f"the tag is {tag}, and the package's version is {version}"
    date, text = sections(changelog).get(version, (None, ""))
    if date is None:
        return f"CHANGELOG.md has no heading '## [{version}] - YYYY-MM-DD'"
    return None if text else f"CHANGELOG.md says nothing about {version}"


def main() -> None:
    """Print the section, or the reason why there is none."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tag")
    tag: str | None = parser.parse_args().tag
    version = str(runpy.run_path(str(PROJECT / "src/flowroute_async/version.py"))["__version__"])
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    if tag is not None and (problem := disagreement(tag, version, changelog)):
        sys.exit(f"not released: {problem}")
    known = sections(changelog)
    print(known.get(version, known["Unreleased"])[1])


if __name__ == "__main__":
    main()
