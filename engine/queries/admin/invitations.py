"""Invitations that nobody has accepted yet, as administrators see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotAllowed
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.offices.invitations import is_business_of, is_open
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.people.contacts import ContactPoint, shortened
from engine.people.names import holder
from storage.invitations import Invitation, InvitationKind, OfferedGroup
from storage.offices import Office
from storage.people import Person

SHOWN_FOR: Final = timedelta(days=30)
"""So long after its days an invitation is still shown, to be sent again."""
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """An open invitation: for whom, by which contact (shortened), for which groups (office ``None``: everywhere), until
    when; ``is_over``: nobody can accept it before it is sent again."""

    id: int
    person_id: int
    name: Bilingual
    kind: InvitationKind
    contact: str
    groups: tuple[tuple[str, Bilingual | None], ...]
    ends_at: datetime
    is_over: bool
    is_by_hand: bool


def invitation_lines(
    session: Session, actor: Actor, *, person_id: int | None = None, now: datetime
) -> tuple[InvitationLine, ...]:
    """What is the administrator's business, the newest first, of one person or of all; two statements."""
    if ADMINISTRATOR not in actor.groups:
        raise NotAllowed
    wanted = (
        select(Invitation, Person)
        .join(Person, Person.id == Invitation.person_id)
        .where(is_open(), Invitation.ends_at > now - SHOWN_FOR)
        .order_by(Invitation.id.desc())
        .limit(MOST)
    )
    rows = session.execute(wanted if person_id is None else wanted.where(Person.id == person_id)).all()
    offered = _offered(session, [row.id for row, _ in rows])
    return tuple(
        _line(row, person, offered.get(row.id, ()), now)
        for row, person in rows
        if is_business_of(actor, row, [one.office_id for one, _ in offered.get(row.id, ())])
    )


def _offered(session: Session, ids: Sequence[int]) -> Mapping[int, tuple[tuple[OfferedGroup, Office | None], ...]]:
    rows = session.execute(
        select(OfferedGroup, Office)
        .outerjoin(Office, Office.id == OfferedGroup.office_id)
        .where(OfferedGroup.invitation_id.in_(ids))
        .order_by(OfferedGroup.id)
    )
    found: dict[int, tuple[tuple[OfferedGroup, Office | None], ...]] = {}
    for one, at in rows:
        found[one.invitation_id] = (*found.get(one.invitation_id, ()), (one, at))
    return found


def _line(
    row: Invitation, person: Person, offered: Sequence[tuple[OfferedGroup, Office | None]], now: datetime
) -> InvitationLine:
    return InvitationLine(
        row.id,
        person.id,
        holder(person),
        row.invitation_kind,
        shortened(ContactPoint(row.channel, row.address)),
        tuple((one.group, office_name(at) if at else None) for one, at in offered),
        row.ends_at,
        is_over=row.ends_at <= now,
        is_by_hand=row.is_by_hand,
    )
