"""Helping: a child, a neighbour or a volunteer acts for somebody who told them the code from their own telephone.

While somebody acts for another, use cases see that other person (``Actor.helper`` says who acts): what is theirs is
within reach, nothing of the helper's own, and no office. What happened names both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from engine.errors import (
    ActsAlready,
    BadAnswers,
    HelperNotVerified,
    NotAnEmail,
    NotAPhone,
    NotFound,
    NotYourself,
    TooManyHelped,
    TooManyHelpers,
)
from engine.errors.businesses import TooManyBusinesses
from engine.house import House
from engine.khmer import Bilingual
from engine.localise import plain_day
from engine.people import codes, security_log
from engine.people.actors import Actor, Helper
from engine.people.codes import Asker, CodeRequest
from engine.people.contacts import contact_point, people_proved
from engine.people.names import holder, shortened_name
from engine.people.representatives import businesses_of, is_business, representatives_of, require_another
from engine.people.telling import tell
from storage.codes import CodePurpose
from storage.mandates import NO_LAST_DAY, Mandate, MandateKind
from storage.people import IdentityStatus, Person
from storage.security_log import SecurityKind

USUAL_DAYS: Final = 90
LONGEST_DAYS: Final = 366
_OTHER: Final = aliased(Person)
MOST_HELPED: Final = 10
MOST_HELPERS: Final = 5


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody whom the proved contact reaches, or a business that they represent."""

    person_id: int
    name: Bilingual
    is_business: bool = False


@dataclass(frozen=True, slots=True)
class MandateLine:
    """A mandate that stands, with the other of the two."""

    id: int
    other: Bilingual
    kind: MandateKind
    made_at: datetime
    last_day: date


def ask(session: Session, house: House, actor: Actor, typed: str, *, today: date, now: datetime) -> str:
    """Sends a code to the telephone or mailbox of whoever is to be helped; the token that belongs to it. Whether
    anybody has an account with it makes no difference. ``HelperNotVerified``, ``TooManyHelped``, ``TooManyCodes``;
    ``BadAnswers`` for what is neither telephone nor e-mail."""
    helper = require_helper(session, actor)
    _require_few(session, Mandate.helper_id == helper.id, today)
    point = contact_point(typed)
    if point is None:
        raise BadAnswers({"contact": NotAnEmail() if "@" in typed else NotAPhone()})
    name = holder(helper)(helper.language)
    wanted = CodeRequest(
        CodePurpose.HELP, point, helper.language, person_id=helper.id, message="code_to_be_helped",
        facts={"person": name}, asker=Asker(f"person {helper.id}", by=actor),
    )  # fmt: skip
    return codes.ask(session, house, wanted, now=now)


def reached(session: Session, actor: Actor, token: str, *, now: datetime) -> tuple[Reached, ...]:
    """Whom the contact reaches whose code was given back, without the helper, and the businesses that they represent;
    nobody where it has no account. Of the names of a family only as much as those who know them need."""
    shown = codes.proof(session, token, CodePurpose.HELP, now=now)
    if shown.person_id != actor.person_id:
        raise NotFound
    found = [one for one in people_proved(session, shown.point) if one.disabled_at is None]
    others = [one for one in found if one.id != actor.person_id]
    theirs = businesses_of(session, [one.id for one in others]) if others else ()
    return (
        *(Reached(one.id, shortened_name(one)) for one in others),
        *(Reached(one.id, holder(one), is_business=True) for one in theirs),
    )


def make(
    session: Session,
    house: House,
    actor: Actor,
    token: str,
    *,
    person_id: int,
    kind: str,
    days: int,
    today: date,
    now: datetime,
) -> None:
    """The actor acts for this person from now on, who told them the code. Both are told. ``ProofOver`` for a code that
    was used; ``ActsAlready``, ``TooManyHelpers``, ``NotYourself``; ``NotFound`` for anybody whom the contact does not
    reach."""
    helper = require_helper(session, actor)
    if person_id == helper.id:
        raise NotYourself
    if person_id not in {one.person_id for one in reached(session, actor, token, now=now)}:
        raise NotFound
    codes.use(session, token, CodePurpose.HELP, now=now)
    person = session.get_one(Person, person_id, with_for_update=True)
    if _count(session, Mandate.person_id == person.id, today) >= MOST_HELPERS:
        raise TooManyHelpers(most=MOST_HELPERS)
    if is_business(person):
        require_few_businesses(session, helper.id, today)
        known, last_day = MandateKind.REPRESENTATIVE, NO_LAST_DAY
    else:
        _require_few(session, Mandate.helper_id == helper.id, today)
        known, last_day = _kind(kind), today + timedelta(days=max(1, min(days, LONGEST_DAYS)))
    mandate = Mandate(helper_id=helper.id, person_id=person.id, mandate_kind=known, made_at=now, last_day=last_day)
    _put_in_place_of_expired(session, mandate, today, now)
    _tell_made(session, house, mandate, now=now)
    security_log.note(session, SecurityKind.MANDATE_MADE, actor, person_id=person.id, at=now)


