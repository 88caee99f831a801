"""What the sandbox remembers: plain, frozen records, each with an id."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Record:
    """Anything kept in a table; `id` is unique there."""

    id: str


@dataclass(frozen=True, slots=True)
class OwnedNumber(Record):
    """A phone number on the account; `id` is its eleven digits.

    `messaging_enabled` is None until somebody chooses, `messaging_task` the latest task that changes it;
    `port_order` is set while the number is being ported in.
    """

    rate_center: str
    state: str
    number_type: str
    alias: str | None = None
    cnam_lookups_enabled: bool = True
    primary_route: str | None = "0"
    failover_route: str | None = None
    e911: str | None = None
    cnam: str | None = None
    emergency_capable: bool = True
    callbacks: dict[str, str] = field(default_factory=dict[str, str])
    messaging_enabled: bool | None = None
    port_order: str | None = None
    tier: str = "Standard"
    messaging_task: str | None = None


@dataclass(frozen=True, slots=True)
class Route(Record):
    """An inbound route."""

    alias: str
    route_type: str
    value: str | None
    edge_strategy_id: int | None = None


@dataclass(frozen=True, slots=True)
class Address(Record):
    """An E911 address; its attributes are named and ordered as the API's."""

    label: str
    first_name: str
    last_name: str
    street_number: str
    street_name: str
    city: str
    state: str
    country: str
    zip: str
    address_type: str = ""
    address_type_number: str = ""


@dataclass(frozen=True, slots=True)
class CallerName(Record):
    """A CNAM record; times are as the API writes them, and None on records of long ago."""

    value: str
    creation_datetime: str | None
    is_approved: bool = False
    approval_datetime: str | None = None
    rejection_reason: str | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for approval."""
        return not self.is_approved and self.rejection_reason is None


@dataclass(frozen=True, slots=True)
class Media:
    """A file of a media message."""

    id: str
    url: str
    file_name: str
    mime_type: str
    file_size: int


@dataclass(frozen=True, slots=True)
class Message(Record):
    """A message sent or received; times are in seconds since 1970, `order` counts up.

    `code` is the status code of the receipt that came at `buffered_at`.
    """

    order: int
    at: float
    direction: str
    sender: str
    recipient: str
    body: str | None
    is_mms: bool
    message_type: str
    encoding: int
    nanodollars: int
    buffered_at: float | None
    code: int | None = 1003
    media: list[Media] = field(default_factory=list[Media])

    @property
    def own(self) -> str:
        """The number of the account."""
        return self.recipient if self.direction == "inbound" else self.sender

    @property
    def peer(self) -> str:
        """The other number."""
        return self.sender if self.direction == "inbound" else self.recipient

    @property
    def pair(self) -> tuple[str, str]:
        """The number of the account and the other one."""
        return self.own, self.peer


@dataclass(frozen=True, slots=True)
class Callback(Record):
    """Where the account gets its webhooks of one kind; `id` is the kind."""

    url: str
    api_version: str


@dataclass(frozen=True, slots=True)
class Delivery(Record):
    """A webhook; `due` and `tried` are in seconds since 1970, `status` is pending, delivered, failed or refused.

    `subject` is the message or the task that it tells of.
    """

    order: int
    url: str
    payload: str
    due: float
    attempts: int = 0
    status: str = "pending"
    tried: float | None = None
    subject: str = ""

    @property
    def subject_or_id(self) -> str:
        """What tells it from webhooks that may be on their way at the same time."""
        return self.subject or self.id


@dataclass(frozen=True, slots=True)
class PortOrder(Record):
    """A port order; `details` and `presets` are named as the API's, times are in seconds since 1970."""

    group: str
    numbers: list[str]
    details: dict[str, object]
    created_at: float
    modified_at: float
    presets: dict[str, str] = field(default_factory=dict[str, str])
    status: str = "pending"
    status_at: float | None = None
    comments: list[str] = field(default_factory=list[str])
    signature_name: str = ""
    signature_title: str = ""


@dataclass(frozen=True, slots=True)
class PortFile(Record):
    """A document of a port order; `id` is the order's, a slash and the document's, `content` is in base 64."""

    order: str
    name: str
    original_url: str | None = None
    content: str | None = None


@dataclass(frozen=True, slots=True)
class PhoneCall(Record):
    """A call of the past; `at` is in seconds since 1970, `rate` in nanodollars a minute."""

    at: float
    direction: str
    duration: int
    destination: str
    caller: str
    number_alias: str = ""
    rate: int = 0
    destination_name: str = "UNITED STATES"
    result: str = "completed"
    sip_code: int = 200
    reason: str = "OK"
    tag: str = ""
    ip: str = "192.0.2.10:5080"


@dataclass(frozen=True, slots=True)
class CdrExport(Record):
    """An export of call detail records; times are in seconds since 1970."""

    filters: dict[str, object]
    callback_url: str | None
    requested_at: float
    ready_at: float
    status: str = "processing"
    completed_at: float | None = None


@dataclass(frozen=True, slots=True)
class ProvisioningTask(Record):
    """A task that turns messaging on or off for numbers; `ready_at` is in seconds since 1970, `order` counts up."""

    order: int
    numbers: list[str]
    action: str
    callback_url: str | None
    ready_at: float
    status: str = "processing"
    successful: list[str] = field(default_factory=list[str])
    failed: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Effect(Record):
    """How many times an operation took effect on one target."""

    operation: str
    target: str
    count: int


@dataclass(frozen=True, slots=True)
class AccountRecord(Record):
    """What the account is made of besides its records; there is one."""

    seed: int
    numbers: int
    next_id: int = 20001
    nanodollars: int | None = None
    clock_offset: float = 0.0
    past: str = ""
