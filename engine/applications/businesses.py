"""Businesses at the counter: an officer compares the registration paper, and the business is verified."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine.case.access_log import Look, note_people
from engine.case.readers import VERIFIED
from engine.errors import AlreadyVerified, NotFound
from engine.errors.businesses import OwnBusiness
from engine.house import House
from engine.namesakes import office_name
from engine.packages.groups import FRONT_OFFICE
from engine.people import security_log
from engine.people.actors import Actor
from engine.people.businesses import BusinessTyped, left_alone, move_representatives, read
from engine.people.identities import mark_verified
from engine.people.names import holder
from engine.people.representatives import has_represented, is_business, representatives_of
from engine.people.telling import tell
from storage.applications import Application
from storage.offices import Office
from storage.people import IdentityStatus, Person
from storage.security_log import SecurityKind


def verify_business(
    session: Session,
    house: House,
    actor: Actor,
    office_id: int,
    business_id: int,
    *,
    name_km: str,
    name_latin: str,
    now: datetime,
) -> int:
    """The front office has compared the paper: the business is verified with its number and these names, and who
    represents it is told. Of one that is verified the paper is noted as seen, where it has the same names. The id of
    the business: where one is verified with the number and nobody represents it any more, that one, and whoever
    claimed this represents that.

    ``BusinessKnown`` where another one that is represented is verified with the number; ``AlreadyVerified`` for other
    names; ``OwnBusiness`` for whoever represents it or did; ``BadAnswers`` for names that cannot be; ``NotFound`` for
    what is no business.
    """
    actor.require(office_id, FRONT_OFFICE)
    business = session.get(Person, business_id, with_for_update=True, populate_existing=True)
    if business is None or not is_business(business):
        raise NotFound
    left = left_alone(session, business)
    if any(has_represented(session, actor.person_id, one.id) for one in (business, left) if one):
        raise OwnBusiness
    paper = read(BusinessTyped(name_km, name_latin, business.id_number))
    if business.identity_status == IdentityStatus.VERIFIED:
        if (business.name_km, business.name_latin) != (paper.name_km, paper.name_latin):
            raise AlreadyVerified
        note_people(session, actor, [business.id], Look("paper_agrees", paper=business.id_kind), now=now)
        return business.id
    if left is not None:
        move_representatives(session, business.id, left.id, now=now)
        begun = update(Application).where(Application.applicant_id == business.id)  # drafts: it could send nothing
        session.execute(begun.values(applicant_id=left.id))
        business = left
    else:
        business.name_km, business.name_latin = paper.name_km, paper.name_latin
        mark_verified(session, business, office_id, now=now)
    _note(session, actor, office_id, business, now=now)
    _tell(session, house, actor, office_id, business, now=now)
    return business.id


def _note(session: Session, actor: Actor, office_id: int, business: Person, *, now: datetime) -> None:
    note_people(session, actor, [business.id], Look(VERIFIED, paper=business.id_kind), now=now)
    data = {"office": session.get_one(Office, office_id).code}
    security_log.note(session, SecurityKind.BUSINESS_VERIFIED, actor, person_id=business.id, data=data, at=now)


def _tell(session: Session, house: House, actor: Actor, office_id: int, business: Person, *, now: datetime) -> None:
    office = office_name(session.get_one(Office, office_id))
    for told in representatives_of(session, business.id):
        facts = {
            "applicant": holder(business)(told.language),
            "office": office(told.language),
            "reason": actor.name_latin if told.language == "en" else actor.name_km,
        }
        key = f"business_verified/{business.id}/{now.isoformat()}"
        tell(session, told, house.texts["business_verified"], facts, key=key, now=now, urgent=True)
