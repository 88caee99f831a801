"""Port orders, exports and provisioning as models, compared with the sandbox over plain HTTP after every step."""

import gzip
from collections.abc import Mapping

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, initialize, invariant, rule

from tests.sandbox.sandbox_in_process import wrap
from tests.sandbox.test_sandbox_porting import ORDER as PORT_ORDER
from tests.sandbox.test_sandbox_state_machines import BOUNDED, Account


class Ports(Account):
    """Port orders: what a customer does through the API, what the vendor's staff does, and what time does."""

    orders: Bundle[str] = Bundle("orders")

    PENDING_CAN = ("processing", "review", "cancelled", "abandoned")
    NEXT: Mapping[str, tuple[str, ...]] = {
        "pending": PENDING_CAN,
        "processing": ("submitted", "review", "rejected", "hard_canceled"),
        "submitted": ("accepted", "rejected", "review", "hard_canceled"),
        "accepted": ("completed", "rejected", "review", "hard_canceled"),
        "rejected": ("processing", "review", "abandoned", "hard_canceled"),
        "review": ("processing", "submitted", "accepted", "rejected", "cancelled", "hard_canceled"),
    }
    STATUSES = (*NEXT, "completed", "cancelled", "abandoned", "hard_canceled")

    def __init__(self) -> None:
        super().__init__()
        self.status: dict[str, str] = {}
        self.numbers: dict[str, list[str]] = {}
        self.waiting_since: dict[str, float] = {}
        self.time = 0.0
        self.submitted = 0
        self.sandbox.control.set_balance(300)

    def held(self) -> set[str]:
        """The numbers that are on the account: on their way, or arrived."""
        return {
            number
            for order, status in self.status.items()
            for number in self.numbers[order]
            if status in self.NEXT or status == "completed"
        }

    @rule(target=orders, lines=st.sets(st.integers(0, 5), min_size=1, max_size=3))
    def create(self, lines: set[int]) -> str:
        numbers = [f"+1206555{line:04}" for line in sorted(lines)]
        answer = self.api.post("/v2/portorders", json=wrap("portorder", **(PORT_ORDER | {"numbers": numbers})))
        if self.held() & set(numbers):
            assert answer.status_code == 422
            return "none"
        assert answer.status_code == 201
        id_: str = answer.json()["data"]["attributes"]["orders"]["data"][0]["id"]
        self.status[id_], self.numbers[id_], self.waiting_since[id_] = "pending", numbers, self.time
        return id_

    @rule(order=orders)
    def sign(self, order: str) -> None:
        letter = self.api.get(f"/v2/portorders/{order}/loa")
        if order not in self.status:
            assert letter.status_code == 404
            return
        signed = letter.json()["data"]["attributes"] | {"signature_name": "J", "signature_title": "O"}
        answer = self.api.post(f"/v2/portorders/{order}/loa", json={"data": {"type": "loa", "attributes": signed}})
        can = self.status[order] in {"pending", "rejected"}
        assert answer.status_code == (201 if can else 403)
        if can:
            self.status[order] = "processing"

    @rule(order=orders)
    def cancel(self, order: str) -> None:
        answer = self.api.patch(f"/v2/portorders/{order}/status", json=wrap("portorder", status="cancelled"))
        ended = {"pending": "cancelled", "rejected": "abandoned"}.get(self.status.get(order, ""))
        assert answer.status_code == (404 if order not in self.status else 403 if ended is None else 200)
        if ended is not None:
            self.status[order] = ended

    @rule(order=orders, status=st.sampled_from(STATUSES))
    def move(self, order: str, status: str) -> None:
        if order not in self.status:
            with pytest.raises(LookupError):
                self.sandbox.control.move_port_order(order, status)
            return
        fee = 7.5 * len(self.numbers[order])
        balance = self.sandbox.control.balance() or 0.0
        can = status in self.NEXT.get(self.status[order], ()) and (status != "submitted" or fee <= balance)
        if not can:
            with pytest.raises(ValueError, match=r"can become|does not cover"):
                self.sandbox.control.move_port_order(order, status)
            return
        self.sandbox.control.move_port_order(order, status)
        self.status[order] = status
        if status == "submitted":
            self.submitted += len(self.numbers[order])

    @rule(order=orders, add=st.integers(0, 7), remove=st.integers(0, 7))
    def change_numbers(self, order: str, add: int, remove: int) -> None:
        added, removed = f"+1206555{add:04}", f"+1206555{remove:04}"
        answer = self.api.patch(
            f"/v2/portorders/{order}/relationships/numbers", json={"add": [added], "remove": [removed]}
        )
        if self.status.get(order) != "pending":
            assert answer.status_code == (403 if order in self.status else 404)
            return
        own = self.numbers[order]
        if added not in own and added in self.held():
            assert answer.status_code == 422
            return
        left = [number for number in dict.fromkeys([*own, added]) if number != removed]
        assert answer.status_code == (200 if left else 422)
        if left:
            self.numbers[order] = left

    @rule(days=st.sampled_from([1, 20, 44]))
    def wait(self, days: int) -> None:
        self.sandbox.control.advance(days * 86_400)
        self.time += days * 86_400
        for order, status in self.status.items():
            if status == "pending" and self.time - self.waiting_since[order] >= 45 * 86_400:
                self.status[order] = "abandoned"

    @invariant()
    def orders_and_numbers_are_as_modelled(self) -> None:
        for order, status in self.status.items():
            found = self.api.get(f"/v2/portorders/{order}").json()["data"]["attributes"]
            assert (found["status"], found["numbers"]) == (status, self.numbers[order])
        assert set(self.ids("/v2/numbers")) == {number[1:] for number in self.held()}
        assert self.sandbox.control.balance() == 300 - 7.5 * self.submitted

    @invariant()
    def only_what_has_arrived_can_be_used(self) -> None:
        for order, status in self.status.items():
            if status in self.NEXT:
                number = self.numbers[order][0][1:]
                assert self.api.delete(f"/v2/numbers/{number}").status_code == 403
                sms = {"from": number, "to": "12065559999", "body": "x"}
                assert self.api.post("/v2.1/messages", json=sms).status_code == 403


