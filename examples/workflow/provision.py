"""A workflow on an engine that you have anyway, here DBOS on SQLite: `python provision.py ORDER STATE COUNT BUDGET`.

It buys numbers, names them, and tells each subscriber by SMS, in steps. The engine begins a step again where the
process died in it; the journal of each step makes that harmless: it is a file in the folder of the orders, and knows
what was bought and sent. The same command, after a crash, goes on with the order where it was.

The environment has the keys (`FR_ACCESS_KEY`, `FR_SECRET_KEY`) and `ORDERS`, the folder of the orders. On Python 3.12
and later, DBOS needs SQLite 3.42.
"""

import asyncio
import os
import sys
from decimal import Decimal
from pathlib import Path

from dbos import DBOS, DBOSConfig, SetWorkflowID

from flowroute_async import FlowrouteClient

ORDERS = Path(os.environ["ORDERS"])


@DBOS.step()
async def buy(order: str, state: str, count: int, budget: str) -> list[str]:
    """Buy numbers, or complete what an earlier attempt has begun."""
    async with FlowrouteClient() as client:
        offers = client.numbers.search(state=state)
        journal = ORDERS / f"{order}-numbers.db"
        report = await client.numbers.purchase_many(offers, count=count, max_cost=Decimal(budget), journal=journal)
    if not report.complete:
        raise RuntimeError(str(report))
    return [purchase.number for purchase in report.bought]


@DBOS.step()
async def name(order: str, numbers: list[str]) -> str:
    """Give each number a name of its order."""
    updates = [{"number": number, "alias": f"{order} {place}"} for place, number in enumerate(numbers)]
    async with FlowrouteClient() as client:
        return str(await client.numbers.update_many(updates, journal=ORDERS / f"{order}-names.db"))


@DBOS.step()
async def tell(order: str, numbers: list[str], to: str) -> str:
    """Tell a subscriber of each number, from that number."""
    messages = [{"from_": number, "to": to, "body": f"Order {order}: {number} is yours."} for number in numbers]
    async with FlowrouteClient() as client:
        return str(await client.messages.send_many(messages, journal=ORDERS / f"{order}-messages.db"))


@DBOS.workflow()
async def provision(order: str, state: str, count: int, budget: str) -> list[str]:
    """Do an order; return what each step says."""
    numbers = await buy(order, state, count, budget)
    return [f"{len(numbers)} numbers", await name(order, numbers), await tell(order, numbers, "12065550199")]


async def main(order: str, state: str, count: str, budget: str) -> None:
    """Begin an order, or go on with it, and print what came of it."""
    config: DBOSConfig = {"name": "provision", "system_database_url": f"sqlite:///{ORDERS / 'workflows.db'}"}
    DBOS(config=config)
    DBOS.launch()  # begins again what the last process has left
    with SetWorkflowID(order):
        handle = await DBOS.start_workflow_async(provision, order, state, int(count), budget)
    sys.stdout.write("\n".join(await handle.get_result()) + "\n")
    DBOS.destroy()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
