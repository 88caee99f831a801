"""Webhooks: where they go, what became of them, and sending one again."""

from flowroute_async.sandbox.attempts import Attempt
from flowroute_async.sandbox.callbacks import CALLBACK_TYPES, is_url
from flowroute_async.sandbox.control.controlled import Controlled
from flowroute_async.sandbox.deliveries import is_allowed
from flowroute_async.sandbox.records import Callback, Delivery


class WebhookControl(Controlled):
    """Webhooks: where they go, what became of them, and sending one again."""

    def set_callback(self, callback: str, url: str | None) -> None:
        """Choose where the account's webhooks of one kind go.

        Args:
            callback: The kind: `sms_callback`, `mms_callback`, `sms_dlr_callback`, `mms_dlr_callback`, `dlr_callback`.
            url: A URL on this machine, or on a host given to the sandbox as one for webhooks; None to send none.

        Raises:
            ValueError: If there is no such kind, or the URL is on another host.
        """
        if callback not in CALLBACK_TYPES:
            raise ValueError(f"there is no callback {callback}; the kinds are {', '.join(CALLBACK_TYPES)}")
        hosts = self._account.webhook_hosts
        if url is not None and not (is_url(url) and is_allowed(url, hosts)):
            raise ValueError(
                "the sandbox sends webhooks to this machine only, "
                f"{', '.join(['localhost', '127.0.0.1', '[::1]', *sorted(hosts)])}, or to hosts given by --webhook-host"
            )
        with self._lock:
            if url is not None:
                self._account.callbacks.put(Callback(callback, url, "v2.1"))
            elif self._account.callbacks.get(callback) is not None:
                self._account.callbacks.remove(callback)
            self._account.state_file.commit()

    def deliveries(self) -> list[Delivery]:
        """List the webhooks, sent and to be sent."""
        with self._lock:
            return list(self._account.deliveries)

    def attempts(self, delivery: str) -> list[Attempt]:
        """List what came of the attempts to send a webhook.

        Raises:
            LookupError: If there is no such webhook.
        """
        with self._lock:
            return self._account.attempts.where("delivery", self._delivery(delivery).id)

    def resend(self, delivery: str) -> str:
        """Send a webhook again, whatever became of it: as a new one with the same content.

        Returns:
            The new webhook's id.

        Raises:
            LookupError: If there is no such webhook.
            ValueError: If it would leave for a host that it may not go to.
        """
        with self._lock:
            account = self._account
            sent = self._delivery(delivery)
            if not is_allowed(sent.url, account.webhook_hosts):
                raise ValueError("the webhook's host is not one that the sandbox may send to")
            due = account.clock.now().timestamp()
            order = len(account.deliveries.rows)
            again = Delivery(account.new_id(), order, sent.url, sent.payload, due, subject=sent.subject)
            account.deliveries.put(again)
            account.state_file.commit()
            return again.id

    def _delivery(self, delivery: str) -> Delivery:
        found = self._account.deliveries.get(delivery)
        if found is None:
            raise LookupError("there is no such webhook")
        return found
