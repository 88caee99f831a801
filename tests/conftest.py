"""Fixtures that every test may use."""

import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

PROJECT = Path(__file__).parents[1]

# Each client reads the root certificates, which takes long where they are the world's; nothing here needs them.
os.environ["SSL_CERT_FILE"] = str(PROJECT / "tests/fixtures/tls/nobody.pem")

sys.path.append(str(PROJECT / "scripts"))  # the scripts are no package, and are tested as they are

import regeneration  # noqa: E402, F401 - it spares whoever imports jsonschema 1.3 s

gc.disable()  # until the tests are collected

settings.register_profile(
    "suite", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """Leave what was imported out of garbage collection, which takes a fifth of the suite's time with it."""
    gc.freeze()
    gc.enable()


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Run a test marked `anyio` on both event loops."""
    backend: str = request.param
    return backend


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of the project."""
    return PROJECT


@pytest.fixture(scope="session")
def type_cache() -> str:
    """A folder in which runs of mypy find what earlier ones made, and a regeneration's proof what they made."""
    return str(PROJECT / ".mypy_cache/proof")
