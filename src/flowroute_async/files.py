"""What resources need to fetch and send files on other hosts."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Protocol


class Files(Protocol):
    """Fetches and sends files: a `FileTransfer`, or a stand-in for one."""

    def unpacked(self, url: str, *, max_bytes: int) -> AsyncGenerator[bytes]:
        """Fetch a file piece by piece, decompressed."""
        ...

    async def save(self, url: str, path: Path, *, max_bytes: int) -> int:
        """Fetch a file to a path; return how many bytes were written."""
        ...

    async def send(self, url: str, content: bytes) -> None:
        """Send a file to an address that takes it by PUT."""
        ...
