"""Who acts: a signed-in person with the groups they belong to, the clock, or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine.errors import NotAllowed
from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR, APPLICANT
from storage.absences import Absence, Deputy
from storage.colleagues import ColleagueQuestion
from storage.mandates import Mandate
from storage.notices import Notice
from storage.people import IdentityStatus, Membership, Person


@dataclass(frozen=True, slots=True)
class Place:
    """From where somebody acts: the network without its last part, and program and system by name; empty for the
    command line and for what acts by itself."""

    address: str = ""
    browser: str = ""


MOST_STANDS: Final = 12
"""For so many groups of absent colleagues one person stands in on a day; their inbox asks for each of them."""
MOST_UNREAD: Final = 100
"""So far the bell counts; whoever has so many is told that there are more than that but one."""
HELPS: Final = "helper"
"""The role of whoever acts for an applicant."""


@dataclass(frozen=True, slots=True)
class Helper:
    """Who acts for somebody, by which mandate."""

    person_id: int
    name_km: str
    name_latin: str
    mandate_id: int


@dataclass(frozen=True, slots=True)
class Stand:
    """A group of one office whose tasks somebody does in the place of a colleague who is absent to the end of
    ``last_day``."""

    person_id: int
    name_km: str
    name_latin: str
    group: str
    office_id: int
    last_day: date

    @property
    def name(self) -> Bilingual:
        """How the absent colleague is called."""
        return Bilingual(self.name_km or self.name_latin, self.name_latin or self.name_km)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as the rules see them. ``memberships`` holds (group, office id); office ``None`` means every office.
    ``helper`` acts for this person, where it is not the person who acts; ``helps``: this person may act for others.
    ``stands``: for which absent colleagues the person does tasks; ``instead``: for which of them they act just now;
    ``asked``: how many questions of colleagues wait for them; ``unread``: what is new under their bell, counted to
    ``MOST_UNREAD``."""

    person_id: int | None
    name_km: str = ""
    name_latin: str = ""
    language: str = "km"
    identity_status: IdentityStatus = IdentityStatus.UNVERIFIED
    memberships: frozenset[tuple[str, int | None]] = field(default_factory=frozenset)
    place: Place = field(default=Place(), compare=False)
    helper: Helper | None = None
    helps: bool = field(default=False, compare=False)
    asked: int = field(default=0, compare=False)
    unread: int = field(default=0, compare=False)
    stands: tuple[Stand, ...] = ()
    instead: Stand | None = None

    @property
    def doer_id(self) -> int | None:
        """Who really acts: the helper, where there is one."""
        return self.person_id if self.helper is None else self.helper.person_id

    @property
    def is_officer(self) -> bool:
        return bool(self.memberships)

    @property
    def groups(self) -> frozenset[str]:
        return frozenset(group for group, _ in self.memberships)

    @property
    def role(self) -> str:
        """One word for the history of a case: the groups, or applicant, or who acts without an account or for the
        applicant."""
        if self.person_id is None:
            return self.name_latin
        if self.helper is not None:
            return HELPS
        if self.instead is not None:
            return self.instead.group
        return "+".join(sorted(self.groups)) or APPLICANT

    @property
    def named_offices(self) -> frozenset[int]:
        """The offices in which the person works by name: belonging to a group everywhere gives nobody an office."""
        return frozenset(office for _, office in self.memberships if office is not None)

    @property
    def eyes(self) -> frozenset[int | None]:
        """Who counts as one pair of eyes in what the person does: they, and for whom they do it."""
        return frozenset((self.person_id,)) if self.instead is None else frozenset((self.person_id, self.holder_id))

    @property
    def holder_id(self) -> int | None:
        """Whose a task is that the person claims: that of whom they stand for, where they do."""
        return self.person_id if self.instead is None else self.instead.person_id

    def stands_for(self, person_id: int | None) -> bool:
        """Whether the person does tasks of this colleague just now."""
        return any(stand.person_id == person_id for stand in self.stands)

    def acts_for(self, group: str, office_id: int | None) -> bool:
        """Whether the person belongs to the group at this office, or everywhere."""
        return (group, office_id) in self.memberships or (group, None) in self.memberships

    def offices(self, *groups: str) -> frozenset[int] | None:
        """The offices where the person belongs to one of the groups; ``None`` stands for all offices."""
        mine = {office for group, office in self.memberships if group in groups}
        return None if None in mine else frozenset(office for office in mine if office is not None)

    def require(self, office_id: int | None, *groups: str) -> None:
        """Raises ``NotAllowed`` unless the person belongs to one of the groups at this office."""
        if not any(self.acts_for(group, office_id) for group in groups):
            raise NotAllowed


