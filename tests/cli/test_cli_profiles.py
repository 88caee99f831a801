"""Where keys come from: the environment, the file of profiles, the keyring; and which of them goes first."""

import json
from pathlib import Path
from typing import Any

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest

from flowroute_async.sandbox import Sandbox

KEYS = "canaryaccess\ncanarysecret\n"


@pytest.fixture
def path(environment: dict[str, str | None]) -> Path:
    """Where the file of profiles is looked for."""
    return Path(str(environment["XDG_CONFIG_HOME"])) / "flowroute" / "config.toml"


@pytest.fixture
def profiles(environment: dict[str, str | None], sandbox: Sandbox, path: Path) -> Any:
    """Write the file of profiles; no keys are in the environment."""
    environment |= {"FR_ACCESS_KEY": None, "FR_SECRET_KEY": None}

    def write(text: str, mode: int = 0o600) -> Path:
        path.parent.mkdir(parents=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    return write


def checked(ended: Any) -> Any:
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "with-a-byte-order-mark"])
def test_a_profile_of_the_file_is_used(flowroute: Any, profiles: Any, mark: str) -> None:
    path = profiles(f'{mark}[profiles.work]\naccess_key = "canaryaccess"\nsecret_key = "canarysecret"\n')
    found = checked(flowroute("--profile", "work", "config", "check", "-o", "json"))
    assert found["keys_from"] == f"{path}, profile work"


def test_a_profile_can_be_chosen_by_a_variable(flowroute: Any, profiles: Any, environment: Any) -> None:
    profiles('[profiles.work]\naccess_key = "canaryaccess"\nsecret_key = "canarysecret"\n')
    environment["FR_PROFILE"] = "work"
    assert flowroute("config", "check").code == 0


def test_without_a_profile_the_environment_goes_first_and_then_the_profile_default(
    flowroute: Any, profiles: Any, environment: Any
) -> None:
    profiles('[profiles.default]\naccess_key = "canaryaccess"\nsecret_key = "canarysecret"\n')
    assert checked(flowroute("config", "check", "-o", "json"))["keys_from"].endswith("profile default")
    environment |= {"FR_ACCESS_KEY": "canaryaccess", "FR_SECRET_KEY": "canarysecret"}
    assert checked(flowroute("config", "check", "-o", "json"))["keys_from"] == "the environment"


def test_a_named_profile_goes_before_the_environment(flowroute: Any, profiles: Any, environment: Any) -> None:
    profiles('[profiles.work]\naccess_key = "canarywrong"\nsecret_key = "canarywrong"\n')
    environment |= {"FR_ACCESS_KEY": "canaryaccess", "FR_SECRET_KEY": "canarysecret"}
    ended = flowroute("--profile", "work", "config", "check")
    assert ended.code == 3
    assert "false" in ended.out


def test_a_profile_that_is_not_there_is_named_and_so_is_how_to_store_it(
    flowroute: Any, profiles: Any, environment: Any
) -> None:
    path = profiles("")
    environment |= {"FR_ACCESS_KEY": "canaryaccess", "FR_SECRET_KEY": "canarysecret"}
    ended = flowroute("--profile", "work", "numbers", "list")
    assert (ended.code, ended.out) == (3, "")
    assert f"none in {path} or the keyring, profile work" in ended.err
    assert "flowroute --profile work config set-keys" in ended.err


def test_a_profiles_address_goes_with_its_keys_unless_another_is_given(
    flowroute: Any, profiles: Any, served: tuple[Sandbox, str]
) -> None:
    profiles(f'[profiles.work]\nbase_url = "{served[1]}/"\naccess_key = "canaryaccess"\nsecret_key = "canarysecret"\n')
    assert checked(flowroute("--profile", "work", "config", "check", "-o", "json"))["base_url"] == f"{served[1]}/"
    ended = flowroute("--profile", "work", "--base-url", "http://example.com", "config", "check")
    assert ended.code == 3


@pytest.mark.parametrize(
    "text",
    [
        "[profiles.work\n",
        "profiles = 1\n",
        "[profiles]\nwork = 1\n",
        "[profiles.work]\naccess_key = 1\n",
        '[profiles.work]\npassword = "canary"\n',
    ],
)
def test_a_file_that_is_wrong_is_named_and_not_quoted(flowroute: Any, profiles: Any, text: str) -> None:
    path = profiles(text)
    ended = flowroute("--profile", "work", "config", "check")
    assert ended.code == 3
    assert str(path) in ended.err


