"""The `flowroute` command. This module and the exit codes need none of the extra's packages; what else is here may."""

import sys

from flowroute_async.cli.exit_codes import ExitCode

__all__ = ["main", "needed_extra"]

_PACKAGES_OF_EXTRAS = {
    "jinja2": "cli",
    "typer": "cli",
    "rich": "cli",
    "keyring": "cli",
    "starlette": "cli",
    "uvicorn": "cli",
    "pyarrow": "parquet",
}


def main() -> None:
    """Run the command line."""
    try:
        from flowroute_async.cli.app import run  # noqa: PLC0415 - the extra's packages may be missing

        run()
    except KeyboardInterrupt:  # so early that no command had begun
        sys.exit(ExitCode.INTERRUPTED)
    except ModuleNotFoundError as missing:
        sentence = needed_extra(missing)
        if sentence is None:
            raise
        sys.stderr.write(f"{sentence}\n")
        sys.exit(ExitCode.CONFIGURATION)


def needed_extra(missing: ModuleNotFoundError) -> str | None:
    """Say which extra to install, or None where the missing module is of no extra."""
    package = (missing.name or "").partition(".")[0]
    extra = _PACKAGES_OF_EXTRAS.get(package)
    return extra and f"This command needs the package {package}: pip install 'flowroute-async[{extra}]'"
