"""E-mail by SMTP."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage

from engine.connectors.messenger import DeliveryFailed, OutgoingMessage

TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class SmtpMessenger:
    """Sends plain-text mail through one server. STARTTLS, with a certificate that somebody known signed for this very
    host, unless the installation says the server has none."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    starttls: bool = True

    def send(self, message: OutgoingMessage) -> None:
        try:
            mail = self._mail(message)
        except (IndexError, ValueError) as unwritable:  # an address or a title that no header can hold
            raise DeliveryFailed(type(unwritable).__name__) from unwritable
        try:
            with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS) as server:
                if self.starttls:
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(mail)
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryFailed(type(error).__name__) from error

    def _mail(self, message: OutgoingMessage) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, message.address
        mail["Subject"] = " ".join(message.subject.split())
        mail["Message-ID"] = (
            f"<{hashlib.sha256(message.key.encode()).hexdigest()[:40]}@{self.sender.rpartition('@')[2]}>"
        )
        mail.set_content(message.body)
        return mail
