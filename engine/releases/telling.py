"""Who is told of a release: its approvers that it waits, its makers what was decided and what overtook it, and all of
them that it is in effect. In a message the reference is the title of the release, the office its ministry."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import Select, select

from engine.claiming import Soonest, soonest
from engine.house import House
from engine.khmer import Bilingual
from engine.localise import PHNOM_PENH, plain_moment
from engine.packages.groups import APPROVER
from engine.people import notices
from engine.people.actors import THE_CLOCK
from engine.people.members import members
from engine.people.notices import News
from engine.people.telling import tell
from engine.releases.in_hand import InHand, hold, items_of
from engine.releases.making import MAKING
from engine.releases.overtaken import changes_under
from storage.notices import NoticeKind, NoticePlace
from storage.offices import Office
from storage.people import Person
from storage.releases import MinistryEvent, Release, ReleaseStatus

DECIDING: Final = ("approved", "imported")
"""What somebody did who brought a release into effect, as its history calls it."""
log = structlog.get_logger("owso.releases")


def tell_approvers(hand: InHand, house: House) -> None:
    """Tells those who may decide about a submitted release that it waits for one of them."""
    session, ministry_key = hand.session, hand.release.ministry_key
    today = hand.now.astimezone(PHNOM_PENH).date()
    office_id = session.scalar(select(Office.id).where(Office.ministry_key == ministry_key))
    may_decide = members((APPROVER,), office_id or 0, today)
    wanted = select(Person).where(Person.id.in_(may_decide), Person.id.not_in(_who(hand.release.id, MAKING)))
    people = session.scalars(wanted.order_by(Person.id)).all()
    _tell(hand, house, "release_waits", people, leaves=house.pace.officers_by_message)
    _ring(hand, NoticeKind.RELEASE_WAITS, [person.id for person in people])


def ring_makers(hand: InHand) -> None:
    """Tells the makers of a release under their bell that its replay is over."""
    _ring(hand, NoticeKind.RELEASE_REPLAYED, hand.session.scalars(_who(hand.release.id, MAKING)))


def tell_makers(hand: InHand, house: House, message: str, *, reason: str = "", also: Collection[str] = ()) -> None:
    """Tells the makers of a release, and those who did what is named in ``also``, what became of it; not whoever did
    that themselves."""
    who = _who(hand.release.id, (*MAKING, *also))
    wanted = select(Person).where(Person.id.in_(who), Person.id != (hand.actor.person_id or 0))
    _tell(hand, house, message, hand.session.scalars(wanted.order_by(Person.id)), reason=reason)


def tell_overtaken(hand: InHand, house: House) -> None:
    """Tells the makers of every other open release of the ministry what this one, just approved, changed under it."""
    session, release = hand.session, hand.release
    others = select(Release).where(
        Release.ministry_key == release.ministry_key,
        Release.id != release.id,
        Release.status.in_((ReleaseStatus.DRAFT, ReleaseStatus.SUBMITTED)),
    )
    for other in session.scalars(others.order_by(Release.id)).all():
        changes = changes_under(session, other, items_of(session, other.id))
        services = ", ".join(change.service_key for change in changes)
        if services:
            theirs = InHand(session, hand.ministry, other, hand.actor, hand.now)
            wanted = select(Person).where(Person.id.in_(_who(other.id, MAKING))).order_by(Person.id)
            _tell(theirs, house, "release_overtaken", session.scalars(wanted), reason=services, by=release.id)


def tell_due(house: House, *, now: datetime) -> int:
    """Tells of the releases that are in effect since now or earlier, and were approved for a later moment; how many.
    Each in its own transaction: one that fails is logged, and the others go on."""
    with house.database.reading() as session:
        due = select(Release.ministry_key, Release.key).where(Release.tell_at <= now).order_by(Release.tell_at)
        found = session.execute(due).all()
    told = 0
    for ministry_key, key in found:
        try:
            with house.database.transaction() as session:
                tells = _tell_of_effect(hold(session, THE_CLOCK, ministry_key, key, now=now), house)
            told += tells
        except Exception as failure:  # whatever breaks stops this message, and no other
            log.error("release_not_told", release=key, failure=type(failure).__name__)
    return told


def next_due(after: datetime | None = None) -> Soonest:
    """When the next release of which somebody is to be told takes effect."""
    return soonest(Release.tell_at, after=after)


def _tell_of_effect(hand: InHand, house: House) -> bool:
    if hand.release.tell_at is None:
        return False
    hand.release.tell_at = None
    tell_makers(hand, house, "release_in_effect", also=DECIDING)
    return True


def _ring(hand: InHand, kind: NoticeKind, people: Iterable[int | None]) -> None:
    release = hand.release
    about = News(
        kind,
        f"{release.key}/{release.revision}",
        NoticePlace.RELEASE,
        release.key,
        what=Bilingual(release.title, release.title),
    )
    notices.tell(hand.session, about, people, now=hand.now)


def _who(release_id: int, kinds: Iterable[str]) -> Select[int | None]:
    return select(MinistryEvent.actor_id).where(
        MinistryEvent.release_id == release_id, MinistryEvent.kind.in_([*kinds]), MinistryEvent.actor_id.is_not(None)
    )


def _tell(
    hand: InHand,
    house: House,
    message: str,
    people: Iterable[Person],
    *,
    reason: str = "",
    by: int | None = None,
    leaves: bool = True,
) -> None:
    """The same fact is told once: one revision of a release is submitted, decided or overtaken once. What the bell
    rings too leaves the house only where officers get messages beside it."""
    release = hand.release
    ministry = Bilingual(hand.ministry.name_km, hand.ministry.name_en)
    key = f"release/{release.id}/{message}/{release.revision if by is None else f'by-{by}'}"
    for person in people:
        facts = {
            "reference": release.title,
            "office": ministry(person.language),
            "reason": reason,
            "date": plain_moment(release.effective_from, person.language) if release.effective_from else "",
        }
        tell(hand.session, person, house.texts[message], facts, key=key, now=hand.now, leaves=leaves)
