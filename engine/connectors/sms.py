"""SMS by Nomsa, the gateway of the government, and by PlasGate.

Both answer that they have taken a message, and know later whether it arrived: Nomsa when it is asked, PlasGate by a
report to an address that it is given with the message. Neither knows a message again that is sent twice. Their public
documents say what is read here; what PlasGate reports is read as the Jasmin gateway writes it, whose words its client
uses.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlencode

from engine.connectors.http import HttpAnswer, NoAnswer, get_json, post_json, record_in, require_https
from engine.connectors.messenger import (
    DeliveryFailed,
    Fate,
    MessageRefused,
    OutgoingMessage,
    PerhapsSent,
    Reach,
    SenderAway,
)

TIMEOUT_SECONDS: Final = 10
LONGEST_REFERENCE: Final = 100
TAKES_NOTHING: Final = (
    HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND,
    HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE,
)  # fmt: skip
"""Nothing is wrong with the message: it is too many, the gateway is away, or key, credit or address of the installation
are wrong, and somebody mends them."""
NOBODY_KNOWS: Final = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT)


@dataclass(frozen=True)
class Nomsa:
    """Sends by one Nomsa account. ``label`` names the credentials that Nomsa set up for the office."""

    url: str
    key: str = field(repr=False)
    label: str
    timeout: float = TIMEOUT_SECONDS

    def __post_init__(self) -> None:
        require_https(self.url)

    @property
    def reaches(self) -> Reach:
        """People with a telephone."""
        return Reach.TELEPHONE

    def send(self, message: OutgoingMessage) -> str:
        body = {"body": message.body, "recipient": message.address, "label": self.label}
        answer = told(f"{self.url.rstrip('/')}/v1/transactional/sms/send", body, self._headers(), self.timeout)
        return reference_in(answer, "id")

    def fate(self, reference: str) -> Fate:
        address = f"{self.url.rstrip('/')}/v1/transactional/sms/{quote(reference, safe='')}"
        try:
            answer = get_json(address, self._headers(), self.timeout)
        except NoAnswer as failure:
            raise DeliveryFailed(str(failure)) from failure
        if answer.status != HTTPStatus.OK:
            raise DeliveryFailed(f"HTTP status {answer.status}", again_in=answer.again_in)
        found = record_in(answer)
        return _OF_NOMSA.get(str(found.get("status")), Fate.FAILED if found.get("errored_at") else Fate.UNKNOWN)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


_OF_NOMSA: Final = {"DELIVERED": Fate.DELIVERED, "ERROR": Fate.FAILED}


@dataclass(frozen=True)
class PlasGate:
    """Sends by one PlasGate account. ``sender`` is the name that phones show; ``reports`` the address of this product
    that reports begin with (empty: none are asked for)."""

    url: str
    private_key: str = field(repr=False)
    secret: str = field(repr=False)
    sender: str
    reports: str = ""
    timeout: float = TIMEOUT_SECONDS

    def __post_init__(self) -> None:
        require_https(self.url)

    @property
    def reaches(self) -> Reach:
        """People with a telephone."""
        return Reach.TELEPHONE

    def send(self, message: OutgoingMessage) -> str:
        address = f"{self.url.rstrip('/')}/rest/send?{urlencode({'private_key': self.private_key})}"
        body = {"sender": self.sender, "to": message.address.removeprefix("+"), "content": message.body}
        answer = told(address, {**body, **self._report_of(message)}, {"X-Secret": self.secret}, self.timeout)
        return reference_in(answer, "queue_id")

    def vouches(self, number: int, sending: int, signature: str) -> bool:
        return hmac.compare_digest(self._signed(number, sending).encode(), signature.encode())

    def reported(self, status: str) -> Fate:
        refused = status.startswith("ESME_") and status != "ESME_ROK"
        return _OF_PLASGATE.get(status, Fate.FAILED if refused else Fate.UNKNOWN)

    def _report_of(self, message: OutgoingMessage) -> dict[str, str | int]:
        if not self.reports:
            return {}
        signature = self._signed(message.number, message.sending)
        address = f"{self.reports}/{message.number}/{message.sending}/{signature}"
        return {"dlr": "yes", "dlr_level": 3, "dlr_method": "POST", "dlr_url": address}

    def _signed(self, number: int, sending: int) -> str:
        about = f"report/{number}/{sending}".encode()
        return hmac.new(self.secret.encode(), about, hashlib.sha256).hexdigest()


_OF_PLASGATE: Final = {
    "DELIVRD": Fate.DELIVERED, "UNDELIV": Fate.FAILED, "EXPIRED": Fate.FAILED, "DELETED": Fate.FAILED,
    "REJECTD": Fate.FAILED,
}  # fmt: skip


def told(url: str, body: Mapping[str, str | int], headers: Mapping[str, str], timeout: float) -> HttpAnswer:
    """The answer of a gateway that took the message. Raises ``DeliveryFailed`` of the kind that the answer is."""
    try:
        answer = post_json(url, body, headers, timeout)
    except NoAnswer as failure:
        raise (PerhapsSent if failure.arrived else SenderAway)(str(failure)) from failure
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return answer
    said = f"HTTP status {answer.status}"
    if answer.status in NOBODY_KNOWS:
        raise PerhapsSent(said, again_in=answer.again_in)
    if answer.status in TAKES_NOTHING:
        raise SenderAway(said, again_in=answer.again_in)
    if HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise MessageRefused(said)
    raise DeliveryFailed(said, again_in=answer.again_in)


def reference_in(answer: HttpAnswer, name: str) -> str:
    """The number that a gateway gave a message; empty when it gave none, and the message was taken all the same."""
    found = record_in(answer).get(name)
    return str(found)[:LONGEST_REFERENCE] if isinstance(found, str | int) else ""
