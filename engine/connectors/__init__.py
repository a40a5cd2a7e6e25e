"""The outside world behind small protocols: who delivers a message, and where it goes when nobody is configured."""

from __future__ import annotations

from engine.connectors.mail import SmtpMessenger
from engine.connectors.messenger import DeliveryFailed, Messenger, OutgoingMessage
from engine.connectors.recording import RecordingMessenger

__all__ = ["DeliveryFailed", "Messenger", "OutgoingMessage", "RecordingMessenger", "SmtpMessenger"]