class Tasks(Account):
    """Exports and provisioning: they end by the clock, once, and not before."""

    exports: Bundle[str] = Bundle("exports")

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0
        self.delay = 1.0
        self.ready: dict[str, float] = {}
        self.failed: set[str] = set()
        self.calls: list[float] = []
        self.enabled = False
        self.pending: list[tuple[float, bool]] = []

    @initialize()
    def own_a_number(self) -> None:
        self.number = self.candidates[0]
        assert self.api.post(f"/v2/numbers/{self.number}").status_code == 201

    @rule(seconds=st.sampled_from([0.0, 0.5, 1.0, 30.0]))
    def wait(self, seconds: float) -> None:
        self.sandbox.control.advance(seconds)
        self.time += seconds

    @rule(delay=st.sampled_from([0.0, 1.0, 20.0]))
    def slow_down(self, delay: float) -> None:
        self.sandbox.control.set_options(export_delay=delay, provisioning_delay=delay)
        self.delay = delay

    @rule()
    def call(self) -> None:
        self.sandbox.control.add_call(from_=self.number, to="12065559999", duration=6)
        self.calls.append(self.time)

    @rule(target=exports)
    def export(self) -> str:
        span = {"start_call_start_time": "2024-01-01 00:00:00", "start_call_end_time": "2024-01-02 00:00:00"}
        answer = self.api.post("/v2/cdrs/exports", json=wrap("cdrexport", filter_parameters=span))
        assert answer.status_code == 201
        id_: str = answer.json()["data"]["id"]
        self.ready[id_] = self.time + self.delay
        return id_

    @rule(export=exports)
    def fail(self, export: str) -> None:
        # What has come to its end by now ends before anything else happens, once anybody looks.
        self.api.get("/v2/routes")
        if self.time >= self.ready[export] or export in self.failed:
            with pytest.raises(ValueError, match="the export has"):
                self.sandbox.control.fail_export(export)
        else:
            self.sandbox.control.fail_export(export)
            self.failed.add(export)

    @rule(enable=st.booleans())
    def provision(self, enable: bool) -> None:  # noqa: FBT001 - drawn
        body = {"numbers": [self.number], "action": "enable" if enable else "disable"}
        assert self.api.post("/v2/message-provision", json=body).status_code == 201
        self.pending.append((self.time + self.delay, enable))

    @invariant()
    def exports_are_where_the_clock_says(self) -> None:
        for export, ready in self.ready.items():
            expected = "failed" if export in self.failed else "completed" if self.time >= ready else "processing"
            found = self.api.get(f"/v2/cdrs/exports/{export}").json()["data"]["attributes"]
            assert found["status"] == expected
            if expected == "completed":
                assert found["num_calls"] == len([at for at in self.calls if at < 86_400])
                file = self.api.get(found["download_url"], auth=None)
                assert len(gzip.decompress(file.content).splitlines()) == 1 + found["num_calls"]

    @invariant()
    def messaging_is_where_the_clock_says(self) -> None:
        # Tasks end in the order in which they were begun, whenever those that are due are looked at together.
        due = [enable for ready, enable in self.pending if ready <= self.time]
        if due:
            self.pending = [(ready, enable) for ready, enable in self.pending if ready > self.time]
            self.enabled = due[-1]
        if hasattr(self, "number"):
            sms = {"from": self.number, "to": "12065559999", "body": "x"}
            assert self.api.post("/v2.1/messages", json=sms).status_code == (202 if self.enabled else 403)


TestPorts = Ports.TestCase
TestTasks = Tasks.TestCase
TestPorts.settings = TestTasks.settings = BOUNDED
