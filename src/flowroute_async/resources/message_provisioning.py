"""`client.message_provisioning`: which numbers of the account can send and receive messages."""

from collections.abc import Sequence
from typing import Literal

from flowroute_async import arguments
from flowroute_async.arguments import HasId
from flowroute_async.errors import InvalidArgumentError
from flowroute_async.sender import Sender
from flowroute_openapi import models
from flowroute_openapi.api.message_provisioning import get_message_provisioning, provision_messaging
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
    ) -> models.MessageProvisioning:
        """Begin to enable messaging for numbers of the account. It costs money, and is never sent twice.

        Args:
            *numbers: The numbers, in any usual form, or the resources.
            callback_url: Called when the task ends.
            email: Whether the account's contact is sent a mail when the task changes.

        Returns:
            The task; `status` tells how far it is.

        Raises:
            InvalidArgumentError: If an argument is not of that form, or there is no number.
            OutcomeUnknownError: If no answer came; `numbers.get` tells later whether messaging is enabled.
        """
        return await self._provision("enable", numbers, callback_url, email)

    async def disable(
        self,
        *numbers: str | HasId,
        callback_url: str | None = None,
        email: bool | None = None,
    ) -> models.MessageProvisioning:
        """Begin to disable messaging for numbers of the account: **they neither send nor receive messages then**.

        Args:
            *numbers: The numbers, in any usual form, or the resources.
            callback_url: Called when the task ends.
            email: Whether the account's contact is sent a mail when the task changes.

        Returns:
            The task; `status` tells how far it is.

        Raises:
            InvalidArgumentError: If an argument is not of that form, or there is no number.
            OutcomeUnknownError: If no answer came; `numbers.get` tells later whether messaging is enabled.
        """
        return await self._provision("disable", numbers, callback_url, email)

    async def status(self, task: str | HasId) -> models.MessageProvisioning:
        """Return the status of a task.

        Args:
            task: The id of the task, or the task.

        Raises:
            NotFoundError: If there is no such task.
        """
        return (await self._sender.send(get_message_provisioning(arguments.resource_id("task", task)))).data

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
