"""What holds for every command, those of `flowroute call` among them: its options, its help and its examples."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from typer._click.exceptions import UsageError

from flowroute_async.cli.common import common_options
from tests.cli.command_tree import Leaf, context_of, leaves, root

LEAVES = leaves()
COMMON = {option.name for option in common_options(after_command=True)}
Examples: TypeAlias = Callable[[Leaf], list[list[str]]]
SERVES = ("sandbox",)
"""The command that serves a sandbox, which has no account and shows nothing but its address."""
RUNNING = {SERVES, ("webhooks", "listen")}
"""The commands that run until they are interrupted."""
WITHOUT_ACCOUNT = {("messages", "estimate")}
"""The commands that send nothing."""


def named(leaf: Leaf) -> str:
    return " ".join(leaf.words)


def without_common_options(words: list[str]) -> list[str]:
    rest = iter([word for word in words if word != "--sandbox"])
    return [word for word in rest if word not in {"--output", "--profile"} or not next(rest)]


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Examples:
    """Return the words of the examples that a command's help ends with, in a folder with the files that they name."""
    monkeypatch.chdir(tmp_path)
    for name in ("groups", "numbers", "campaign", "offices"):
        (tmp_path / f"{name}.csv").write_text("number\n12065550100\n", encoding="utf-8")
    (tmp_path / "buy.db").touch()

    def read(leaf: Leaf) -> list[list[str]]:
        _, _, text = leaf.command.get_help(context_of(leaf.words, 80)).partition("  Examples:\n")
        return [shlex.split(line.partition(" > ")[0]) for line in text.replace("\\\n", "").splitlines()]

    return read


def test_there_are_commands_at_every_depth() -> None:
    assert {len(leaf.words) for leaf in LEAVES} == {1, 2, 3}
    assert ("call", "get_number") in {leaf.words for leaf in LEAVES}


@pytest.mark.parametrize("leaf", LEAVES, ids=named)
def test_an_option_takes_many_values_and_says_so_or_refuses_a_second(leaf: Leaf) -> None:
    for option in leaf.options:
        for flag in [*option.opts, *option.secondary_opts]:
            words = [flag, flag] if option.is_flag else [flag, "1", flag, "2"]
            parser = leaf.command.make_parser(leaf.context)
            if option.is_flag and not option.secondary_opts:  # to say yes twice is to say yes
                values, _, _ = parser.parse_args(words)
                assert values[option.name] is True
            elif option.multiple:
                values, _, _ = parser.parse_args(words)
                assert values[option.name] == ["1", "2"]
                assert re.search("[Rr]epeat ", option.help), (flag, option.help)
            else:
                with pytest.raises(UsageError, match=f"{max(option.opts, key=len)} is given more than once"):
                    parser.parse_args(words)


@pytest.mark.parametrize("leaf", LEAVES, ids=named)
def test_names_of_options_are_in_small_letters(leaf: Leaf) -> None:
    names = [flag for option in leaf.options for flag in [*option.opts, *option.secondary_opts]]
    assert [name for name in names if name != name.lower()] == []


@pytest.mark.parametrize("leaf", [leaf for leaf in LEAVES if leaf.words != SERVES], ids=named)
def test_the_common_options_stand_after_every_command(leaf: Leaf) -> None:
    assert {option.name for option in leaf.options} >= COMMON


@pytest.mark.parametrize("leaf", [leaf for leaf in LEAVES if leaf.words not in RUNNING], ids=named)
def test_a_profile_means_the_same_before_every_command_and_after_it(
    flowroute: Any, environment: dict[str, str | None], examples: Examples, leaf: Leaf
) -> None:
    environment["FR_BASE_URL"] = "http://127.0.0.1:1"  # where nothing is
    words = without_common_options(examples(leaf)[0][1:])
    profile, form = ("--profile", "nobody"), ("--output", "jsonl")

    before, after = flowroute(*profile, *form, *words), flowroute(*words, *profile, *form)

    assert before == after
    if leaf.words not in WITHOUT_ACCOUNT:
        assert before.code != 0
        assert before.out == ""
        assert leaf.words[0] in {"sandbox", "config"} or "profile nobody" in before.err
    for option in (profile, form):
        twice = flowroute(*option, *words, *option)
        assert (twice.code, twice.out) == (2, "")
        assert f"{option[0]} stands before the command and after it; once is enough." in twice.err


@pytest.mark.parametrize("option", ["--output=json", "--sandbox", "--profile=work", "--sandbox-state=x.db"])
def test_what_serving_a_sandbox_cannot_heed_is_refused(flowroute: Any, option: str) -> None:
    for words in ((option, "sandbox"), ("sandbox", option)):
        ended = flowroute(*words)
        assert (ended.code, ended.out) == (2, "")
        assert option.partition("=")[0] in ended.err


@pytest.mark.parametrize("width", [60, 80])
def test_every_help_shows_names_whole_keeps_to_the_terminal_and_ends_with_examples(width: int) -> None:
    for leaf in LEAVES:
        shown = leaf.command.get_help(context_of(leaf.words, width))
        words = set(re.split(r"[\s,]+", shown))
        for option in leaf.options:
            assert option.hidden or {*option.opts, *option.secondary_opts} <= words, (leaf.words, option.name)
        text, _, examples = shown.partition("  Examples:\n")
        assert max(map(len, text.splitlines())) <= width, leaf.words
        assert max(map(len, examples.splitlines())) <= 80, leaf.words
        assert examples.startswith("    flowroute "), leaf.words


@pytest.mark.parametrize("leaf", LEAVES, ids=named)
def test_each_example_is_one_of_its_command_and_is_taken(examples: Examples, leaf: Leaf) -> None:
    for name, *words in examples(leaf):
        command, context = root(), root().make_context(name, words)
        while hasattr(command, "list_commands") and (rest := [*context._protected_args, *context.args]):
            sub, command, rest = command.resolve_command(context, rest)
            context = command.make_context(sub, rest, parent=context)
        assert context.command_path == " ".join(["flowroute", *leaf.words])
