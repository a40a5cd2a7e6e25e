"""The outbox for administrators: what waits to leave, what could not leave, what left. Counted to a thousand; what left
is read from the newest on, page by page, and however far back it lies a page costs the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, Subquery, func, select, text
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.shared.pages import PAGE_SIZE, Page, page_of
from engine.queries.shared.stretches import MOST_COUNTED
from storage.applications import Application
from storage.messages import HAS_LEFT, MessageChannel, Notification, NotificationStatus

STATES = (
    NotificationStatus.PENDING,
    NotificationStatus.FAILED,
    NotificationStatus.RECORDED,
    NotificationStatus.SENT,
    NotificationStatus.DELIVERED,
)
SHOWN_END = 4


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message. ``to`` hides all but the end of the address; ``status`` pending covers what is being sent now.
    ``sender`` took it, or is about to; ``passed`` were given up. ``recorded_in`` is the file that holds it where it was
    only recorded. ``is_unsure``: it may have come twice."""

    id: int
    reference: str
    application_key: str | None
    person_id: int | None
    channel: str
    to: str
    language: str
    subject: str
    body: str
    short_body: str
    is_secret: bool
    status: str
    sender: str
    passed: tuple[str, ...]
    is_unsure: bool
    attempts: int
    last_error: str
    created_at: datetime
    next_attempt_at: datetime | None
    left_at: datetime | None
    delivered_at: datetime | None
    recorded_in: str


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A page of the outbox; ``older``: behind the last page that is counted, the id before which one goes on."""

    lines: Page[MessageLine]
    older: int | None


def message_counts(session: Session, actor: Actor) -> Mapping[str, int]:
    """How many messages are in each state, as far as they are counted; one statement."""
    counts = session.execute(select(*(_counted(actor, state) for state in STATES))).one()
    return dict(zip(STATES, counts, strict=True))


def message_lines(
    session: Session, house: House, actor: Actor, *, status: str, page: int, before: int | None = None
) -> MessagePage:
    """Messages in this state: those that wait in the order they will be tried, the others newest first, only those
    written before the one with the id ``before`` where one is given. Two statements."""
    waits = status == NotificationStatus.PENDING
    order = (Notification.next_attempt_at, Notification.id) if waits else (Notification.id.desc(),)
    wanted = _in_state(actor, status)
    if before is not None:
        wanted = wanted.where(Notification.id < before)
    total = session.scalar(select(func.count()).select_from(_cut(wanted))) or 0
    shown = wanted.order_by(*order)
    found = page_of(session, shown, lambda row: _line(row, house), page, total=min(total, MOST_COUNTED))
    is_last = found.number == found.pages and total > MOST_COUNTED and not waits
    return MessagePage(found, found.items[-1].id if is_last else None)


def _counted(actor: Actor, status: str) -> ScalarSelect[int]:
    return select(func.count()).select_from(_cut(_in_state(actor, status))).scalar_subquery()


def _cut(wanted: Select[*tuple[Any, ...]]) -> Subquery:
    """The rows that are counted, one more than are said."""
    return wanted.with_only_columns(Notification.id).limit(MOST_COUNTED + 1).subquery()


def _in_state(actor: Actor, status: str) -> Select[*tuple[Any, ...]]:
    """Pending covers what is being sent now; of the others it is said as their index says it."""
    if status == NotificationStatus.PENDING:
        return _visible(actor).where(Notification.status.in_((status, NotificationStatus.SENDING)))
    return _visible(actor).where(Notification.status == status, text(f"notification.{HAS_LEFT}"))


def message(session: Session, house: House, actor: Actor, message_id: int) -> MessageLine:
    """One message; ``NotFound`` when there is none that the administrator may see."""
    row = session.execute(_visible(actor).where(Notification.id == message_id)).one_or_none()
    if row is None:
        raise NotFound
    return _line(row, house)


def messages_about(session: Session, house: House, actor: Actor, application_key: str) -> tuple[MessageLine, ...]:
    """What people were told about a case, the newest first, as far as the administrator may see it; at most a page."""
    about = _visible(actor).where(Application.key == application_key)
    newest_first = about.order_by(Notification.created_at.desc(), Notification.id.desc()).limit(PAGE_SIZE)
    return tuple(_line(row, house) for row in session.execute(newest_first))


def _visible(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Messages about cases of the administrator's offices; those about no case only for all of them."""
    offices = actor.offices(ADMINISTRATOR)
    about = Application.id == Notification.application_id
    if offices is None:
        return select(Notification, Application).outerjoin(Application, about)
    return select(Notification, Application).join(Application, about).where(Application.office_id.in_(offices))


def _line(row: Any, house: House) -> MessageLine:
    found, application = row
    waiting = found.status in (NotificationStatus.PENDING, NotificationStatus.SENDING)
    return MessageLine(
        id=found.id,
        reference=(application.reference or "") if application else "",
        application_key=application.key if application else None,
        person_id=found.person_id,
        channel=found.channel,
        to=_hidden(found.address),
        language=found.language,
        subject=found.subject,
        body="" if found.secret_until else found.body,
        short_body="" if found.secret_until else found.short_body,
        is_secret=found.secret_until is not None,
        status=NotificationStatus.PENDING if waiting else found.status,
        sender=found.sender,
        passed=tuple(found.passed),
        is_unsure=found.times_unsure > 0,
        attempts=found.attempts,
        last_error=found.last_error,
        created_at=found.created_at,
        next_attempt_at=found.next_attempt_at if waiting else None,
        left_at=found.left_at,
        delivered_at=found.delivered_at,
        recorded_in=_file_of(found, house),
    )


def _hidden(address: str) -> str:
    """``••• 678`` or ``d•••@example.org``: enough to tell two apart, not enough to write to."""
    if not address:
        return ""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}•••@{domain}" if at else f"••• {address[-SHOWN_END:]}"


def _file_of(found: Notification, house: House) -> str:
    if found.status != NotificationStatus.RECORDED or found.channel == MessageChannel.PORTAL:
        return ""
    return house.recording.file_of(found.idempotency_key).name