def end(session: Session, house: House, actor: Actor, mandate_id: int, *, now: datetime) -> None:
    """One of the two ends it. Doing it twice is harmless; ``NotFound`` for anybody else's. Both are told, and of a
    business all who represent it; ``LastRepresentative`` for who is the last one while a case of it is open."""
    mandate = session.get(Mandate, mandate_id)
    if mandate is None or actor.helper is not None or actor.person_id not in (mandate.helper_id, mandate.person_id):
        raise NotFound
    if mandate.mandate_kind == MandateKind.REPRESENTATIVE:
        require_another(session, mandate.person_id, mandate.helper_id)
    session.refresh(mandate, with_for_update=True)
    if mandate.ended_at is None:
        _tell_ended(session, house, mandate, now=now)
        mandate.ended_at, mandate.ended_by_id = now, actor.person_id
        other = mandate.person_id if actor.person_id == mandate.helper_id else mandate.helper_id
        security_log.note(session, SecurityKind.MANDATE_ENDED, actor, person_id=other, at=now)


def other_of(session: Session, actor: Actor, mandate_id: int) -> Bilingual:
    """The other of the two, by name; ``NotFound`` unless the actor is one of them."""
    mandate = session.get(Mandate, mandate_id)
    if mandate is None or actor.person_id not in (mandate.helper_id, mandate.person_id):
        raise NotFound
    other = mandate.person_id if actor.person_id == mandate.helper_id else mandate.helper_id
    return holder(session.get_one(Person, other))


def begin(session: Session, actor: Actor, mandate_id: int, *, today: date, now: datetime) -> Actor:
    """The person for whom the actor acts from now on, which is written down; ``NotFound`` by no mandate that holds."""
    helped = acting(session, actor, mandate_id, today=today)
    if helped is None:
        raise NotFound
    security_log.note(session, SecurityKind.HELPING_BEGUN, helped, person_id=helped.person_id, at=now)
    return helped


def acting(session: Session, actor: Actor, mandate_id: int, *, today: date) -> Actor | None:
    """The person for whom the actor acts by this mandate, with the actor as helper; ``None`` when it holds no more, or
    never was. One statement."""
    row = session.execute(
        select(Person)
        .join(Mandate, Mandate.person_id == Person.id)
        .where(Mandate.id == mandate_id, Mandate.helper_id == actor.person_id, stands(today))
        .where(Person.disabled_at.is_(None))
    ).scalar_one_or_none()
    if row is None or actor.person_id is None or actor.identity_status != IdentityStatus.VERIFIED:
        return None
    helper = Helper(actor.person_id, actor.name_km, actor.name_latin, mandate_id)
    return replace(
        Actor(row.id, row.name_km, row.name_latin, row.language, row.identity_status), place=actor.place, helper=helper
    )


def helped_by(session: Session, actor: Actor, *, today: date) -> tuple[MandateLine, ...]:
    """The people for whom the actor may act, without businesses; one statement."""
    mine = (Mandate.helper_id == actor.person_id) & (Mandate.mandate_kind != MandateKind.REPRESENTATIVE)
    return _lines(session, mine, Mandate.person_id == _OTHER.id, today)


def helpers_of(session: Session, actor: Actor, *, today: date) -> tuple[MandateLine, ...]:
    """Who may act for the actor; one statement."""
    return _lines(session, Mandate.person_id == actor.person_id, Mandate.helper_id == _OTHER.id, today)


def stands(today: date) -> ColumnElement[bool]:
    """Whether a mandate holds on this day."""
    return Mandate.ended_at.is_(None) & (Mandate.last_day >= today)


def may_act_for(session: Session, helper_id: int | None, person_id: int) -> bool:
    """Whether somebody acts for this person by a mandate that nobody has ended; one statement."""
    known = Mandate.helper_id == helper_id, Mandate.person_id == person_id, Mandate.ended_at.is_(None)
    return session.scalar(select(Mandate.id).where(*known).limit(1)) is not None


