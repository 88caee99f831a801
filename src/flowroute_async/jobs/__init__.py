"""Jobs of many calls: searches with checkpoints and exports, and purchases until there are enough."""

from flowroute_async.jobs.address_rows import AddressesReport, AddressResult
from flowroute_async.jobs.adopt import adopt
from flowroute_async.jobs.details import DetailsReport, FailedNumber, ManyDetails
from flowroute_async.jobs.export import export, rows
from flowroute_async.jobs.history import FailedWindow, HistoryReport, MessageHistory
from flowroute_async.jobs.journal import Outcome, Purchase
from flowroute_async.jobs.number_rows import NumberResult, NumbersReport
from flowroute_async.jobs.progress import Progress
from flowroute_async.jobs.purchase import PurchaseReport
from flowroute_async.jobs.purchase_plan import NumberGroup, PlannedPurchase, PurchasePlan
from flowroute_async.jobs.query import NumberQuery
from flowroute_async.jobs.report import QueryReport, SearchReport
from flowroute_async.jobs.reporting import JobProgress
from flowroute_async.jobs.row_journal import RowOutcome
from flowroute_async.jobs.search import BulkSearch
from flowroute_async.jobs.sending import MessageResult, SendReport, Settlement

__all__ = [
    "AddressResult",
    "AddressesReport",
    "BulkSearch",
    "DetailsReport",
    "FailedNumber",
    "FailedWindow",
    "HistoryReport",
    "JobProgress",
    "ManyDetails",
    "MessageHistory",
    "MessageResult",
    "NumberGroup",
    "NumberQuery",
    "NumberResult",
    "NumbersReport",
    "Outcome",
    "PlannedPurchase",
    "Progress",
    "Purchase",
    "PurchasePlan",
    "PurchaseReport",
    "QueryReport",
    "RowOutcome",
    "SearchReport",
    "SendReport",
    "Settlement",
    "adopt",
    "export",
    "rows",
]
