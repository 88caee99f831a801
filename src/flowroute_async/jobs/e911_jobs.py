"""The jobs of `client.e911`: addresses from rows."""

from collections.abc import Callable, Mapping
from typing import cast

from flowroute_async.jobs.address_rows import AddressesReport, Registrar, create_many
from flowroute_async.jobs.job_file import PathLike
from flowroute_async.jobs.reporting import JobProgress
from flowroute_async.jobs.sources import Many
from flowroute_async.sender import Sender


class E911Jobs:
    """The jobs of `client.e911`."""

    _sender: Sender

    async def create_many(
        self,
        rows: Many[Mapping[str, object]] | PathLike,
        *,
        journal: PathLike | None = None,
        progress: Callable[[JobProgress], None] | None = None,
    ) -> AddressesReport:
        """Create addresses from rows, several at once, and give each to its number. Numbers with an address cost money.

        All rows are read and checked first, and all faults of all rows are told at once. With a journal, the same call
        goes on after a crash: an address whose answer was lost is looked for by its label, which is unique on the
        account, and created only where it is not there.

        Args:
            rows: Mappings of the parts of an address, see `NewAddress`, and `number` for the number that gets it, if
                any; or the path of a CSV file with these columns. Empty values count as not given.
            journal: A file that the job can be resumed from; it is created where there is none.
            progress: Called with a `JobProgress` at the beginning, at most five times a second, and at the end. It must
                not block.

        Returns:
            What became of each row. A failure that concerns more than one row ends the run, and stands in `stopped_by`.

        Raises:
            InvalidArgumentError: If rows break a rule; `faults` has an error for each, whose `argument` is the row and
                the part, such as `rows[3].zip`. Or if the file is no journal, or is in use.
            OSError: If the CSV file cannot be read.
        """
        return await create_many(cast("Registrar", self), self._sender, rows, journal=journal, progress=progress)
