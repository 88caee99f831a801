"""What is said of a port that cannot be listened on."""

from errno import EACCES, EADDRINUSE

from flowroute_async.cli.exit_codes import ExitCode
from flowroute_async.cli.failures import Failure, Refusal

_OTHER_PORTS_MAY_DO = frozenset({EACCES, EADDRINUSE})


def port_refusal(sentence: str, error: OSError) -> Refusal:
    """Return what to raise instead of the system's error.

    Args:
        sentence: What went wrong.
        error: The system's error.
    """
    hint = "Take another --port, or 0 for a free one." if error.errno in _OTHER_PORTS_MAY_DO else ""
    return Refusal(Failure(sentence, hint, ExitCode.USAGE))