_OF_THAT_DAY = and_(
    Membership.person_id == Person.id,
    Membership.from_day <= bindparam("today"),
    or_(Membership.to_day.is_(None), Membership.to_day >= bindparam("today")),
)
_IS_AWAY: Final = and_(
    Absence.first_day <= bindparam("today"), Absence.last_day >= bindparam("today"), Absence.ended_at.is_(None)
)
_IS_DEPUTY: Final = exists().where(Deputy.person_id == Person.id, Absence.id == Deputy.absence_id, _IS_AWAY)
_THEIRS: Final = aliased(Membership)
_QUESTION_OF_GROUP: Final = and_(
    ColleagueQuestion.office_id == _THEIRS.office_id,
    ColleagueQuestion.group == _THEIRS.group,
    ColleagueQuestion.is_open(),
)
_IS_HELD_BY: Final = and_(
    _THEIRS.from_day <= bindparam("today"), or_(_THEIRS.to_day.is_(None), _THEIRS.to_day >= bindparam("today"))
)
_ASKED: Final = (
    select(func.count())
    .where(ColleagueQuestion.is_open(), ColleagueQuestion.asked_of_id == Person.id)
    .correlate(Person)
    .scalar_subquery()
)
_GROUPS_ASKED: Final = (
    select(func.count())
    .select_from(_THEIRS)
    .join(ColleagueQuestion, _QUESTION_OF_GROUP)
    .where(_THEIRS.person_id == Person.id, ColleagueQuestion.asked_by_id != Person.id, _IS_HELD_BY)
    .correlate(Person)
    .scalar_subquery()
)
"""How many questions of colleagues wait for a person by name, and for their groups: from indexes of open questions."""
_NEW: Final = (
    select(Notice.id).where(Notice.person_id == Person.id, Notice.is_unread()).correlate(Person).limit(MOST_UNREAD)
)
_UNREAD: Final = select(func.count()).select_from(_NEW.subquery()).correlate(Person).scalar_subquery()
"""From the index of what is unread, which a person who reads the bell keeps short."""
PEOPLE_ACTING: Final = (
    select(
        Person.id,
        Person.name_km,
        Person.name_latin,
        Person.language,
        Person.identity_status,
        exists().where(Mandate.helper_id == Person.id, Mandate.ended_at.is_(None)).label("helps"),
        _IS_DEPUTY.label("stands"),
        (_ASKED + _GROUPS_ASKED).label("asked"),
        _UNREAD.label("unread"),
        Membership.group,
        Membership.office_id,
    )
    .outerjoin(Membership, _OF_THAT_DAY)
    .where(Person.disabled_at.is_(None))
)
"""People whose accounts are not disabled, a row for each membership of the day ``today`` and one without any. Each page
asks it, so it is written once and given its values when it is asked."""
_STANDS: Final = (
    select(Person.id, Person.name_km, Person.name_latin, Deputy.group, Deputy.office_id, Absence.last_day)
    .add_columns(Deputy.by_office_id)
    .join(Absence, Absence.id == Deputy.absence_id)
    .join(Person, Person.id == Absence.person_id)
    .where(Deputy.person_id == bindparam("deputy_id"), _IS_AWAY, Person.disabled_at.is_(None))
    .where(
        exists().where(
            _OF_THAT_DAY,
            Membership.group == Deputy.group,
            or_(Membership.office_id == Deputy.office_id, Membership.office_id.is_(None)),
        )
    )
    .order_by(Deputy.id)
    .limit(MOST_STANDS)
)
_BY_ID: Final = PEOPLE_ACTING.where(Person.id == bindparam("person_id"))

THE_CLOCK = Actor(person_id=None, name_latin="clock")
"""Acts when time does: due timers, warnings, breaches."""

THE_BANK = Actor(person_id=None, name_latin="bank")
"""Acts when a payment connector reports money that arrived."""
A_CONNECTOR = Actor(person_id=None, name_latin="connector")
"""Acts when what a service task asked of the outside comes back."""
ANOTHER_CASE = Actor(person_id=None, name_latin="case")
"""Acts when a message or signal of one case reaches another."""
OPERATOR = Actor(person_id=None, name_latin="operator", memberships=frozenset({(ADMINISTRATOR, None)}))
"""The person at the command line of the installation: an administrator of every office without an account."""


def load_actor(session: Session, person_id: int, *, today: date) -> Actor | None:
    """The person with today's memberships in one statement, two for a deputy; ``None`` when unknown or disabled."""
    rows = session.connection().execute(_BY_ID, {"person_id": person_id, "today": today}).all()
    return actor_in(session, rows, today=today)


def actor_in(session: Session, rows: Sequence[Any], *, today: date) -> Actor | None:
    """The one person of these rows of ``PEOPLE_ACTING``; ``None`` without any. Who stands in for somebody costs one
    statement more, which says for whom."""
    if not rows:
        return None
    first = rows[0]
    memberships = frozenset((row.group, row.office_id) for row in rows if row.group is not None)
    named = first.id, first.name_km, first.name_latin, first.language, first.identity_status
    actor = Actor(*named, memberships, helps=first.helps, asked=first.asked, unread=first.unread)
    return replace(actor, stands=_stands(session, actor, today)) if first.stands and memberships else actor


def _stands(session: Session, actor: Actor, today: date) -> tuple[Stand, ...]:
    """For whom the person stands in on that day: while they work themselves at the office by which they may, and the
    absent colleague belongs to the group."""
    rows = session.connection().execute(_STANDS, {"deputy_id": actor.person_id, "today": today}).all()
    mine = {office for _, office in actor.memberships}
    return tuple(Stand(*row[:6]) for row in rows if row.by_office_id in mine)


def serving(group: str, office_id: int, today: date) -> Select[int]:
    """The ids of the people who belong to the group on that day, at this office or everywhere, and may sign in."""
    return (
        select(Membership.person_id)
        .join(Person, (Person.id == Membership.person_id) & Person.disabled_at.is_(None))
        .where(Membership.group == group, Membership.from_day <= today)
        .where(or_(Membership.office_id == office_id, Membership.office_id.is_(None)))
        .where(or_(Membership.to_day.is_(None), Membership.to_day >= today))
    )
