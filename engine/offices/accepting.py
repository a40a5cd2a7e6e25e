"""Accepting an invitation: the link is opened, the contact shown by a code, a password set, and only then it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import BadAnswers, ProofOver
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.offices import invitations, officers
from engine.offices.invitations import Post, by_token
from engine.people import codes, passwords, security_log, sign_ins
from engine.people.actors import Actor, Place
from engine.people.codes import NOBODY_KNOWN, Asker, CodeRequest
from engine.people.contacts import ContactPoint, proved_contacts, require_room, write_proved
from engine.people.door import password_fault
from engine.people.names import holder
from engine.people.telling import tell_everywhere
from storage.codes import CodePurpose
from storage.invitations import Invitation, InvitationKind, OfferedGroup
from storage.offices import Office
from storage.people import IdentityStatus, Person
from storage.security_log import SecurityKind
from storage.sign_ins import EndReason


@dataclass(frozen=True, slots=True)
class Opened:
    """What whoever opens the link is shown: whom it is for, who asks (``None`` for the operator), which groups at which
    offices (``None``: every office) with their days, and where the code goes; no code is asked of one by hand.
    ``is_let_back_in``: an officer who serves already and has forgotten the password."""

    invitation_kind: InvitationKind
    name: Bilingual
    asked_by: Bilingual | None
    groups: tuple[tuple[str, Bilingual | None, date, date | None], ...]
    to: ContactPoint
    needs_code: bool
    sets_password: bool
    is_let_back_in: bool
    ends_at: datetime


def opened(session: Session, token: str, *, now: datetime) -> Opened:
    """What the link leads to. ``InvitationOver``."""
    row, person = by_token(session, token, now=now)
    asker = None if row.asked_by_id is None else session.get(Person, row.asked_by_id)
    rows = session.execute(
        select(OfferedGroup, Office)
        .outerjoin(Office, Office.id == OfferedGroup.office_id)
        .where(OfferedGroup.invitation_id == row.id)
        .order_by(OfferedGroup.id)
    )
    return Opened(
        row.invitation_kind,
        holder(person),
        holder(asker) if asker else None,
        tuple((one.group, office_name(at) if at else None, one.from_day, one.to_day) for one, at in rows),
        ContactPoint(row.channel, row.address),
        needs_code=not row.is_by_hand,
        sets_password=row.invitation_kind != InvitationKind.GROUPS,
        is_let_back_in=row.invitation_kind == InvitationKind.NEW_PASSWORD,
        ends_at=row.ends_at,
    )


def send_code(session: Session, house: House, token: str, *, by: Actor = NOBODY_KNOWN, now: datetime) -> str:
    """Sends a code to the contact of the invitation; the token that belongs to it. ``InvitationOver``,
    ``TooManyCodes``."""
    row, person = by_token(session, token, now=now)
    point, asker = ContactPoint(row.channel, row.address), Asker(f"invitation {row.id}", is_stranger=False, by=by)
    wanted = CodeRequest(CodePurpose.INVITATION, point, person.language, person.id, asker=asker)
    return codes.ask(session, house, wanted, now=now)


def accept(
    session: Session,
    house: House,
    token: str,
    code_token: str,
    password: str,
    *,
    place: Place,
    today: date,
    now: datetime,
) -> None:
    """What was offered counts from now on, once. ``InvitationOver``; ``ProofOver`` without the code that came back;
    ``ContactFull``; ``BadAnswers`` for the password."""
    row, person = by_token(session, token, locked=True, now=now)
    point = ContactPoint(row.channel, row.address)
    _require_shown(session, row, code_token, point, now)
    actor = Actor(person.id, person.name_km, person.name_latin, place=place)
    if row.invitation_kind == InvitationKind.GROUPS:
        security_log.note(session, SecurityKind.INVITATION_ACCEPTED, actor, person_id=person.id, at=now)
    elif row.invitation_kind == InvitationKind.ACCOUNT:
        require_room(session, point, person.id)
        write_proved(person, point, now=now)
        _set_password(session, house, person, password, today)
        person.identity_status = IdentityStatus.VERIFIED
        security_log.note(session, SecurityKind.INVITATION_ACCEPTED, actor, person_id=person.id, at=now)
    else:
        _set_password(session, house, person, password, today)
        security_log.note(session, SecurityKind.RESET_DONE, actor, person_id=person.id, at=now)
        tell_everywhere(session, person, house.texts["password_set_again"], {}, key=f"reset/{row.id}", now=now)
    row.accepted_at = now
    for one in invitations.offers(session, row.id):
        post = Post(one.group, _code_of(session, one.office_id), one.from_day, one.to_day)
        officers.take_up(session, actor, person.id, one.office_id, post, today=today, now=now)


def _require_shown(session: Session, row: Invitation, code_token: str, point: ContactPoint, now: datetime) -> None:
    """That whoever accepts holds the contact. An account that exists must have it still."""
    if row.invitation_kind != InvitationKind.ACCOUNT:
        person = session.get_one(Person, row.person_id)
        if point not in proved_contacts(person):
            raise ProofOver
    if row.is_by_hand:
        return
    shown = codes.use(session, code_token, CodePurpose.INVITATION, now=now)
    if (shown.person_id, shown.point) != (row.person_id, point):
        raise ProofOver


def _set_password(session: Session, house: House, person: Person, password: str, today: date) -> None:
    """Whoever shares the contact has another one: it says whose account is opened."""
    for point in proved_contacts(person):
        if fault := password_fault(session, house, password, person, point, today=today):
            raise BadAnswers({"password": fault})
    person.password_hash = passwords.hashed(house.passwords, password)
    sign_ins.end_all(session, person, EndReason.PASSWORD)


def _code_of(session: Session, office_id: int | None) -> str | None:
    return None if office_id is None else session.get_one(Office, office_id).code
