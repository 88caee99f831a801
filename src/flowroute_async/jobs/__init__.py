"""Jobs of many calls: searches with checkpoints and exports, and purchases until there are enough."""

from flowroute_async.jobs.export import export, rows
from flowroute_async.jobs.history import FailedWindow, HistoryReport, MessageHistory
from flowroute_async.jobs.journal import Outcome, Purchase
from flowroute_async.jobs.progress import Progress
from flowroute_async.jobs.purchase import PurchaseReport
from flowroute_async.jobs.query import NumberQuery
from flowroute_async.jobs.report import QueryReport, SearchReport
from flowroute_async.jobs.reporting import JobProgress
from flowroute_async.jobs.search import BulkSearch

__all__ = [
    "BulkSearch",
    "FailedWindow",
    "HistoryReport",
    "JobProgress",
    "MessageHistory",
    "NumberQuery",
    "Outcome",
    "Progress",
    "Purchase",
    "PurchaseReport",
    "QueryReport",
    "SearchReport",
    "export",
    "rows",
]
