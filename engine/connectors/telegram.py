"""Messages by a Telegram bot, to people who have opened it from their account."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from engine.connectors.http import HttpAnswer, NoAnswer, post_json, record_in, require_https
from engine.connectors.messenger import DeliveryFailed, MessageRefused, OutgoingMessage, PerhapsSent, Reach, SenderAway

TIMEOUT_SECONDS: Final = 10
REFUSED: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN)
"""There is no such chat, or the person has stopped the bot."""
MOST_SECONDS: Final = 86_400


@dataclass(frozen=True)
class Telegram:
    """One bot. ``bot`` is the name under which people find it, without the @."""

    url: str
    token: str = field(repr=False)
    bot: str
    timeout: float = TIMEOUT_SECONDS

    def __post_init__(self) -> None:
        require_https(self.url)

    @property
    def reaches(self) -> Reach:
        """People who have linked their Telegram."""
        return Reach.CHAT

    @property
    def webhook_secret(self) -> str:
        """What Telegram shows when it tells us what people wrote to the bot."""
        return hmac.new(self.token.encode(), b"webhook", hashlib.sha256).hexdigest()

    def send(self, message: OutgoingMessage) -> str:
        answer = self._ask("sendMessage", {"chat_id": message.address, "text": f"{message.subject}\n\n{message.body}"})
        found = record_in(answer).get("result")
        return str(found.get("message_id", "")) if isinstance(found, dict) else ""

    def listen_at(self, address: str) -> None:
        """Tells Telegram where to report what people write to the bot. Raises ``DeliveryFailed``."""
        self._ask("setWebhook", {"url": address, "secret_token": self.webhook_secret, "allowed_updates": ["message"]})

    def _ask(self, method: str, body: dict[str, Any]) -> HttpAnswer:
        try:
            answer = post_json(f"{self.url.rstrip('/')}/bot{self.token}/{method}", body, {}, self.timeout)
        except NoAnswer as failure:
            raise (PerhapsSent if failure.arrived else SenderAway)(str(failure)) from failure
        if answer.status == HTTPStatus.OK:
            return answer
        said = f"HTTP status {answer.status}"
        if answer.status in REFUSED:
            raise MessageRefused(said)
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:  # may be of this chat alone
            raise DeliveryFailed(said, again_in=answer.again_in or _wait(answer))
        raise SenderAway(said, again_in=answer.again_in)


def _wait(answer: HttpAnswer) -> int:
    """In how many seconds Telegram may be asked again, as its answer says."""
    parameters = record_in(answer).get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else 0
    return min(seconds, MOST_SECONDS) if isinstance(seconds, int) and seconds > 0 else 0
