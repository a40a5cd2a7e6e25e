"""Disputes about a verified identity: for the pages of the front office that began one, and of the head who decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from engine.applications.counter import read_identity
from engine.case.rivals import WHO_DISPUTES
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages.groups import FRONT_OFFICE, HEAD
from engine.people.actors import Actor
from engine.people.identities import VERIFICATION, Identity, number_of, verified_with
from engine.queries.office.claims import ClaimShown, person_shown, verified_shown
from engine.queries.shared.pages import PAGE_SIZE, Page, page_of
from engine.queries.shared.people import person_name
from storage.applications import Application, ApplicationStatus
from storage.disputes import DisputeStatus, IdentityDispute
from storage.offices import Office
from storage.people import IdentityStatus, Person

_Asker, _Answerer = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class DisputeLine:
    """A dispute in the list of its office, without the people whom it is about."""

    key: str
    status: DisputeStatus
    office: Bilingual
    reason: str
    asked_by: Bilingual
    asked_at: datetime
    answer: str
    answered_by: Bilingual | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class DisputePage:
    """A dispute with both people side by side, the claimant first. ``running``: how many applications of the holder are
    held if the head agrees. ``may_answer``: the reader is the second person; ``may_take_back``: the reader asked."""

    line: DisputeLine
    people: tuple[ClaimShown, ClaimShown]
    running: int
    may_answer: bool
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class KnownHolder:
    """Whoever is verified with the paper in front of an officer, beside what was typed from it: what agrees and what
    does not, and nothing else before a dispute is begun."""

    typed: ClaimShown
    holder: ClaimShown

    @property
    def people(self) -> tuple[ClaimShown, ClaimShown]:
        return self.typed, self.holder


def disputes(session: Session, actor: Actor, page: int = 1, *, size: int = PAGE_SIZE) -> Page[DisputeLine]:
    """The disputes of the actor's offices, what waits first, then the newest; two statements."""
    wanted = _rows(actor).order_by(IdentityDispute.status != DisputeStatus.ASKED, IdentityDispute.id.desc())
    return page_of(session, wanted, _line, page, size=size)


def dispute_page(session: Session, house: House, actor: Actor, key: str) -> DisputePage:
    """One of them; ``NotFound`` when it is none of the actor's offices, or about the actor."""
    row = session.execute(_rows(actor).where(IdentityDispute.key == key)).one_or_none()
    if row is None:
        raise NotFound
    dispute: IdentityDispute = row[0]
    holder, claimant = (session.get_one(Person, one) for one in (dispute.holder_id, dispute.claimant_id))
    waits, mine = dispute.status == DisputeStatus.ASKED, dispute.asked_by_id == actor.person_id
    mine_to_run = Application.applicant_id == holder.id, Application.status == ApplicationStatus.RUNNING
    return DisputePage(
        line=_line(row),
        people=(_as_known(session, house, actor, claimant), verified_shown(session, house, actor, holder)),
        running=len(session.scalars(select(Application.id).where(*mine_to_run)).all()),
        may_answer=waits and not mine and actor.acts_for(HEAD, dispute.office_id),
        may_take_back=waits and mine,
    )


def known_holder(
    session: Session, house: House, actor: Actor, office_id: int, raw: Mapping[str, Any], *, now: datetime
) -> KnownHolder | None:
    """Who is verified with the paper from which ``raw`` was typed at the counter; ``None`` when nobody is any more."""
    actor.require(office_id, FRONT_OFFICE)
    identity = read_identity(session, house, session.get_one(Office, office_id), raw, now=now)
    holder = verified_with(session, identity.id_kind, number_of(identity))
    if holder is None:
        return None
    typed = _typed(identity)
    return KnownHolder(typed, _masked(verified_shown(session, house, actor, holder), typed))


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    mine = IdentityDispute.holder_id != actor.person_id, IdentityDispute.claimant_id != actor.person_id
    wanted = (
        select(IdentityDispute, Office, _Asker, _Answerer)
        .join(Office, Office.id == IdentityDispute.office_id)
        .join(_Asker, _Asker.id == IdentityDispute.asked_by_id)
        .outerjoin(_Answerer, _Answerer.id == IdentityDispute.answered_by_id)
        .where(*mine)
    )
    offices = actor.offices(*WHO_DISPUTES)
    return wanted if offices is None else wanted.where(IdentityDispute.office_id.in_(sorted(offices)))


def _line(row: Any) -> DisputeLine:
    dispute, office, asker, answerer = row
    return DisputeLine(
        key=dispute.key,
        status=dispute.status,
        office=office_name(office),
        reason=dispute.reason,
        asked_by=person_name(asker.name_km, asker.name_latin),
        asked_at=dispute.asked_at,
        answer=dispute.answer,
        answered_by=person_name(answerer.name_km, answerer.name_latin) if answerer else None,
        answered_at=dispute.answered_at,
    )


def _as_known(session: Session, house: House, actor: Actor, person: Person) -> ClaimShown:
    """A claimant with the papers of the verification that runs, where one does."""
    if person.identity_status == IdentityStatus.VERIFIED:
        return verified_shown(session, house, actor, person)
    running = Application.service_key == VERIFICATION, Application.status == ApplicationStatus.RUNNING
    sent = session.scalar(select(Application).where(Application.applicant_id == person.id, *running).limit(1))
    return person_shown(session, house, actor, person, sent, office_id=sent.office_id if sent else None)


def _masked(shown: ClaimShown, typed: ClaimShown) -> ClaimShown:
    """What agrees with the paper, and no more: whoever types numbers learns nothing of the people who have them."""
    return replace(
        shown,
        key="",
        reference="",
        name_km=shown.name_km if shown.name_km == typed.name_km else "",
        name_latin=shown.name_latin if shown.name_latin.casefold() == typed.name_latin.casefold() else "",
        born_on=shown.born_on if shown.born_on == typed.born_on else None,
        documents=(),
        is_masked=True,
    )


def _typed(identity: Identity) -> ClaimShown:
    return ClaimShown(
        person_id=0,
        key="",
        reference="",
        name_km=identity.name_km,
        name_latin=identity.name_latin,
        sex=identity.sex,
        born_on=identity.born_on,
        id_number=number_of(identity),
        identity_status=IdentityStatus.UNVERIFIED,
        claimed_at=None,
        verified_at=None,
        office=None,
        documents=(),
    )
