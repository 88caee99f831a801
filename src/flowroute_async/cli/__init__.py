"""The `flowroute` command. This module and the exit codes need none of the extra's packages; what else is here may."""

import sys

from flowroute_async.cli.exit_codes import ExitCode
from flowroute_async.extras import MissingExtraError, require_extra


def main() -> None:
    """Run the command line."""
    try:
        with require_extra("cli"):
            from flowroute_async.cli.app import run  # noqa: PLC0415 - the extra's packages may be missing

        run()
    except KeyboardInterrupt:  # so early that no command had begun
        sys.exit(ExitCode.INTERRUPTED)
    except MissingExtraError as missing:
        sys.stderr.write(f"{missing}\n")
        sys.exit(ExitCode.CONFIGURATION)
