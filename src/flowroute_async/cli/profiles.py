"""Where the keys come from: the environment, the file of profiles, or the system's keyring."""

import os
import tomllib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard, cast

import typer

from flowroute_async.config import ACCESS_KEY_VARIABLE, BASE_URL, BASE_URL_VARIABLE, SECRET_KEY_VARIABLE, Credentials
from flowroute_async.errors import ConfigurationError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

DEFAULT_PROFILE = "default"

_SERVICE = "flowroute-async"
_FIELDS = frozenset({"access_key", "secret_key", "base_url"})
_READABLE_BY_OTHERS = 0o077


class NoKeysError(ConfigurationError):
    """There are no keys, or only half of them.

    Attributes:
        profile: The profile that was named, or None.
    """

    def __init__(self, problem: str, profile: str | None = None) -> None:
        self.profile = profile
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Profile:
    """The keys and the address of an account.

    Attributes:
        access_key: The access key.
        secret_key: The secret key.
        keys_from: Where the keys come from, in words.
        base_url: The address of the API.
    """

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    keys_from: str
    base_url: str


def profiles_file() -> Path:
    """Return the path of the file of profiles, whether it exists or not."""
    return Path(typer.get_app_dir("flowroute")) / "config.toml"


def find_profile(name: str | None, base_url: str | None) -> Profile:
    """Find the keys: a named profile's, or else those of the environment, or else those of the profile `default`.

    A profile's keys stand in the file of profiles, or else in the system's keyring.

    Args:
        name: The profile, or None.
        base_url: An address that goes before all others, or None.

    Raises:
        NoKeysError: If there are no keys, or only half of them.
        ConfigurationError: If the file cannot be used, or the address is that of a version of the API.
    """
    variables = [os.environ.get(variable) for variable in (ACCESS_KEY_VARIABLE, SECRET_KEY_VARIABLE)]
    if name is None and any(variables):
        return _profile(variables, "the environment", base_url or os.environ.get(BASE_URL_VARIABLE))
    named, name = name, name or DEFAULT_PROFILE
    listed = _listed(name)
    address = base_url or listed.get("base_url") or os.environ.get(BASE_URL_VARIABLE)
    keys = [listed.get("access_key"), listed.get("secret_key")]
    if any(keys):
        return _profile(keys, f"{profiles_file()}, profile {name}", address, named)
    return _profile(_stored(name), f"the keyring, profile {name}", address, named)


def store_keys(name: str, access_key: str, secret_key: str) -> None:
    """Store a profile's keys in the system's keyring.

    Raises:
        ConfigurationError: If they can be no keys, or the keyring cannot be used or does not keep them.
    """
    Credentials(access_key, secret_key)
    keys = f"{access_key}:{secret_key}"
    with _keyring() as keyring:
        keyring.set_password(_SERVICE, name, keys)  # pyright: ignore[reportUnknownMemberType] # the library hides its type
        if keyring.get_password(_SERVICE, name) != keys:
            raise ConfigurationError(f"the system's keyring has not kept the keys; {_instead()}")


def forget_keys(name: str) -> bool:
    """Remove a profile's keys from the system's keyring.

    Returns:
        Whether there were any.

    Raises:
        ConfigurationError: If the keyring cannot be used.
    """
    with _keyring() as keyring:
        if keyring.get_password(_SERVICE, name) is None:
            return False
        keyring.delete_password(_SERVICE, name)
    return True


def _profile(keys: list[str | None], keys_from: str, base_url: str | None, named: str | None = None) -> Profile:
    access_key, secret_key = keys
    if not access_key and not secret_key:
        # A profile that is named goes before the environment, which is not looked at.
        places = f"{profiles_file()} or {keys_from}" if named else f"the environment, {profiles_file()} or {keys_from}"
        raise NoKeysError(f"no keys: none in {places}", named)
    if not access_key or not secret_key:
        missing = "secret key" if access_key else "access key"
        raise NoKeysError(f"no {missing}: only the other one comes from {keys_from}", named)
    return Profile(access_key, secret_key, keys_from, base_url or BASE_URL)


def _listed(name: str) -> dict[str, str]:
    path = profiles_file()
    try:
        profiles: object = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("profiles", {})
        mode = path.stat().st_mode
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:  # the text of a TOML error says where, and quotes a sign at the most
        raise ConfigurationError(f"{path} cannot be read: {error}") from None
    profile = cast("dict[str, object]", profiles).get(name, {}) if isinstance(profiles, dict) else None
    if not _is_profile(profile):
        known = ", ".join(sorted(_FIELDS))
        raise ConfigurationError(f"{path}: [profiles.{name}] must hold texts only, named {known}")
    if os.name == "posix" and mode & _READABLE_BY_OTHERS and profile.keys() - {"base_url"}:
        raise ConfigurationError(f"{path} holds keys and can be read by others: chmod 600 it")
    return profile


def _is_profile(value: object) -> TypeGuard[dict[str, str]]:
    if not isinstance(value, dict):
        return False
    profile = cast("dict[str, object]", value)
    return profile.keys() <= _FIELDS and all(isinstance(one, str) for one in profile.values())


def _stored(name: str) -> list[str | None]:
    try:
        with _keyring() as keyring:
            stored = keyring.get_password(_SERVICE, name)
    except ConfigurationError:  # a machine without one, such as a server, has nothing stored
        return [None, None]
    access_key, _, secret_key = (stored or "").partition(":")
    return [access_key, secret_key]


@contextmanager
def _keyring() -> Generator["KeyringBackend"]:
    from keyring import get_keyring
    from keyring.errors import KeyringError

    try:
        yield get_keyring()
    except KeyringError:
        raise ConfigurationError(f"the system's keyring cannot be used; {_instead()}") from None


def _instead() -> str:
    return (
        f"write them to {profiles_file()}, as `flowroute config --help` shows, "
        f"or set {ACCESS_KEY_VARIABLE} and {SECRET_KEY_VARIABLE}"
    )
