"""Jobs that are killed (SIGKILL) at random moments double nothing and lose nothing.

`scripts/kill_campaign.py` does the same a hundred times and more for each job.
"""

from pathlib import Path
from random import Random

import pytest

from tests.jobs.killing import campaign, killed_while_it_waits


@pytest.mark.parametrize("job", ["groups", "history", "send", "addresses", "update", "release"])
def test_a_job_that_is_killed_again_and_again_doubles_nothing_and_loses_nothing(job: str, tmp_path: Path) -> None:
    found = campaign(job, 4, tmp_path, Random(7))  # noqa: S311 - moments, not secrets
    assert found.kills == 4
    assert len(set(found.steps)) > 1, f"the kills came too early or too late: {found.steps}"
    assert (found.doubled, found.lost) == (0, 0)
    assert found.expected is not None
    assert set(found.effects) == found.expected
    assert "0 unknown" in str(found.report) or job == "history"


@pytest.mark.parametrize("job", ["purchase", "groups", "send", "addresses", "update", "release"])
def test_a_job_that_is_killed_while_it_waits_out_a_429_has_left_nothing_open(job: str, tmp_path: Path) -> None:
    outcomes, found = killed_while_it_waits(job, "refused", tmp_path / "job.db")
    assert outcomes == []
    assert found.expected == set(found.effects)
    assert (found.doubled, found.lost) == (0, 0)
    assert "0 refused, 0 unknown" in str(found.report)


@pytest.mark.parametrize("job", ["purchase", "groups", "send", "update", "release"])
def test_a_job_that_is_killed_while_it_waits_for_the_limiter_has_left_nothing_open(job: str, tmp_path: Path) -> None:
    outcomes, found = killed_while_it_waits(job, "held", tmp_path / "job.db")
    assert outcomes
    assert "unknown" not in outcomes
    assert found.expected == set(found.effects)
    assert (found.doubled, found.lost) == (0, 0)
    assert "0 refused, 0 unknown" in str(found.report)
