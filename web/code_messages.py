"""What the message of a code would say, where invented people try the product and nothing is sent to anybody."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.demonstration.codes import would_have_said
from engine.people import codes
from engine.words import CodePurpose
from web.context import house, settings


def message_of(session: Session, token: str, purpose: CodePurpose) -> str:
    """The message that carries the code of this token; empty everywhere but in a demonstration without senders."""
    if not settings().demo or house().messengers:
        return ""
    asked = codes.asked_for(session, token, purpose)
    return would_have_said(session, house(), asked.message_key) if asked else ""
