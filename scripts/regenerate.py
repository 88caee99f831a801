"""Rebuild spec/flowroute.complete.yaml and generated/flowroute_openapi from the vendor's document.

    python scripts/regenerate.py [--spec changed.yaml] [--into folder] [--check | --evidence] [--format json]

`--spec` takes a new document, which becomes spec/flowroute.yaml; `--into` writes to another folder, for a trial;
`--check` writes nothing and fails where what stands in the project differs from what the document gives; `--evidence`
writes nothing and lists what each operation rests on.

Before anything is written, what was generated is proven in a scratch folder: it imports, the type checker accepts it
and the facade and command on it, and each operation is sent to a server made from the document. Ends with a report of
what changed, what that breaks and touches, and which corrections have aged; a document that is refused gets it too.
"""

import argparse
import gc
import json
import sys
import tempfile
from pathlib import Path

from regeneration.reading import DocumentError, read

PROJECT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run the whole way from the document to the report."""
    # Nearly all that a run makes it needs to its end; to look for garbage as often as usual takes a sixth of its time.
    gc.set_threshold(50_000, 20, 100)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spec", type=Path, default=PROJECT / "spec/flowroute.yaml", help="the vendor's document")
    parser.add_argument("--into", type=Path, default=PROJECT, help="the folder that gets spec/ and generated/")
    parser.add_argument("--check", action="store_true", help="compare with what is there, and write nothing")
    parser.add_argument("--evidence", action="store_true", help="list what each operation rests on")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="the form of the report")
    arguments = parser.parse_args()
    as_json = arguments.format == "json"
    try:
        read(arguments.spec)  # what cannot even be read ends before the generator is imported
    except DocumentError as fault:
        print(f"regeneration stopped, nothing was written: {fault}", file=sys.stderr)
        if as_json:
            print(json.dumps({"verdict": "none", "nothing_changed": False, "refusals": [str(fault)]}, indent=2))
        return 1
    return _regenerated(arguments, as_json=as_json)


def _regenerated(arguments: argparse.Namespace, *, as_json: bool) -> int:
    from regeneration.additions import evidence  # noqa: PLC0415 - see above
    from regeneration.pipeline import StoppedError, correct, regenerate  # noqa: PLC0415 - see above
    from regeneration.report import Report  # noqa: PLC0415 - see above

    try:
        if arguments.evidence:
            rows = evidence(correct(arguments.spec, PROJECT).description)
            print("\n".join("  ".join(row) for row in rows))
            return 0
        if arguments.check:
            return check(arguments.spec, arguments.into)
        told = regenerate(arguments.spec, arguments.into, PROJECT)
    except DocumentError as fault:
        told, status = Report(refusals=(str(fault),)), 1
        print(f"regeneration stopped, nothing was written: {fault}", file=sys.stderr)
        if as_json:
            print(told.as_json())
        return status
    except StoppedError as stopped:
        print(f"regeneration stopped, nothing was written: {stopped}", file=sys.stderr)
        print(stopped.report.as_json() if as_json else "\n".join(stopped.report.lines()))
        return 1
    print(told.as_json() if as_json else "\n".join(told.lines()))
    return 0


def check(spec: Path, standing: Path) -> int:
    """Regenerate into a scratch folder and name every file that differs from the one that stands."""
    from regeneration.pipeline import Proving, regenerate  # noqa: PLC0415 - see above

    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch)
        regenerate(spec, fresh, PROJECT, proving=Proving.NOTHING)
        names = {file.relative_to(fresh) for file in fresh.rglob("*") if file.is_file()}
        names |= {
            file.relative_to(standing)
            for file in [*(standing / "generated").rglob("*"), *(standing / "tests/contract").glob("test_*.py")]
            if file.is_file() and "__pycache__" not in file.parts
        }
        differing = sorted(name for name in names if _content(fresh / name) != _content(standing / name))
    for name in differing:
        print(f"{name} is not what the document gives; run make regenerate", file=sys.stderr)
    return 1 if differing else 0


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
