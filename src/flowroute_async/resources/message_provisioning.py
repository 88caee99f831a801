"""`client.message_provisioning`: which numbers of the account can send and receive messages."""

from collections.abc import Callable, Sequence
from typing import Literal

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.resources.number_details import NumberDetails
from flowroute_async.sender import Sender
from flowroute_async.waiting import checked_seconds, wait_until_ended
from flowroute_openapi import get_message_provisioning, models, provision_messaging
from flowroute_openapi.models import MessageProvisioningRequest

__all__ = ["MessageProvisioning"]


class MessageProvisioning:
    """Which numbers of the account can send and receive messages.

    Enabling is priced, and a task of the vendor's that takes some time. Toll-free numbers, and long codes that send to
    US numbers, need a registration besides, which has no API.
    """

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def enable(
        self,
        *numbers: str | HasId,
        callback_url: str | None = None,
        email: bool | None = None,
        wait: float = 0.0,
        progress: Callable[[models.MessageProvisioning], None] | None = None,
    ) -> models.MessageProvisioning:
        """Begin to enable messaging for numbers of the account. It costs money, and is never sent twice.

        Args:
            *numbers: The numbers, in any usual form, or the resources.
            callback_url: Called when the task ends.
            email: Whether the account's contact is sent a mail when the task changes.
            wait: Seconds to wait for the end at the most; 0 returns at once.
            progress: Called with the task each time that it was looked up. It must not block.

        Returns:
            The task as it was seen last: its `status` is "processing" until it has ended.

        Raises:
            InvalidArgumentError: If an argument is not of that form, or there is no number.
            OutcomeUnknownError: If no answer came; `numbers.get` tells later whether messaging is enabled.
        """
        seconds = checked_seconds("wait", wait)
        task = await self._provision("enable", numbers, callback_url, email)
        return await self.wait(task, seconds, progress=progress) if seconds else task

    async def disable(
        self,
        *numbers: str | HasId,
        callback_url: str | None = None,
        email: bool | None = None,
        wait: float = 0.0,
        progress: Callable[[models.MessageProvisioning], None] | None = None,
    ) -> models.MessageProvisioning:
        """Begin to disable messaging for numbers of the account: **they neither send nor receive messages then**.

        Args:
            *numbers: The numbers, in any usual form, or the resources.
            callback_url: Called when the task ends.
            email: Whether the account's contact is sent a mail when the task changes.
            wait: Seconds to wait for the end at the most; 0 returns at once.
            progress: Called with the task each time that it was looked up. It must not block.

        Returns:
            The task as it was seen last: its `status` is "processing" until it has ended.

        Raises:
            InvalidArgumentError: If an argument is not of that form, or there is no number.
            OutcomeUnknownError: If no answer came; `numbers.get` tells later whether messaging is enabled.
        """
        seconds = checked_seconds("wait", wait)
        task = await self._provision("disable", numbers, callback_url, email)
        return await self.wait(task, seconds, progress=progress) if seconds else task

    async def status(self, task: str | HasId) -> models.MessageProvisioning:
        """Return the status of a task.

        Args:
            task: The id of the task, the task, or the number as `numbers.purchase` or `numbers.update` returned it.

        Raises:
            InvalidArgumentError: If it is none of these, or nothing was begun for the number.
            NotFoundError: If there is no such task.
        """
        return (await self._sender.send(get_message_provisioning(_task_id(task)))).data

    async def wait(
        self,
        task: str | HasId,
        seconds: float,
        *,
        progress: Callable[[models.MessageProvisioning], None] | None = None,
    ) -> models.MessageProvisioning:
        """Wait until a task has ended, for so many seconds at the most.

        Args:
            task: As for `status`.
            seconds: How long to wait.
            progress: Called with the task each time that it was looked up. It must not block.

        Returns:
            The task as it was seen last: its `status` is "processing" until it has ended.

        Raises:
            InvalidArgumentError: If an argument is not of that form, or nothing was begun for the number.
            NotFoundError: If there is no such task.
        """
        allowed = checked_seconds("seconds", seconds)
        return await wait_until_ended(self._sender.clock, lambda: self.status(task), allowed, progress)

    async def _provision(
        self,
        action: Literal["enable", "disable"],
        numbers: Sequence[object],
        callback_url: object,
        email: object,
    ) -> models.MessageProvisioning:
        if not numbers:
            raise InvalidArgumentError("numbers", "one number or more", given="none")
        body = MessageProvisioningRequest(
            numbers=tuple(arguments.phone_number(f"numbers[{place}]", number) for place, number in enumerate(numbers)),
            action=action,
            callback_url=None if callback_url is None else arguments.web_url("callback_url", callback_url),
            email=None if email is None else arguments.flag("email", email),
        )
        return (await self._sender.send(provision_messaging(body))).data


def _task_id(task: object) -> str:
    if isinstance(task, NumberDetails):
        if task.message_provisioning_id is None:
            raise InvalidArgumentError("task", "a number for which messaging is being set up")
        return task.message_provisioning_id
    return arguments.resource_id("task", task)
