"""What time brings: tasks that end by themselves once the clock has come so far."""

from dataclasses import replace

from flowroute_async.sandbox import porting, provisioning, webhooks
from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.records import CdrExport, ProvisioningTask


def settle(account: Account) -> None:
    """End what has come to its end by the clock, and queue the news of it."""
    now = account.time
    for task in account.provisioning.where("status", "processing"):
        if task.ready_at <= now:
            _end_provisioning(account, task)
    for export in account.exports.where("status", "processing"):
        if export.ready_at <= now:
            end_export(account, export, "completed")
    porting.expire(account)


def end_export(account: Account, export: CdrExport, status: str) -> None:
    """End an export: `completed` or `failed`."""
    at = min(export.ready_at, account.time)
    account.exports.put(replace(export, status=status, completed_at=at if status == "completed" else None))
    if export.callback_url is not None:
        webhooks.queue_notification(
            account,
            export.callback_url,
            kind="cdrexport_status_change",  # inferred, after that of port orders
            resource_type="cdrexports",
            resource_id=export.id,
            status=status,
            message=f"CDR export #{export.id} has {status}.",
            at=at,
        )


def _end_provisioning(account: Account, task: ProvisioningTask) -> None:
    ended = provisioning.finish(account, task)
    if task.callback_url is not None:
        webhooks.queue_notification(
            account,
            task.callback_url,
            kind="message_provisioning_status_change",  # inferred, as above
            resource_type="message-provision",
            resource_id=task.id,
            status=ended.status,
            message=f"Message provisioning task {task.id} is {ended.status}.",
            at=task.ready_at,
        )
