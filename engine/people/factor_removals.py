"""Second factors that somebody has lost, all of them: taken away by two administrators, or by the operator.

One administrator of every office proposes it, another one takes them away or refuses; neither for themselves. Whoever
has lost only one of several needs nobody: they sign in with another, or with a recovery code.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import NoFactors, NotFound, OtherAdministratorNeeded, OwnFactors, RemovalOver, RemovalWaits
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.people import factors, security_log, sign_ins
from engine.people.actors import Actor
from engine.reasons import reason_given
from storage.factors import AuthenticatorApp, FactorRemoval, Passkey, RecoveryCode, RemovalStatus
from storage.security_log import SecurityKind
from storage.sign_ins import EndReason


def propose(session: Session, actor: Actor, person_id: int, reason: str, *, now: datetime) -> None:
    """An administrator asks another one to take somebody's factors away. ``ReasonMissing``, ``OwnFactors``,
    ``NoFactors``, ``RemovalWaits``."""
    _require_other(actor, person_id)
    said = reason_given(reason)
    if factors.locked(session, person_id) is None:
        raise NotFound
    if not factors.held(session, person_id):
        raise NoFactors
    session.add(FactorRemoval(person_id=person_id, reason=said, proposed_by_id=actor.person_id, proposed_at=now))
    try:
        session.flush()
    except IntegrityError as waits:
        raise RemovalWaits from waits
    security_log.note(session, SecurityKind.FACTORS_REMOVAL_PROPOSED, actor, person_id=person_id, at=now)


def agree(session: Session, house: House, actor: Actor, removal_id: int, *, now: datetime) -> None:
    """Another administrator takes the factors away. ``OtherAdministratorNeeded``, ``OwnFactors``, ``RemovalOver``."""
    found = _answered(session, actor, removal_id, RemovalStatus.DONE, now)
    take_away(session, house, actor, found.person_id, now=now)


def refuse(session: Session, actor: Actor, removal_id: int, *, now: datetime) -> None:
    """Another administrator refuses; the factors stay. The same refusals as ``agree``."""
    found = _answered(session, actor, removal_id, RemovalStatus.REFUSED, now)
    security_log.note(session, SecurityKind.FACTORS_REMOVAL_REFUSED, actor, person_id=found.person_id, at=now)


def take_away(session: Session, house: House, actor: Actor, person_id: int, *, now: datetime) -> None:
    """The person signs in with the password alone, and sets up a new factor where their work demands one. All their
    browsers are signed out, and they are told. ``NoFactors``. By itself for the operator only; others ``agree``."""
    actor.require(None, ADMINISTRATOR)
    person = factors.locked(session, person_id)
    if person is None:
        raise NotFound
    taken = factors.held(session, person_id)
    if not taken:
        raise NoFactors
    for kind in (AuthenticatorApp, Passkey, RecoveryCode):
        session.execute(delete(kind).where(kind.person_id == person_id))
    sign_ins.end_all(session, person, EndReason.GROUPS)
    data = {"count": taken.count}
    security_log.note(session, SecurityKind.FACTORS_REMOVED, actor, person_id=person_id, data=data, at=now)
    factors.tell_of_factors(session, person, house.texts["factors_taken_away"], now=now)


def _answered(session: Session, actor: Actor, removal_id: int, status: RemovalStatus, now: datetime) -> FactorRemoval:
    about = session.scalar(select(FactorRemoval.person_id).where(FactorRemoval.id == removal_id))
    factors.locked(session, about)
    wanted = select(FactorRemoval).where(FactorRemoval.id == removal_id).with_for_update()
    found = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound
    _require_other(actor, found.person_id)
    if found.proposed_by_id == actor.person_id:
        raise OtherAdministratorNeeded
    if found.status != RemovalStatus.OPEN:
        raise RemovalOver
    found.status, found.answered_by_id, found.answered_at = status, actor.person_id, now
    session.flush()
    return found


def _require_other(actor: Actor, person_id: int) -> None:
    """An administrator of every office, with an account, who is somebody else."""
    actor.require(None, ADMINISTRATOR)
    if actor.person_id is None:
        raise OtherAdministratorNeeded
    if actor.person_id == person_id:
        raise OwnFactors
