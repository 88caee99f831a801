"""Says which extra to install where a package of one is missing. Imports nothing of this package: all may use it."""

from collections.abc import Generator
from contextlib import contextmanager


class MissingExtraError(ModuleNotFoundError):
    """A package is missing that an extra brings; the text says which one to install."""


@contextmanager
def require_extra(extra: str) -> Generator[None]:
    """Name the extra where a package that is imported inside is missing.

    Raises:
        MissingExtraError: If it is missing.
    """
    try:
        yield
    except MissingExtraError:  # of an inner part, which has named its own
        raise
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("flowroute_"):
            raise  # a fault of ours, which no extra mends
        sentence = f'this needs the extra "{extra}": pip install "flowroute-async[{extra}]"'
        raise MissingExtraError(sentence, name=missing.name) from missing