def test_a_file_with_keys_that_others_can_read_is_refused(flowroute: Any, profiles: Any) -> None:
    profiles('[profiles.work]\naccess_key = "canaryaccess"\nsecret_key = "canarysecret"\n', mode=0o644)
    ended = flowroute("--profile", "work", "config", "check")
    assert ended.code == 3
    assert "chmod 600" in ended.err


def test_keys_are_stored_in_the_keyring_used_and_forgotten(flowroute: Any, profiles: Any, memory_keyring: Any) -> None:
    ended = flowroute("--profile", "work", "config", "set-keys", typed=KEYS)
    assert (ended.code, ended.out) == (0, "")
    assert list(memory_keyring.passwords) == [("flowroute-async", "work")]
    found = checked(flowroute("--profile", "work", "config", "check", "-o", "json"))
    assert found["keys_from"] == "the keyring, profile work"
    assert flowroute("--profile", "work", "config", "forget-keys").code == 0
    assert flowroute("--profile", "work", "config", "check").code == 3
    assert flowroute("--profile", "work", "config", "forget-keys").code == 3


@pytest.mark.parametrize("typed", ["", "canaryaccess\n", "\ncanarysecret\n"])
def test_set_keys_says_what_it_wants_on_the_input(
    flowroute: Any, profiles: Any, memory_keyring: Any, typed: str
) -> None:
    ended = flowroute("config", "set-keys", typed=typed)
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == "two lines are wanted on the input: access key, secret key\n"
    assert memory_keyring.passwords == {}


@pytest.mark.parametrize("typed", ["canary access\ncanarysecret\n", "canary:a\ncanarysecret\n"])
def test_what_can_be_no_keys_is_not_stored(flowroute: Any, profiles: Any, memory_keyring: Any, typed: str) -> None:
    assert flowroute("config", "set-keys", typed=typed).code == 3
    assert memory_keyring.passwords == {}


def test_a_machine_without_a_keyring_is_told_so_and_which_file_to_use(
    flowroute: Any, profiles: Any, path: Path
) -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]  # the library has no types
    assert flowroute("config", "check").code == 3
    ended = flowroute("config", "set-keys", typed=KEYS)
    assert ended.code == 3
    assert "keyring cannot be used" in ended.err
    assert str(path) in ended.err
    assert flowroute("config", "forget-keys").code == 3


def test_a_keyring_that_keeps_nothing_is_found_out(flowroute: Any, profiles: Any, path: Path) -> None:
    keyring.set_keyring(keyring.backends.null.Keyring())  # type: ignore[no-untyped-call]  # the library has no types
    ended = flowroute("config", "set-keys", typed=KEYS)
    assert ended.code == 3
    assert "stored" not in ended.err
    assert "has not kept the keys" in ended.err
    assert str(path) in ended.err


def test_only_missing_keys_are_answered_with_where_to_put_them(flowroute: Any, profiles: Any) -> None:
    profiles("[profiles.work]\naccess_key = 1\n")
    assert "set-keys" not in flowroute("--profile", "work", "config", "check").err
    assert "set-keys" in flowroute("--profile", "home", "config", "check").err


@pytest.mark.parametrize("version", ["/v2", "/v2.1/", "/proxy/v2.2"])
def test_an_address_with_a_version_is_refused_in_words(
    flowroute: Any, environment: Any, sandbox: Sandbox, version: str
) -> None:
    url = f"{environment['FR_BASE_URL']}{version}"
    ended = flowroute("--base-url", url, "numbers", "list")
    assert ended.code == 3
    assert f"end before /{version.strip('/').rpartition('/')[2]}, which" in ended.err
    environment["FR_BASE_URL"] = url
    assert flowroute("numbers", "list").code == 3
    assert sandbox.control.requests() == []


def test_a_profile_without_a_name_is_refused_before_any_other_keys_are_taken(flowroute: Any) -> None:
    for words in (("--profile", "", "numbers", "list"), ("numbers", "list", "--profile=")):
        ended = flowroute(*words)
        assert (ended.code, ended.out) == (2, "")
        assert "--profile is empty" in ended.err
