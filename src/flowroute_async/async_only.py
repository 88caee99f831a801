"""What is fetched as it is read says so where it is taken for a list."""

from typing import TYPE_CHECKING, ClassVar, NoReturn


class AsyncOnly:
    """Something that is read by `async for`. Taken for a list, it raises a `TypeError` that says what to write.

    `for`, `list` and `in` meet `__getitem__`, and not `__iter__`, by which it would count as an `Iterable`. Type
    checkers do not see these methods: they refuse what would raise.
    """

    __slots__ = ()

    _how_to_read: ClassVar[str] = "`async for item in ...`, or `[item async for item in ...]`"

    def __bool__(self) -> NoReturn:  # noqa: PLE0304 - it raises
        """Refuse to say whether there is anything, which is not known."""
        self._refuse("is neither true nor false")

    if not TYPE_CHECKING:

        def __getitem__(self, index: object) -> NoReturn:
            self._refuse("is no list")

        def __len__(self) -> NoReturn:  # noqa: PLE0303 - it raises
            self._refuse("has no length")

    def _refuse(self, what: str) -> NoReturn:
        name = type(self).__name__.strip("_")
        raise TypeError(f"{name} {what}, since it is fetched as it is read: use {self._how_to_read}")
