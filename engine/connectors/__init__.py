"""The outside world behind small protocols: who delivers a message, what the bank knows about a payment, and whom
service tasks ask."""

from __future__ import annotations

from engine.connectors.bakong import BakongBank
from engine.connectors.bank import Bank, BankAnswer, BankFailed
from engine.connectors.calling import CallAnswer, CallFailed, Connector, WebConnector
from engine.connectors.mail import SmtpMessenger
from engine.connectors.messenger import DeliveryFailed, Messenger, OutgoingMessage
from engine.connectors.recording import RecordingMessenger

__all__ = [
    "BakongBank",
    "Bank",
    "BankAnswer",
    "BankFailed",
    "CallAnswer",
    "CallFailed",
    "Connector",
    "DeliveryFailed",
    "Messenger",
    "OutgoingMessage",
    "RecordingMessenger",
    "SmtpMessenger",
    "WebConnector",
]
