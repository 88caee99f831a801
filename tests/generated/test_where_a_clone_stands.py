"""The names of the folders above a clone change nothing of what is read in it."""

from pathlib import Path

from regeneration.calls import calls
from regeneration.members import members_of


def test_a_clone_in_folders_named_like_ours_is_read_as_any_other(tmp_path: Path, project: Path) -> None:
    clone = tmp_path / "sandbox" / "resources" / "cli"
    clone.mkdir(parents=True)
    for name in ("src", "generated", "scripts", "tests", "spec"):
        (clone / name).symlink_to(project / name)
    generated = Path("generated/flowroute_openapi")
    assert calls(clone, clone / generated) == calls(project, project / generated)
    assert members_of(clone) == members_of(project)
