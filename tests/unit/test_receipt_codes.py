"""What the codes of delivery receipts mean, on messages and on webhooks; codes that the vendor lists no words for."""

import json

import pytest

from flowroute_async import webhooks
from flowroute_openapi.models import DeliveryReceipt

ON_THE_WAY = {
    1000: "default state",
    1001: "queued for delivery",
    1002: "sent",
    1003: "accepted by carrier",
    1111: "temporary resolution failure",
}
ENDED = {
    1004: "delivered to handset",
    1005: "rejected",
    1006: "expired",
    1007: "failed",
    1008: "permanent send error",
    1009: "partial send failure",
    1010: "validation failed",
    1100: "unknown error",
    1101: "source carrier invalid",
    1102: "destination carrier invalid",
    1103: "source not authorized",
    1104: "source carrier disabled",
    1105: "destination carrier disabled",
    1106: "no valid route",
    1107: "invalid source type of number",
    1108: "invalid destination type of number",
    1109: "route denied",
    1110: "user opted out (STOP)",
    1112: "permanent resolution failure",
    1115: "no handler found",
    1116: "destination not text enabled",
    1150: "spam",
    1152: "spam reject",
    1160: "toll-free messaging limits exceeded",
    1200: "unknown error",
    1201: "message too long",
    1202: "invalid priority flag",
    1203: "invalid registered delivery flag",
    1204: "system error",
    1205: "invalid source address",
    1206: "invalid destination address",
    1207: "message id invalid",
    1208: "cancelling failed",
    1209: "replacing failed",
    1210: "message queue full",
    1211: "invalid service type",
    1212: "invalid number of destinations",
    1213: "invalid distribution list",
    1214: "invalid destination flag",
    1215: "invalid submit-with-replace",
    1216: "invalid esm class",
    1217: "invalid submit to list",
    1218: "submitting failed",
    1219: "invalid source type of number",
    1220: "invalid source numbering plan",
    1221: "invalid destination type of number",
    1222: "invalid destination numbering plan",
}
OPEN = (None, "", 0, 999, 1011, 1113, 1153, 1223, 9999, "034", "E30008", "01004", "1004.0", "delivered")


def receipts(code: object) -> list[DeliveryReceipt | webhooks.DeliveryReceipt]:
    """Return a receipt with a code as a message has it, and as it comes by webhook."""
    of_message = DeliveryReceipt.model_validate_json(json.dumps({"level": 2, "status_code": code}))
    attributes = {"status": "message buffered", "status_code": code}
    body = json.dumps({"data": {"type": "delivery_receipt", "id": "mdr2-1", "attributes": attributes}})
    posted = webhooks.parse(body.encode())
    assert isinstance(posted, webhooks.DeliveryReceipt)
    return [of_message, posted]


@pytest.mark.parametrize("code", [*ON_THE_WAY, *ENDED])
@pytest.mark.parametrize("written", [int, str])
def test_each_code_of_the_vendor_s_table_has_its_words_and_says_whether_it_is_the_last(
    code: int, written: type[int | str]
) -> None:
    for receipt in receipts(written(code)):
        assert (receipt.meaning, receipt.is_final) == ((ON_THE_WAY | ENDED)[code], code in ENDED)


@pytest.mark.parametrize("code", OPEN)
def test_a_code_that_the_table_lacks_says_nothing(code: object) -> None:
    for receipt in receipts(code):
        assert (receipt.meaning, receipt.is_final) == (None, None)
