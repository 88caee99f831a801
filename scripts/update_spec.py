"""Take a newer document of the vendor: fetch it, try it in a copy, print the report, and write a diff when asked.

    python scripts/update_spec.py path-or-https-url [--diff change.patch] [--date 2026-01-31]

The document is read, never executed: https only, without redirects to another scheme, at most 8 MB, within a minute.
Nothing of the project is changed. `--diff` writes all that would change as a patch for a branch, `git apply` takes it;
spec/flowroute.lock in it says where the document came from, its digest and the date.
"""

import argparse
import difflib
import hashlib
import json
import ssl
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import anyio
import certifi
import httpx

from regeneration.pipeline import StoppedError, regenerate
from regeneration.reading import DocumentError, parse

PROJECT = Path(__file__).resolve().parent.parent
LOCK = "spec/flowroute.lock"
MAX_BYTES = 8_000_000
SECONDS = 60.0
MAX_REDIRECTS = 3


def main() -> int:
    """Fetch, try, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="a path, or an https address")
    parser.add_argument("--diff", type=Path, help="write what would change to this file")
    parser.add_argument(
        "--date", type=date.fromisoformat, default=datetime.now(UTC).date(), help="the date in the lock"
    )
    arguments = parser.parse_args()
    try:
        content = fetched(arguments.source)
        parse(content.decode("utf-8-sig"), arguments.source)
    except (DocumentError, UnicodeDecodeError, OSError, httpx.HTTPError) as fault:
        print(f"the document was not taken: {str(fault).splitlines()[0]}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        spec = scratch / "fetched.yaml"
        spec.write_bytes(content)
        fresh = scratch / "project"
        try:
            told = regenerate(spec, fresh, PROJECT)
        except StoppedError as stopped:
            print("\n".join(stopped.report.lines()))
            print(f"the document cannot be taken yet, nothing was written: {stopped}", file=sys.stderr)
            return 1
        print("\n".join(told.lines()))
        write_lock(fresh / LOCK, arguments.source, content, arguments.date)
        if arguments.diff is not None:
            arguments.diff.write_text("".join(difference(PROJECT, fresh)), encoding="utf-8")
            print(f"{arguments.diff} has what would change; git apply takes it")
    return 0


def fetched(source: str, seconds: float = SECONDS) -> bytes:
    """Return a document from a path or an https address.

    Args:
        source: The path or the address.
        seconds: The time that the whole download may take.

    Raises:
        DocumentError: If the address is not https, or the document is too large or too slow.
        httpx.HTTPError: If it cannot be fetched.
        OSError: If it cannot be read.
    """
    if "://" in source:
        return anyio.run(_downloaded, source, seconds)
    path = Path(source)
    if path.stat().st_size > MAX_BYTES:
        raise DocumentError(f"{source} has more than {MAX_BYTES} bytes")
    return path.read_bytes()


async def _downloaded(source: str, seconds: float) -> bytes:
    trusted = ssl.create_default_context()  # what the system trusts, or what SSL_CERT_FILE names
    trusted.load_verify_locations(certifi.where())
    try:
        with anyio.fail_after(seconds):
            async with httpx.AsyncClient(verify=trusted, timeout=None, trust_env=False) as client:  # noqa: S113 - bounded as a whole
                return await _followed(client, source)
    except TimeoutError:
        raise DocumentError(f"{source} did not come within {seconds:g} seconds") from None


async def _followed(client: httpx.AsyncClient, url: str) -> bytes:
    asking = {"accept": "application/yaml, application/json, */*", "accept-encoding": "identity"}
    for _ in range(MAX_REDIRECTS + 1):
        if httpx.URL(url).scheme != "https":
            raise DocumentError(f"{url} is not https")
        async with client.stream("GET", url, headers=asking) as response:
            if response.has_redirect_location:
                url = str(httpx.URL(url).join(response.headers["location"]))
                continue
            response.raise_for_status()
            content = b""
            async for chunk in response.aiter_raw():
                content += chunk
                if len(content) > MAX_BYTES:
                    raise DocumentError(f"{url} has more than {MAX_BYTES} bytes")
            return content
    raise DocumentError(f"{url} redirects more than {MAX_REDIRECTS} times")


def write_lock(file: Path, source: str, content: bytes, day: date) -> None:
    """Write where the document came from, its digest and the date."""
    where = source if "://" in source else Path(source).name
    lock = {"source": where, "sha256": hashlib.sha256(content).hexdigest(), "date": day.isoformat()}
    file.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")


def difference(standing: Path, fresh: Path) -> Iterator[str]:
    """Return the lines of a patch that turns what stands into what was made."""
    made = {file.relative_to(fresh) for file in fresh.rglob("*") if file.is_file()}
    files = [*(standing / "generated/flowroute_openapi").rglob("*"), *(standing / "tests/contract").glob("test_*.py")]
    had = {file.relative_to(standing) for file in files if file.is_file() and file.suffix != ".pyc"}
    for name in sorted(made | had):
        before, after = _lines(standing / name), _lines(fresh / name)
        if before == after:
            continue
        old = f"a/{name.as_posix()}" if (standing / name).exists() else "/dev/null"
        new = f"b/{name.as_posix()}" if (fresh / name).exists() else "/dev/null"
        for line in difflib.unified_diff(before, after, old, new):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines(keepends=True) if file.is_file() else []


if __name__ == "__main__":
    sys.exit(main())
