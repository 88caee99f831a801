"""What goes wrong, as one sentence, a hint and an exit code. The only place that decides about any of them."""

import contextlib
import errno
import os
import shlex
import sqlite3
import sys
import traceback
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import typer

from flowroute_async.cli.exit_codes import ExitCode
from flowroute_async.cli.profiles import NoKeysError
from flowroute_async.cli.terminal_text import one_line
from flowroute_async.errors import (
    REASON_NOT_SHOWN,
    AuthenticationError,
    CallError,
    ConfigurationError,
    DeadlineExceededError,
    FlowrouteError,
    InvalidArgumentError,
    InvalidResponseError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    PermissionDeniedError,
    PlanOutdatedError,
    RateLimitedError,
)
from flowroute_async.extras import MissingExtraError, require_extra


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure as it is told.

    Attributes:
        sentence: What went wrong.
        hint: What to do about it, or an empty text.
        code: How the command ends.
    """

    sentence: str
    hint: str = ""
    code: ExitCode = ExitCode.FAILED


class Refusal(Exception):  # noqa: N818 - it is no error of the program, but its answer
    """The command will not do what was asked."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.sentence)
        self.failure = failure


_OF_OUTPUT = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
_NO_KEYS = (
    "Set FR_ACCESS_KEY and FR_SECRET_KEY, store keys with `flowroute config set-keys`, or try it out with --sandbox."
)
_NO_KEYS_OF_PROFILE = (
    "Store its keys with `flowroute --profile {} config set-keys`, or in the file, as `flowroute config --help` shows."
)


@contextmanager
def failures_reported(names: Mapping[str, str] | None = None) -> Generator[None]:
    """Convert whatever is raised inside into a sentence on stderr and an exit code.

    Args:
        names: What the command's user calls an argument, by its name in Python.
    """
    try:
        with require_extra("cli"):
            yield
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has had enough, as `head` has. What is still in the buffer must not fail again at exit.
        with contextlib.suppress(OSError):
            sys.stdout.close()
        raise typer.Exit(ExitCode.DONE) from None
    except (typer.Exit, typer.BadParameter):
        raise
    except (typer.Abort, EOFError):
        _end(Failure("Nothing was done."))
    except KeyboardInterrupt:
        _end(Failure("Interrupted.", code=ExitCode.INTERRUPTED))
    except OSError as error:
        if error.filename is not None or error.errno not in _OF_OUTPUT:
            _end(_explained(error, names or {}))
        code, hint = ExitCode.FAILED, ""
        if "yes" in (names or {}):  # a script must not do again what cost money
            code, hint = ExitCode.OUTCOME_UNKNOWN, "What the command did stands: look before you repeat it."
        _end(Failure(f"The output cannot be written: {error.strerror}.", hint, code))
    except Exception as error:  # noqa: BLE001 - a traceback helps no user of a command, and may show what is secret
        _end(_explained(error, names or {}))


def _end(failure: Failure) -> None:
    color = None if os.environ.get("NO_COLOR") else "red"
    with contextlib.suppress(OSError):  # where it cannot be said, the exit code says it
        typer.secho(one_line(failure.sentence), err=True, fg=color, bold=True)
        if failure.hint:
            typer.echo(one_line(failure.hint), err=True)
    raise typer.Exit(failure.code) from None


def _explained(error: Exception, names: Mapping[str, str]) -> Failure:  # noqa: PLR0911 - one for each kind
    match error:
        case Refusal():
            return error.failure
        case InvalidArgumentError():
            return _invalid_argument(error, names)
        case NoKeysError():
            hint = _NO_KEYS if error.profile is None else _NO_KEYS_OF_PROFILE.format(shlex.quote(error.profile))
            return Failure(str(error), hint, ExitCode.CONFIGURATION)
        case ConfigurationError():
            return Failure(str(error), code=ExitCode.CONFIGURATION)
        case CallError():
            return _call_failed(error)
        case PlanOutdatedError():
            return Failure(str(error), "Run the same command again to see what can be bought now.")
        case FlowrouteError() | sqlite3.Error():
            return Failure(str(error))
        case OSError():
            return Failure(f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error))
        case MissingExtraError():
            return Failure(str(error), code=ExitCode.CONFIGURATION)
        case _:
            return _unforeseen(error)


def _invalid_argument(error: InvalidArgumentError, names: Mapping[str, str]) -> Failure:
    text = str(error)
    for fault in error.faults:
        argument, dot, part = fault.argument.partition("[")
        name = names.get(argument, argument) + dot + part
        text = text.replace(f"{fault.argument} must be ", f"{name} must be ", 1)
    return Failure(text, "Add --help to the command to see what it takes.", ExitCode.USAGE)


def _call_failed(error: CallError) -> Failure:
    code, hint = ExitCode.FAILED, ""
    match error:
        case AuthenticationError():
            code, hint = ExitCode.CONFIGURATION, "`flowroute config check` tells where the keys come from."
        case NotFoundError() if error.operation.name == "purchase_number":
            code, hint = ExitCode.NOT_FOUND, "The number is not for sale, or not any more; search again."
        case NotFoundError():
            code, hint = ExitCode.NOT_FOUND, "The `list` commands show what the account has."
        case PermissionDeniedError() if error.operation.name == "send_message":
            hint = "Is --from on this account, with messaging enabled? `flowroute numbers get` shows it."
        case PermissionDeniedError() if error.operation.name == "create_route":
            hint = "Is the alias taken? `flowroute routes list` shows the routes."
        case OutcomeUnknownError():
            code, hint = ExitCode.OUTCOME_UNKNOWN, "Do not simply run the command again: it could do it twice."
        case InvalidResponseError() if error.operation.method != "GET":
            hint = "Look at the account before running the command again."
        case NotSentError():
            hint = "Nothing happened. Is the network there, and is the address right (--base-url, FR_BASE_URL)?"
        case RateLimitedError() | DeadlineExceededError():
            hint = "Wait a while, then run the command again."
        case _:
            pass
    notes = [note for note in getattr(error, "__notes__", ()) if note != REASON_NOT_SHOWN]  # that one is for Python
    return Failure(str(error), " ".join([*notes, hint]).strip(), code)


def _unforeseen(error: Exception) -> Failure:
    """Describe a fault of the program by its type and place, without its text, which may hold anything."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
    sentence = f"The command failed in a way it should not: {type(error).__name__} in {place}."
    return Failure(sentence, "Please report it.")
