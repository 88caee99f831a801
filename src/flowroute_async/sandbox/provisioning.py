"""Message provisioning: tasks that turn messaging on or off for numbers, and take their time."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast
from uuid import uuid4

from flowroute_async.sandbox.account import Account
from flowroute_async.sandbox.bodies import boolean
from flowroute_async.sandbox.call import Call, Reply
from flowroute_async.sandbox.callbacks import is_url
from flowroute_async.sandbox.errors import not_found, out_of_order
from flowroute_async.sandbox.records import OwnedNumber, ProvisioningTask


def provision_messaging(account: Account, call: Call) -> Reply:
    """Enable or disable messaging for some numbers, after a while."""
    attributes = call.attributes
    numbers, action, callback = (attributes.get(name) for name in ("numbers", "action", "callback_url"))
    given = cast(
        "list[object]", [numbers] if isinstance(numbers, str) else numbers if isinstance(numbers, list) else []
    )
    faults: dict[str, str] = {}
    if not given or not all(isinstance(number, str) for number in given):
        faults["numbers"] = "Not a valid list of phone numbers."
    if action not in ("enable", "disable"):
        faults["action"] = "Must be one of: enable, disable."
    if callback is not None and not (isinstance(callback, str) and is_url(callback)):
        faults["callback_url"] = "Not a valid URL."
    if boolean(attributes.get("email", False)) is None:
        faults["email"] = "Not a valid boolean."
    if faults:
        raise call.rejected(faults)
    if account.options.provisioning_down:
        raise out_of_order()
    wanted = list(dict.fromkeys(str(number).removeprefix("+") for number in given))
    task = begin(account, wanted, str(action), None if callback is None else str(callback))
    account.count(call.operation, task.id)
    return Reply.json(201, {"data": resource(task)})


def get_message_provisioning(account: Account, call: Call) -> Reply:
    """Return how far a task has come."""
    task = account.provisioning.get(call.ids["task"])
    if task is None:
        raise not_found()
    return Reply.json(200, {"data": resource(task)})


def begin(account: Account, numbers: Sequence[str], action: str, callback: str | None) -> ProvisioningTask:
    """Begin a task."""
    ready = account.time + account.options.provisioning_delay
    order = len(account.provisioning.rows)
    task = account.provisioning.put(ProvisioningTask(str(uuid4()), order, list(numbers), action, callback, ready))
    for id_ in numbers:
        if (number := account.numbers.get(id_)) is not None:
            account.numbers.put(replace(number, messaging_task=task.id))
    return task


def finish(account: Account, task: ProvisioningTask) -> ProvisioningTask:
    """Finish a task whose time has come: numbers of the account succeed, others fail."""
    successful: list[str] = []
    for id_ in task.numbers:
        number = account.numbers.get(id_)
        if number is not None and number.port_order is None:
            account.numbers.put(replace(number, messaging_enabled=task.action == "enable"))
            successful.append(id_)
    failed = [number for number in task.numbers if number not in successful]
    # inferred: the words, after those of the lists; and that one success makes the whole one.
    status = "successful" if successful else "failed"
    return account.provisioning.put(replace(task, status=status, successful=successful, failed=failed))


def is_enabled(account: Account, number: OwnedNumber) -> bool:
    """Return whether a number can send and receive messages: long ago all could until told otherwise."""
    if number.messaging_enabled is None:
        return account.options.shape == "2018"
    return number.messaging_enabled


def resource(task: ProvisioningTask) -> dict[str, object]:
    """Write a task as the API does: of one number, or of several."""
    if len(task.numbers) == 1:
        attributes: dict[str, object] = {"status": task.status, "tn": task.numbers[0]}
        return {"type": "message_provisioning_status", "id": task.id, "attributes": attributes}
    processing = task.numbers if task.status == "processing" else []
    numbers = {"successful": task.successful, "processing": processing, "failed": task.failed}
    message = f"{len(task.numbers)} numbers: {len(task.successful)} successful, {len(task.failed)} failed"
    attributes = {"status": task.status, "message": message, "numbers": numbers}
    return {"type": "message_bulk_provisioning_status", "id": task.id, "attributes": attributes}
