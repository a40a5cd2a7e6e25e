"""The outside world behind small protocols: who delivers a message, what the bank knows about a payment, whom
service tasks ask, and who says who somebody is."""

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
from engine.connectors.oidc import Attempt, Identity, OidcFailed, OidcProvider, new_attempt
from engine.connectors.recording import RecordingMessenger
from engine.connectors.sms import Nomsa, PlasGate
from engine.connectors.telegram import Telegram

__all__ = [
    "Attempt",
    "BakongBank",
    "Bank",
    "BankAnswer",
    "BankFailed",
    "CallAnswer",
    "CallFailed",
    "Connector",
    "DeliveryFailed",
    "Fate",
    "Identity",
    "Informed",
    "MessageRefused",
    "Messenger",
    "Nomsa",
    "OidcFailed",
    "OidcProvider",
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
    "new_attempt",
]
