"""The outside world behind small protocols: who delivers a message, what the bank knows about a payment, and whom
service tasks ask."""

from __future__ import annotations

from engine.connectors.bakong import BakongBank
from engine.connectors.bank import Bank, BankAnswer, BankFailed
from engine.connectors.calling import CallAnswer, CallFailed, Connector, WebConnector
from engine.connectors.mail import SmtpMessenger
from engine.connectors.messenger import (
    DeliveryFailed,
    Fate,
    Informed,
    MessageRefused,
    Messenger,
    OutgoingMessage,
    PerhapsSent,
    Reach,
    Reported,
    SenderAway,
)
from engine.connectors.recording import RecordingMessenger
from engine.connectors.sms import Nomsa, PlasGate
from engine.connectors.telegram import Telegram

__all__ = [
    "BakongBank",
    "Bank",
    "BankAnswer",
    "BankFailed",
    "CallAnswer",
    "CallFailed",
    "Connector",
    "DeliveryFailed",
    "Fate",
    "Informed",
    "MessageRefused",
    "Messenger",
    "Nomsa",
    "OutgoingMessage",
    "PerhapsSent",
    "PlasGate",
    "Reach",
    "RecordingMessenger",
    "Reported",
    "SenderAway",
    "SmtpMessenger",
    "Telegram",
    "WebConnector",
]
