"""Searches area codes on a Dask cluster, into a folder of Parquet files: `python search.py FOLDER CODE...`.

The scheduler's address is taken from `DASK_SCHEDULER`; without it, two processes of this machine are the cluster.
"""

import os
import sys

from account import connect
from distributed import Client

from flowroute_async.jobs.cluster import ClusterSearch

_FOLDER_AND_CODE = 3


def main(folder: str, *area_codes: str) -> None:
    """Search, and say what was found."""
    scheduler = os.environ.get("DASK_SCHEDULER")
    at = {"address": scheduler} if scheduler else {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0"}
    with Client(**at) as cluster:  # type: ignore[no-untyped-call] # Dask's
        search = ClusterSearch(cluster, connect, area_codes=area_codes)
        report = search.to_parquet(folder)
    sys.stdout.write(f"{report}\n")


if __name__ == "__main__":
    if len(sys.argv) < _FOLDER_AND_CODE:
        raise SystemExit("say python search.py FOLDER CODE..., such as python search.py found 206 253")
    main(*sys.argv[1:])
