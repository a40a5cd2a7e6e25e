"""Disputes: somebody shows, at the counter, the paper of a number with which another account is verified.

The front office that holds the original begins it; a second officer, the head of that office, decides. Until then the
account that is verified stays so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications.counter import read_identity
from engine.case.access_log import Look, note_people
from engine.case.opening import lock_case
from engine.case.readers import REGISTERED, VERIFIED
from engine.case.rivals import WHO_DISPUTES
from engine.case.turn import Turn
from engine.errors import (
    DisputeWaits,
    NotAllowed,
    NotFound,
    OriginalNotSeen,
    SecondPersonNeeded,
    StalePage,
)
from engine.flow.by_hand import hold
from engine.house import House
from engine.localise import PHNOM_PENH
from engine.namesakes import office_name
from engine.packages.groups import FRONT_OFFICE, HEAD
from engine.people import identities, notices, security_log, sign_ins
from engine.people.actors import Actor
from engine.people.identities import VERIFICATION, Identity
from engine.people.members import members
from engine.people.notices import News
from engine.people.telling import tell
from engine.reasons import reason_given
from engine.references import new_key
from storage.applications import Application, ApplicationStatus, Outcome
from storage.disputes import DisputeStatus, IdentityDispute
from storage.notices import NoticeKind, NoticePlace
from storage.offices import Office
from storage.people import IdentityStatus, Person
from storage.security_log import SecurityKind
from storage.sign_ins import EndReason


def ask(
    session: Session,
    house: House,
    actor: Actor,
    office_id: int,
    raw: Mapping[str, Any],
    *,
    person_id: int | None = None,
    original_seen: bool,
    reason: str,
    now: datetime,
) -> str:
    """Asks the head of the office for a verified identity to be that of whoever stands at the counter: the key of the
    dispute. The person gets an account where they have none (``person_id``), and is not verified yet; whoever is
    verified is told.

    ``raw`` is what the browser posted for ``counter.identity_form``. ``BadAnswers``, ``OriginalNotSeen``,
    ``ReasonMissing``; ``StalePage`` when nobody is verified with the paper any more, ``DisputeWaits``,
    ``AlreadyVerified``, ``NotAllowed`` for one's own account.
    """
    actor.require(office_id, FRONT_OFFICE)
    office = session.get(Office, office_id)
    if office is None:
        raise NotFound
    identity = read_identity(session, house, office, raw, now=now)
    if not original_seen:
        raise OriginalNotSeen
    why = reason_given(reason)
    holder = _holder(session, identity, person_id, actor)
    claimant = identities.claim_identity(session, identity, person_id, now=now)
    dispute = _begun((holder, claimant), office, why, actor, now)
    session.add(dispute)
    for person, deed in ((holder, "disputed"), (claimant, "disputed" if person_id else REGISTERED)):
        note_people(session, actor, [person.id], Look(deed, paper=identity.id_kind), now=now)
    _note(session, SecurityKind.IDENTITY_DISPUTED, actor, dispute, now=now)
    _tell(session, house, holder, "identity_disputed", dispute, now=now)
    _tell_heads(session, dispute, actor, now)
    return dispute.key


def agree(session: Session, house: House, actor: Actor, key: str, *, reason: str, now: datetime) -> None:
    """The head agrees: the identity is the claimant's. The account that had it is refused, all its browsers are signed
    out, and its running applications are held until an administrator lets them go on. Agreeing twice is harmless.

    ``SecondPersonNeeded`` for who asked, ``NotAllowed`` for whoever it is about, ``StalePage`` when it was answered
    otherwise or either account changed since, ``ReasonMissing``.
    """
    dispute, office = _locked(session, actor, key, HEAD)
    if dispute.status == DisputeStatus.AGREED and dispute.answered_by_id == actor.person_id:
        return
    if dispute.status != DisputeStatus.ASKED:
        raise StalePage
    if dispute.asked_by_id == actor.person_id:
        raise SecondPersonNeeded
    why = reason_given(reason)
    turns = _turns(session, house, actor, dispute.holder_id, now)
    holder, claimant = _people(session, dispute)
    _answer(dispute, DisputeStatus.AGREED, actor, why, now)
    identities.take_back(session, holder)
    claimant.id_kind, claimant.id_number = dispute.id_kind, dispute.id_number
    identities.mark_verified(session, claimant, office.id, now=now)
    note_people(session, actor, [claimant.id], Look(VERIFIED, paper=dispute.id_kind), now=now)
    sign_ins.end_all(session, holder, EndReason.GROUPS)
    for turn in turns:
        turn.record("identity_overturned", data={"office": office.code}, personal={"reason": why})
        if turn.case.application.status == ApplicationStatus.RUNNING:
            hold(turn, {"reason": why})
    _note(session, SecurityKind.IDENTITY_OVERTURNED, actor, dispute, now=now)
    _tell(session, house, holder, "identity_overturned", dispute, now=now)
    _tell(session, house, claimant, "identity_yours", dispute, now=now)


def decline(session: Session, house: House, actor: Actor, key: str, *, reason: str, now: datetime) -> None:
    """Everything stays as it is: the head does not agree, or whoever asked takes it back. Declining twice is harmless.
    ``StalePage`` once it was agreed to, ``NotAllowed`` for whoever it is about, ``ReasonMissing``."""
    dispute, office = _locked(session, actor, key, *WHO_DISPUTES)
    if dispute.status == DisputeStatus.DECLINED:
        return
    if dispute.status != DisputeStatus.ASKED:
        raise StalePage
    if dispute.asked_by_id != actor.person_id:
        actor.require(office.id, HEAD)
    _answer(dispute, DisputeStatus.DECLINED, actor, reason_given(reason), now)
    holder, claimant = (session.get_one(Person, one) for one in (dispute.holder_id, dispute.claimant_id))
    identities.end_claim(session, claimant, IdentityStatus.REFUSED)
    _note(session, SecurityKind.IDENTITY_KEPT, actor, dispute, now=now)
    _tell(session, house, holder, "identity_stays", dispute, now=now)
    _tell(session, house, claimant, "identity_not_yours", dispute, now=now)


def _begun(people: tuple[Person, Person], office: Office, why: str, actor: Actor, now: datetime) -> IdentityDispute:
    holder, claimant = people
    return IdentityDispute(
        key=new_key(),
        status=DisputeStatus.ASKED,
        office_id=office.id,
        holder_id=holder.id,
        claimant_id=claimant.id,
        id_kind=holder.id_kind,
        id_number=holder.id_number,
        reason=why,
        asked_at=now,
        asked_by_id=actor.person_id,
        answer="",
    )


def _holder(session: Session, identity: Identity, person_id: int | None, actor: Actor) -> Person:
    """Who is verified with the paper, locked: of two who begin a dispute at the same moment one finds the other's."""
    holder = identities.verified_with(session, identity.id_kind, identities.number_of(identity))
    if holder is None or holder.id == person_id:
        raise StalePage
    if actor.person_id in (holder.id, person_id):
        raise NotAllowed
    session.refresh(holder, with_for_update=True)
    if holder.identity_status != IdentityStatus.VERIFIED:
        raise StalePage
    waits = IdentityDispute.holder_id == holder.id, IdentityDispute.status == DisputeStatus.ASKED
    if session.scalar(select(IdentityDispute.id).where(*waits)) is not None:
        raise DisputeWaits
    return holder


