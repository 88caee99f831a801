"""What resources need to fetch and send files on other hosts."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Protocol


class Files(Protocol):
    """Fetches and sends files: a `FileTransfer`, or a stand-in for one."""

    def pieces(self, url: str, *, max_bytes: int) -> AsyncGenerator[bytes]:
        """Fetch a file piece by piece, as it is stored."""
        ...

    def unpacked(self, url: str, *, max_bytes: int, as_stored: bool = False) -> AsyncGenerator[bytes]:
        """Fetch a file of gzip piece by piece, decompressed or only checked."""
        ...

    async def save(self, pieces: AsyncGenerator[bytes], path: Path) -> int:
        """Write pieces to a path, all or nothing; return how many bytes were written."""
        ...

    async def send(self, url: str, content: bytes) -> None:
        """Send a file to an address that takes it by PUT."""
        ...
