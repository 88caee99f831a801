"""Many searches at once, with checkpoints and exports; and purchases until there are enough."""

from flowroute_async.bulk.export import export
from flowroute_async.bulk.journal import Outcome, Purchase
from flowroute_async.bulk.numbers import BulkNumbers
from flowroute_async.bulk.progress import Progress
from flowroute_async.bulk.purchase import PurchaseReport
from flowroute_async.bulk.query import NumberQuery
from flowroute_async.bulk.report import QueryReport, SearchReport
from flowroute_async.bulk.search import BulkSearch

__all__ = [
    "BulkNumbers",
    "BulkSearch",
    "NumberQuery",
    "Outcome",
    "Progress",
    "Purchase",
    "PurchaseReport",
    "QueryReport",
    "SearchReport",
    "export",
]
