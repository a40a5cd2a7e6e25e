"""Accounts that nobody may use any more: disabled by an administrator, and enabled again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from engine.errors import LastAdministrator, NotFound, OwnAccount
from engine.offices import departures, invitations
from engine.packages.groups import ADMINISTRATOR
from engine.people import security_log, sign_ins
from engine.people.actors import Actor
from storage.people import Membership, Person
from storage.security_log import SecurityKind
from storage.sign_ins import EndReason


def disable(session: Session, actor: Actor, person_id: int, *, today: date, now: datetime) -> None:
    """Nobody signs in to the account from now on, open browsers are signed out, and tasks that the person had claimed
    go back to the group; what they asked others to accept counts no more. Doing it twice is harmless. ``OwnAccount``
    for one's own, ``LastAdministrator`` when nobody would be left who administers every office."""
    actor.require(None, ADMINISTRATOR)
    if person_id == actor.person_id:
        raise OwnAccount
    person = _with_administrators(session, person_id, today)
    if person.disabled_at is not None:
        return
    person.disabled_at = now
    sign_ins.end_all(session, person, EndReason.DISABLED)
    security_log.note(session, SecurityKind.ACCOUNT_DISABLED, actor, person_id=person_id, at=now)
    invitations.revoke_all_of(session, actor, person_id, now=now)
    departures.give_back_of(session, person_id, actor, now=now)


def enable(session: Session, actor: Actor, person_id: int, *, now: datetime) -> None:
    """The person signs in again with the password they had. Harmless for an account that is not disabled."""
    actor.require(None, ADMINISTRATOR)
    person = session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound
    if person.disabled_at is not None:
        person.disabled_at = None
        security_log.note(session, SecurityKind.ACCOUNT_ENABLED, actor, person_id=person_id, at=now)


def _with_administrators(session: Session, person_id: int, today: date) -> Person:
    """The person, locked together with everybody who administers every office, always in the same order: two
    administrators who disable each other at once do so one after the other."""
    administers = exists().where(
        Membership.person_id == Person.id,
        Membership.group == ADMINISTRATOR,
        Membership.office_id.is_(None),
        Membership.from_day <= today,
        or_(Membership.to_day.is_(None), Membership.to_day >= today),
    )
    rows = session.execute(
        select(Person, administers)
        .where(or_(Person.id == person_id, administers))
        .order_by(Person.id)
        .with_for_update(of=Person)
        .execution_options(populate_existing=True)
    ).all()
    person = next((one for one, _ in rows if one.id == person_id), None)
    if person is None:
        raise NotFound
    standing = {one.id for one, is_one in rows if is_one and one.disabled_at is None}
    if standing == {person_id}:
        raise LastAdministrator
    return person
