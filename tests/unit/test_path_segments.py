"""What stands in a path names a resource, and no other path."""

import pytest

from flowroute_openapi import get_message, get_number
from flowroute_openapi.types import path_segment


@pytest.mark.parametrize("value", ["", ".", "..", None, []])
def test_what_names_no_resource_is_refused(value: str | list[str] | None) -> None:
    with pytest.raises(ValueError, match="id must name a resource"):
        path_segment("id", value)
    if isinstance(value, str):
        with pytest.raises(ValueError, match="id must name a resource"):
            get_message(value)


@pytest.mark.parametrize(("value", "path"), [("..d", "..d"), ("../x", "..%2Fx"), ("a/b?c#d", "a%2Fb%3Fc%23d")])
def test_whatever_else_stands_in_a_path_stays_one_part_of_it(value: str, path: str) -> None:
    assert get_number(value).path == f"/v2/numbers/{path}"
