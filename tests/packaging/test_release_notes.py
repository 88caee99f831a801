"""What a release says of itself is the changelog's, and a tag that disagrees with it is refused."""

import pytest

from release_notes import disagreement, sections

CHANGELOG = """# Changelog

## [Unreleased]

Something new.

## [1.2.0] - 2026-12-01

### Added

- A thing.

## [1.1.0] - 2026-11-01
"""


def test_a_version_has_its_date_and_its_text() -> None:
    assert sections(CHANGELOG) == {
        "Unreleased": (None, "Something new."),
        "1.2.0": ("2026-12-01", "### Added\n\n- A thing."),
        "1.1.0": ("2026-11-01", ""),
    }


@pytest.mark.parametrize(
    ("tag", "version", "reason"),
    [
        ("v1.2.0", "1.2.0", None),
        ("1.2.0", "1.2.0", "the tag is 1.2.0"),
        ("v1.3.0", "1.2.0", "the tag is v1.3.0"),
        ("v1.1.0", "1.1.0", "CHANGELOG.md says nothing about 1.1.0"),
        ("v1.3.0", "1.3.0", "CHANGELOG.md has no heading"),
        ("vUnreleased", "Unreleased", "CHANGELOG.md has no heading"),
    ],
)
def test_a_tag_is_released_only_where_version_and_changelog_agree(tag: str, version: str, reason: str | None) -> None:
    found = disagreement(tag, version, CHANGELOG)

    assert found is None if reason is None else str(found).startswith(reason)
