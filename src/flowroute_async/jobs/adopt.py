"""Resuming a job with another access key of the same account."""

from contextlib import closing

from flowroute_async.jobs.job_file import OF_ACCOUNTS, PathLike, open_any
from flowroute_async.sender import Sender


def adopt(job: PathLike, client: Sender) -> None:
    """Allow a job's file to be resumed with the keys of a client, as after a rotation of keys.

    A file belongs to the access key that it was begun with, since nothing in the API tells which account a key is of.
    **Only you can know that this one is of the same account**: on another, numbers would be bought and messages sent
    that it was not meant for. Nothing is sent.

    Args:
        job: The journal, or the checkpoint of a history, of a job that is not running.
        client: A client with the other keys.

    Raises:
        InvalidArgumentError: If the file does not exist, is no job file of an account, or is in use.
        sqlite3.Error: If it cannot be read or written.
    """
    file, _ = open_any(job, OF_ACCOUNTS, "job")
    with closing(file):
        file.execute("INSERT OR IGNORE INTO accounts VALUES (?)", [client.account])
