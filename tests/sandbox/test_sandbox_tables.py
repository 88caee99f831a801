"""The indexes of a table say what looking at every record would say, whatever has happened to the table."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from flowroute_async.sandbox.records import Record
from flowroute_async.sandbox.state import StateFile, Table


@dataclass(frozen=True, slots=True)
class Thing(Record):
    at: int
    color: str


things = st.builds(Thing, st.sampled_from("abcdefgh"), st.integers(0, 5), st.sampled_from(["red", "green"]))
steps = st.lists(
    st.tuples(st.just("put"), things)
    | st.tuples(st.just("remove"), st.sampled_from("abcdefgh"))
    | st.tuples(st.just("load"), st.lists(things, max_size=4))
    | st.tuples(st.just("clear"), st.none()),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(steps, st.booleans())
def test_indexes_are_what_a_search_finds(steps: list[tuple[str, object]], early: bool) -> None:  # noqa: FBT001 - drawn
    table = Table(Thing, StateFile(None), lambda thing: thing.at)
    model: dict[str, Thing] = {}

    def check() -> None:
        expected = sorted(model.values(), key=lambda thing: (thing.at, thing.id))
        assert [id_ for _, id_ in table.ascending] == [thing.id for thing in expected]
        for color in ("red", "green", "blue"):
            assert table.where("color", color) == [thing for thing in expected if thing.color == color]
        assert table.between(1, 4) == [thing for thing in expected if 1 <= thing.at < 4]
        view = table.view("late reds", lambda thing: thing.color == "red" and thing.at > 2)
        late = [thing.id for thing in expected if thing.color == "red" and thing.at > 2]
        assert [id_ for _, id_ in view] == late

    for step, value in steps:
        if early:
            check()
        match step, value:
            case "put", Thing():
                table.put(value)
                model[value.id] = value
            case "remove", str() if value in model:
                table.remove(value)
                del model[value]
            case "load", list():
                table.load(value)
                model.update((thing.id, thing) for thing in value)
            case "clear", _:
                table.clear()
                model.clear()
            case _:
                pass
    check()
    assert dict(table.rows) == model


def test_views_that_were_not_asked_for_in_a_while_are_forgotten_and_found_again() -> None:
    table = Table(Thing, StateFile(None))
    for index in range(100):
        table.put(Thing(f"{index:03}", index, "red"))
        assert len(table.view(index, lambda thing, index=index: thing.at >= index)) == 1  # type: ignore[misc] # bound
    assert len(table.view(0, lambda _: True)) == 100
