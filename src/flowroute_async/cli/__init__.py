"""The `flowroute` command. This module and the exit codes need none of the extra's packages; what else is here may."""

import os
import sys
from contextlib import suppress

from flowroute_async.cli.exit_codes import ExitCode
from flowroute_async.extras import MissingExtraError, require_extra
from flowroute_async.version import __version__


def main() -> None:
    """Run the command line."""
    try:
        if sys.argv[1:] == ["--version"]:  # which installers and scripts ask for, and needs nothing else
            print(__version__, flush=True)  # noqa: T201 - its output is its purpose
            return
        with require_extra("cli"):
            from flowroute_async.cli.app import run

        run()
    except OSError as error:  # of the output, as that of a help
        sys.stderr.write(f"The output cannot be written: {error.strerror}.\n")
        sys.exit(ExitCode.FAILED)
    except KeyboardInterrupt:  # so early that no command had begun
        sys.exit(ExitCode.INTERRUPTED)
    except MissingExtraError as missing:
        sys.stderr.write(f"{missing}\n")
        sys.exit(ExitCode.CONFIGURATION)
    finally:
        _drop_what_cannot_be_written()


def _drop_what_cannot_be_written() -> None:
    """Empty the streams: what is left in them where that fails would fail again at exit, and replace the exit code."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except ValueError:  # it is closed
            pass
