"""What the message of a code would say, where invented people try the product and nothing is sent to anybody."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.demonstration.codes import would_have_said
from engine.people import codes
from engine.words import CodePurpose
from web.context import house, settings


def are_shown() -> bool:
    """Only in a demonstration without senders."""
    return settings().demo and not house().messengers


def message_of(session: Session, token: str, purpose: CodePurpose) -> str:
    """The message that carries the code of this token; empty everywhere else, and where there is no such code."""
    asked = codes.asked_for(session, token, purpose) if are_shown() else None
    return would_have_said(session, house(), asked.message_key) if asked else ""
