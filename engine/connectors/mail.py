"""E-mail by SMTP."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage

from engine.connectors.messenger import DeliveryFailed, MessageRefused, OutgoingMessage, PerhapsSent, Reach, SenderAway

TIMEOUT_SECONDS = 20
FOR_GOOD = 500


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

    @property
    def reaches(self) -> Reach:
        """People with an e-mail address."""
        return Reach.MAIL

    def send(self, message: OutgoingMessage) -> str:
        try:
            mail = self._mail(message)
        except (IndexError, ValueError) as unwritable:  # an address or a title that no header can hold
            raise MessageRefused(type(unwritable).__name__) from unwritable
        told = False
        try:
            with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS) as server:
                if self.starttls:
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password)
                told = True
                server.send_message(mail)
        except (OSError, smtplib.SMTPException) as error:
            raise _why(error, told=told) from error
        return str(mail["Message-ID"])

    def _mail(self, message: OutgoingMessage) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, message.address
        mail["Subject"] = " ".join(message.subject.split())
        mail["Message-ID"] = (
            f"<{hashlib.sha256(message.key.encode()).hexdigest()[:40]}@{self.sender.rpartition('@')[2]}>"
        )
        mail.set_content(message.body)
        return mail


def _why(error: Exception, *, told: bool) -> DeliveryFailed:
    """A server that refuses with a code of 500 or more never takes this mail; one that goes silent may have it."""
    kind = type(error).__name__
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return MessageRefused(kind) if codes and min(codes) >= FOR_GOOD else DeliveryFailed(kind)
    if isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= FOR_GOOD:
        return MessageRefused(kind)
    if told and (isinstance(error, smtplib.SMTPServerDisconnected) or not isinstance(error, smtplib.SMTPException)):
        return PerhapsSent(kind)
    return DeliveryFailed(kind) if told else SenderAway(kind)
