"""Accounts that nobody may use any more: disabled by an administrator, and enabled again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from engine.errors import NotFound, OwnAccount
from engine.khmer import tidy
from engine.offices import administrators, departures, invitations
from engine.packages.groups import ADMINISTRATOR
from engine.people import security_log, sign_ins
from engine.people.actors import Actor
from engine.reasons import LONGEST
from storage.people import Person
from storage.security_log import SecurityKind
from storage.sign_ins import EndReason


def disable(session: Session, actor: Actor, person_id: int, *, reason: str = "", today: date, now: datetime) -> None:
    """Nobody signs in to the account from now on, open browsers are signed out, and tasks that the person had claimed
    go back to the group; what they asked others to accept counts no more. Doing it twice is harmless. ``OwnAccount``
    for one's own, ``LastAdministrator`` when nobody would be left who administers every office."""
    actor.require(None, ADMINISTRATOR)
    if person_id == actor.person_id:
        raise OwnAccount
    person = administrators.lock_with_another(session, person_id, today=today)
    if person.disabled_at is not None:
        return
    person.disabled_at = now
    sign_ins.end_all(session, person, EndReason.DISABLED)
    why = {"reason": tidy(reason)[:LONGEST]} if reason else {}
    security_log.note(session, SecurityKind.ACCOUNT_DISABLED, actor, person_id=person_id, data=why, at=now)
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