def _lines(
    session: Session, mine: ColumnElement[bool], joined: ColumnElement[bool], today: date
) -> tuple[MandateLine, ...]:
    rows = session.execute(
        select(Mandate, _OTHER).join(_OTHER, joined).where(mine, stands(today)).order_by(Mandate.id)
    ).all()
    return tuple(
        MandateLine(mandate.id, holder(other), mandate.mandate_kind, mandate.made_at, mandate.last_day)
        for mandate, other in rows
    )


def require_helper(session: Session, actor: Actor) -> Person:
    """The actor, locked, who is verified and acts for nobody just now; else ``HelperNotVerified`` or ``NotFound``."""
    helper = session.get(Person, actor.person_id, with_for_update=True)
    if helper is None or actor.helper is not None:
        raise NotFound
    if helper.identity_status != IdentityStatus.VERIFIED:
        raise HelperNotVerified
    return helper


def require_few_businesses(session: Session, helper_id: int, today: date) -> None:
    """Raises ``TooManyHelped`` for somebody who represents as many businesses as possible."""
    mine = (Mandate.helper_id == helper_id) & (Mandate.mandate_kind == MandateKind.REPRESENTATIVE)
    if _count(session, mine, today) >= MOST_HELPED:
        raise TooManyBusinesses(most=MOST_HELPED)


def _require_few(session: Session, mine: ColumnElement[bool], today: date) -> None:
    if _count(session, mine & (Mandate.mandate_kind != MandateKind.REPRESENTATIVE), today) >= MOST_HELPED:
        raise TooManyHelped(most=MOST_HELPED)


def _kind(typed: str) -> MandateKind:
    """What the helper is to a person; nobody represents one."""
    known = MandateKind(typed) if typed in set(MandateKind) else MandateKind.OTHER
    return MandateKind.OTHER if known == MandateKind.REPRESENTATIVE else known


def _count(session: Session, whose: ColumnElement[bool], today: date) -> int:
    return session.scalar(select(func.count()).select_from(Mandate).where(whose, stands(today))) or 0


def _put_in_place_of_expired(session: Session, mandate: Mandate, today: date, now: datetime) -> None:
    same = Mandate.helper_id == mandate.helper_id, Mandate.person_id == mandate.person_id, Mandate.ended_at.is_(None)
    before = session.scalars(select(Mandate).where(*same).with_for_update()).one_or_none()
    if before is not None:
        if before.last_day >= today:
            raise ActsAlready
        before.ended_at = now
        session.flush()
    session.add(mandate)
    try:
        session.flush()
    except IntegrityError as taken:  # two browsers at once
        raise ActsAlready from taken


def _tell_both(session: Session, house: House, mandate: Mandate, words: tuple[str, str], *, now: datetime) -> None:
    """The first message to the person, the second to the helper."""
    helper, person = session.get_one(Person, mandate.helper_id), session.get_one(Person, mandate.person_id)
    for told, other, message in ((person, helper, words[0]), (helper, person, words[1])):
        facts = {"person": holder(other)(told.language), "date": plain_day(mandate.last_day, told.language)}
        key = f"{message}/{mandate.id}"
        tell(session, told, house.texts[message], facts, key=key, now=now, urgent=True)


def _tell_made(session: Session, house: House, mandate: Mandate, *, now: datetime) -> None:
    if mandate.mandate_kind == MandateKind.REPRESENTATIVE:
        _tell_representatives(session, house, mandate, "representative_made", now=now)
    else:
        _tell_both(session, house, mandate, ("mandate_made_for_you", "mandate_made_by_you"), now=now)


def _tell_ended(session: Session, house: House, mandate: Mandate, *, now: datetime) -> None:
    if mandate.mandate_kind == MandateKind.REPRESENTATIVE:
        _tell_representatives(session, house, mandate, "representative_ended", now=now)
    else:
        _tell_both(session, house, mandate, ("mandate_ended_for_you", "mandate_ended_by_you"), now=now)


def _tell_representatives(session: Session, house: House, mandate: Mandate, message: str, *, now: datetime) -> None:
    """Everybody who represents the business, the one whom the mandate is about among them."""
    helper, business = session.get_one(Person, mandate.helper_id), session.get_one(Person, mandate.person_id)
    for told in representatives_of(session, business.id):
        facts = {"person": holder(helper)(told.language), "applicant": holder(business)(told.language)}
        tell(session, told, house.texts[message], facts, key=f"{message}/{mandate.id}", now=now, urgent=True)
