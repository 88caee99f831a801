"""How a command ends; part of its interface."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes, as `flowroute --help` tells them."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    CONFIGURATION = 3
    NOT_FOUND = 4
    OUTCOME_UNKNOWN = 5
    INTERRUPTED = 130
