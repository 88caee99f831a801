"""Jobs that are killed (SIGKILL) at random moments double nothing and lose nothing.

`scripts/kill_campaign.py` does the same a hundred times and more for each job.
"""

from pathlib import Path
from random import Random

import pytest

from tests.jobs.killing import campaign


@pytest.mark.parametrize("job", ["groups", "history", "send", "addresses", "update", "release"])
def test_a_job_that_is_killed_again_and_again_doubles_nothing_and_loses_nothing(job: str, tmp_path: Path) -> None:
    found = campaign(job, 10, tmp_path, Random(7))  # noqa: S311 - moments, not secrets
    assert found.kills == 10
    assert len(set(found.steps)) > 1, f"the kills came too early or too late: {found.steps}"
    assert (found.doubled, found.lost) == (0, 0)
    assert found.expected is not None
    assert set(found.effects) == found.expected
    assert "0 unknown" in str(found.report) or job == "history"