def _locked(session: Session, actor: Actor, key: str, *groups: str) -> tuple[IdentityDispute, Office]:
    dispute = session.scalar(select(IdentityDispute).where(IdentityDispute.key == key).with_for_update())
    if dispute is None:
        raise NotFound
    actor.require(dispute.office_id, *groups)
    if actor.person_id in (dispute.holder_id, dispute.claimant_id):
        raise NotAllowed
    return dispute, session.get_one(Office, dispute.office_id)


def _turns(session: Session, house: House, actor: Actor, holder_id: int, now: datetime) -> list[Turn]:
    """The running applications of whoever loses the identity, and the verification that gave it; locked before the
    people are, as everywhere."""
    running = Application.status == ApplicationStatus.RUNNING
    verified = (Application.service_key == VERIFICATION) & (Application.outcome == Outcome.VERIFIED)
    wanted = select(Application.id).where(Application.applicant_id == holder_id, running | verified)
    ids = session.scalars(wanted.order_by(Application.id)).all()
    return [Turn(session, house, lock_case(session, house, one), actor, now) for one in ids]


def _people(session: Session, dispute: IdentityDispute) -> tuple[Person, Person]:
    """The two, locked; ``StalePage`` when the one is not verified with the number any more, or the other is with
    another."""
    both = Person.id.in_((dispute.holder_id, dispute.claimant_id))
    rows = select(Person).where(both).order_by(Person.id).with_for_update()
    people = {one.id: one for one in session.scalars(rows.execution_options(populate_existing=True))}
    holder, claimant = people[dispute.holder_id], people[dispute.claimant_id]
    is_held = (holder.id_kind, holder.id_number) == (dispute.id_kind, dispute.id_number)
    statuses = holder.identity_status, claimant.identity_status
    if not is_held or statuses[0] != IdentityStatus.VERIFIED or statuses[1] == IdentityStatus.VERIFIED:
        raise StalePage
    return holder, claimant


def _answer(dispute: IdentityDispute, status: DisputeStatus, actor: Actor, why: str, now: datetime) -> None:
    dispute.status, dispute.answer = status, why
    dispute.answered_at, dispute.answered_by_id = now, actor.person_id


def _note(session: Session, kind: SecurityKind, actor: Actor, dispute: IdentityDispute, *, now: datetime) -> None:
    office = session.get_one(Office, dispute.office_id)
    data = {"office": office.code, "claimant": dispute.claimant_id}
    security_log.note(session, kind, actor, person_id=dispute.holder_id, data=data, at=now)


def _tell_heads(session: Session, dispute: IdentityDispute, actor: Actor, now: datetime) -> None:
    """Under their bell: whoever may decide. It names nobody."""
    heads = members((HEAD,), dispute.office_id, now.astimezone(PHNOM_PENH).date())
    about = News(NoticeKind.DISPUTE, dispute.key, NoticePlace.DISPUTE, dispute.key)
    concerned = (actor.person_id, dispute.holder_id, dispute.claimant_id)
    notices.tell(session, about, set(session.scalars(heads)) - set(concerned), now=now)


def _tell(
    session: Session, house: House, person: Person, message: str, dispute: IdentityDispute, *, now: datetime
) -> None:
    office = office_name(session.get_one(Office, dispute.office_id))(person.language)
    facts = {"office": office, "reason": dispute.answer.rstrip(".។ ")}
    key = f"dispute/{dispute.key}/{message}"
    tell(session, person, house.texts[message], facts, key=key, now=now, urgent=True)
