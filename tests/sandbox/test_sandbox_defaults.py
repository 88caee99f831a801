"""A sandbox has the same defaults wherever it is started from."""

from inspect import signature

import pytest

from flowroute_async.cli.sandbox import sandbox as command
from flowroute_async.sandbox import Sandbox
from flowroute_async.sandbox.__main__ import main
from flowroute_async.testing import client_of


def defaults(function: object) -> dict[str, object]:
    assert callable(function)
    return {name: parameter.default for name, parameter in signature(function).parameters.items()}


def test_the_command_has_the_defaults_of_the_sandbox() -> None:
    own = defaults(command)
    assert own.pop("host") == "127.0.0.1"
    assert own.pop("port") == 0
    assert own.pop("allowed_host") is own.pop("webhook_host") is None, "none, as the sandbox has it"
    del own["context"]
    assert own.items() <= defaults(Sandbox).items()


def test_the_module_has_the_defaults_of_the_sandbox(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    for name in ("seed", "numbers", "latency", "max_page", "access_key", "rate", "sms_rate", "mms_rate"):
        assert f"(default: {defaults(Sandbox)[name]})" in told


def test_a_client_in_process_has_the_keys_of_the_sandbox() -> None:
    keys = {name: defaults(client_of)[name] for name in ("access_key", "secret_key")}
    assert keys.items() <= defaults(Sandbox).items()
