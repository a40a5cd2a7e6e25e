"""The outbox for administrators: what waits to leave, what could not leave, what left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any, Final

from sqlalchemy import Select, bindparam, or_, select, text
from sqlalchemy.orm import Session

from engine.case.kept_apart import not_apart
from engine.errors import NotFound
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.shared.pages import PAGE_SIZE
from engine.queries.shared.stretches import BEGINNING, Order, Stretch, Wanted, Way, counted, stretch_of
from storage.applications import Application
from storage.complaints import KeptApart
from storage.messages import HAS_LEFT, MessageChannel, Notification, NotificationStatus

STATES = (
    NotificationStatus.PENDING,
    NotificationStatus.FAILED,
    NotificationStatus.RECORDED,
    NotificationStatus.SENT,
    NotificationStatus.DELIVERED,
)
SHOWN_END = 4
_ROWS: Final = select(Notification, Application).outerjoin(Application, Application.id == Notification.application_id)
_FIRST_TO_GO: Final = Order(Notification.id, Notification.id, Notification.next_attempt_at)
_NEWEST: Final = Order(Notification.id, Notification.id, Notification.created_at, newest_first=True)
_ORDER: Final[Mapping[str, Order]] = {
    state: _FIRST_TO_GO if state == NotificationStatus.PENDING else _NEWEST for state in STATES
}


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


def message_counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many messages are in each state, as far as they are counted (``MOST_COUNTED``); one statement."""
    offices = actor.offices(ADMINISTRATOR)
    counts = [counted(_ways(state, everywhere=offices is None), _ORDER[state]).label(state) for state in STATES]
    values = {"offices": sorted(offices or ()), "me": actor.person_id}
    return dict(session.execute(select(*counts), values).one()._mapping)


def message_lines(
    session: Session,
    house: House,
    actor: Actor,
    *,
    status: str,
    wanted: Wanted = BEGINNING,
    size: int = PAGE_SIZE,
    total: int,
) -> Stretch[MessageLine]:
    """Messages in this state, of ``total``: those that wait in the order they will be tried, the others newest
    first."""
    offices = actor.offices(ADMINISTRATOR)
    return stretch_of(
        session,
        _ROWS,
        partial(_line, house=house),
        wanted,
        ways=_ways(status, everywhere=offices is None),
        values={"offices": sorted(offices or ()), "me": actor.person_id},
        order=_ORDER[status],
        size=size,
        total=total,
    )


@cache
def _ways(status: str, *, everywhere: bool) -> tuple[Way, ...]:
    """What is in this state; what is being sent waits still."""
    theirs = select(Application.id).where(Application.office_id.in_(bindparam("offices", expanding=True)))
    mine = select(KeptApart.application_id).where(KeptApart.person_id == bindparam("me"))
    apart = Notification.application_id.in_(mine)
    is_theirs = or_(Notification.application_id.is_(None), ~apart)
    here = (is_theirs,) if everywhere else (Notification.application_id.in_(theirs), is_theirs)
    if status == NotificationStatus.PENDING:
        return ((Notification.waits(), *here),)
    return ((text(HAS_LEFT), Notification.status == status, *here),)


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
    shown = _ROWS.where(or_(Notification.application_id.is_(None), not_apart(actor, Notification.application_id)))
    return shown if offices is None else shown.where(Application.office_id.in_(offices))


def _line(row: Any, house: House) -> MessageLine:
    found, application = row.Notification, row.Application
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
