"""What the applicant and others were told about a case, and what became of each message, as officers read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage import asking
from storage.asking import Question
from storage.messages import Notification, NotificationStatus

MOST_MESSAGES: Final = 30
_ABOUT: Final = Question(
    select(Notification.subject, Notification.body, Notification.channel, Notification.status, Notification.person_id)
    .add_columns(Notification.created_at, Notification.left_at, Notification.delivered_at)
    .where(Notification.application_id == bindparam("application_id"), Notification.secret_until.is_(None))
    .order_by(Notification.id.desc())
    .limit(MOST_MESSAGES)
)


@dataclass(frozen=True, slots=True)
class MessageShown:
    """A message about the case. ``status`` pending covers what is being sent now; ``is_theirs``: the applicant got it.
    To which address it went is not said: officers read that beside the applicant."""

    subject: str
    body: str
    channel: str
    status: str
    is_theirs: bool
    written_at: datetime
    left_at: datetime | None
    delivered_at: datetime | None


def messages_told(session: Session, application_id: int, applicant_id: int) -> tuple[MessageShown, ...]:
    """The newest messages, the newest first, without those that hold a code; one statement."""
    return tuple(
        MessageShown(
            row.subject,
            row.body,
            row.channel,
            NotificationStatus.PENDING if row.status == NotificationStatus.SENDING else row.status,
            row.person_id == applicant_id,
            row.created_at,
            row.left_at,
            row.delivered_at,
        )
        for row in asking.rows(session, _ABOUT, application_id=application_id)
    )
