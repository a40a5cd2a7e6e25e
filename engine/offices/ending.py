"""The end of what somebody does in a group: at once, or on a day that comes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import DaysContradict, NotInGroup
from engine.khmer import tidy
from engine.offices import administrators, departures, invitations
from engine.offices.officers import days_in_words, held_from, office_id_of
from engine.packages.groups import ADMINISTRATOR
from engine.people import security_log, sign_ins
from engine.people.actors import Actor
from engine.reasons import LONGEST
from storage.invitations import Invitation, OfferedGroup
from storage.people import Membership, Person
from storage.security_log import SecurityKind
from storage.sign_ins import EndReason


def end_grant(
    session: Session,
    actor: Actor,
    person_id: int,
    group: str,
    *,
    office_code: str | None,
    reason: str = "",
    today: date,
    now: datetime,
) -> None:
    """Yesterday was the person's last day in the group; every sign-in of the person ends, and what they had claimed
    there goes back to the group. What was to begin later begins no more. What was only offered is offered no more, nor
    what an administrator asked for. ``NotInGroup`` when there is neither; ``LastAdministrator`` when nobody else would
    administer every office."""
    office_id = office_id_of(session, office_code)
    actor.require(office_id, ADMINISTRATOR)
    held = held_from(session, person_id, group, office_id, today)
    if not held and not _withdrawn(session, person_id, group, office_id):
        raise NotInGroup(group=group)
    if held:
        _require_another(session, person_id, group, office_id, today)
    which = {"group": group, "office": office_code, "last": None, "reason": tidy(reason)[:LONGEST]}
    security_log.note(session, SecurityKind.GROUP_ENDED, actor, person_id=person_id, data=which, at=now)
    if not held:
        return
    _cut(session, held, today - timedelta(days=1))
    sign_ins.end_all(session, session.get_one(Person, person_id), EndReason.GROUPS)
    if group == ADMINISTRATOR:
        invitations.revoke_all_of(session, actor, person_id, now=now)
    departures.give_back_of(session, person_id, actor, now=now)


def keep_until(
    session: Session,
    actor: Actor,
    person_id: int,
    group: str,
    *,
    office_code: str | None,
    last_day: date | None,
    reason: str = "",
    today: date,
    now: datetime,
) -> None:
    """The person stays in the group to the end of that day, or without one until further notice; the rights end then
    by themselves, in open browsers too, and what is claimed goes back to the group. ``DaysContradict`` for a day that
    has passed; ``NotInGroup``; ``LastAdministrator``."""
    office_id = office_id_of(session, office_code)
    actor.require(office_id, ADMINISTRATOR)
    held = held_from(session, person_id, group, office_id, today)
    if not held:
        raise NotInGroup(group=group)
    if last_day is not None and last_day < max(today, held[0].from_day):
        raise DaysContradict
    was = held[-1].to_day
    if was == last_day:
        return
    if last_day is not None:
        _require_another(session, person_id, group, office_id, today)
        _cut(session, held, last_day)
    held = held_from(session, person_id, group, office_id, today)
    held[-1].to_day = last_day
    days = days_in_words(held[-1].from_day, last_day) | {"was": was.isoformat() if was else None}
    data = {"group": group, "office": office_code, **days, "reason": tidy(reason)[:LONGEST]}
    security_log.note(session, SecurityKind.GROUP_DAYS_CHANGED, actor, person_id=person_id, data=data, at=now)


def _require_another(session: Session, person_id: int, group: str, office_id: int | None, today: date) -> None:
    """For an administrator of every office: that another one stays."""
    if group == ADMINISTRATOR and office_id is None:
        administrators.lock_with_another(session, person_id, today=today)


def _cut(session: Session, held: Sequence[Membership], last_day: date) -> None:
    """None of these lasts longer; one that would begin later is not kept."""
    for one in held:
        if one.from_day > last_day:
            session.delete(one)
        elif one.to_day is None or one.to_day > last_day:
            one.to_day = last_day
    session.flush()


def _withdrawn(session: Session, person_id: int, group: str, office_id: int | None) -> bool:
    """Takes the group out of what the person was offered and has not accepted; whether it was there."""
    mine = select(Invitation.id).where(Invitation.person_id == person_id, invitations.is_open())
    offered = select(OfferedGroup).where(
        OfferedGroup.invitation_id.in_(mine),
        OfferedGroup.group == group,
        OfferedGroup.office_id.is_not_distinct_from(office_id),
    )
    found = session.scalars(offered.with_for_update()).all()
    for one in found:
        session.delete(one)
    return bool(found)
