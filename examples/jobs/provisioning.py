"""Provisions offices from a CSV file: `python provisioning.py OFFICES.csv FOLDER BUDGET`.

Each row is an office: `label`, the parts of its address, `rate_center` of its number, and `host`, where calls go. Each
office gets the cheapest number of its rate center, a route, and its emergency address. The plan is shown before
anything is bought. Begun again after a crash, the same command goes on: the folder holds the journals. Keys are in the
environment (`FR_ACCESS_KEY`, `FR_SECRET_KEY`).
"""

import csv
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import anyio

from flowroute_async import FlowrouteClient
from flowroute_async.jobs import NumberGroup

Office = Mapping[str, str]
_OWN = ("rate_center", "host")
_MOST = Decimal(5)


async def provision(offices: Sequence[Office], folder: Path, budget: Decimal) -> bool:
    """Provision offices; return whether all of them are complete."""
    async with FlowrouteClient() as client:
        groups = [
            NumberGroup(state=office["state"], rate_center=office["rate_center"], max_price=_MOST, name=office["label"])
            for office in offices
        ]
        plan = await client.numbers.plan_purchases(groups, max_cost=budget)
        sys.stdout.write(f"{plan}\n")
        bought = await client.numbers.purchase_many(plan, journal=folder / "numbers.db")
        sys.stdout.write(f"{bought}\n")
        numbers = {one.group: one.number for one in bought.bought}
        routed = [office for office in offices if office["label"] in numbers]
        await route(client, routed, numbers)
        rows = [address_of(office) | {"number": numbers[office["label"]]} for office in routed]
        created = await client.e911.create_many(rows, journal=folder / "addresses.db")
        sys.stdout.write(f"{created}\n")
    return bought.complete and len(created.done) == len(offices)


async def route(client: FlowrouteClient, offices: Sequence[Office], numbers: Mapping[str, str]) -> None:
    """Set each number's route to that of its office; setting it again has no further effect."""
    routes = {one.value: one async for one in client.routes.list()}
    async for number in client.numbers.get_many([numbers[office["label"]] for office in offices]):
        (office,) = [one for one in offices if numbers[one["label"]] == number.id]
        host = office["host"]
        if host not in routes:
            routes[host] = await client.routes.create(alias=host, route_type="host", value=host)
        if number.primary_route_id != routes[host].id:
            await client.routes.set_primary(number, routes[host])


def address_of(office: Office) -> dict[str, object]:
    """Return the parts of an office's address."""
    return {name: value for name, value in office.items() if name not in _OWN}


def main(offices: str, folder: str, budget: str) -> int:
    """Provision the offices of a file; return 0 where all are complete."""
    with Path(offices).open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    return 0 if anyio.run(provision, rows, Path(folder), Decimal(budget)) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
