"""Many searches for numbers at once."""

from flowroute_async.jobs.job_file import SEARCH
from flowroute_async.jobs.query_job import QueryJob
from flowroute_async.jobs.settings import Settings
from flowroute_async.jobs.sources import Sources
from flowroute_async.sender import Sender
from flowroute_openapi.models import AvailableNumber


class BulkSearch(QueryJob[AvailableNumber]):
    """Numbers for sale from many searches at once.

    Use it as an async context manager and iterate over it inside. All its tasks live as long as the context: leaving
    it stops whatever is in flight at once. It fetches no further ahead than a few pages, so whoever reads slowly slows
    it down.
    """

    def __init__(self, sender: Sender, sources: Sources, settings: Settings) -> None:
        """Do nothing yet.

        Args:
            sender: What sends the calls.
            sources: The queries.
            settings: How it runs.
        """
        super().__init__(sender, sources, settings, kind=SEARCH, read=AvailableNumber.model_validate_json)
