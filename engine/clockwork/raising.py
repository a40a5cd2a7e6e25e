"""To whom a case is raised by a rung of its chain: which group of which office, and who that is on the day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.clockwork.watched import Officers, Wanted, Watched
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages.gazetteer import PROVINCE_DIGITS
from engine.packages.groups import ADMINISTRATOR, GOVERNOR, HEAD
from engine.people.deputies import stand_in_on
from storage.absences import Absence, Deputy
from storage.chains import RaisedTo
from storage.clocks import Clock
from storage.offices import Office, OfficeLevel
from storage.people import Person


@dataclass(frozen=True, slots=True)
class Rung:
    """A clock of a case that is raised to somebody; ``before``: to whom it was already."""

    each: Watched
    clock: Clock
    to: RaisedTo
    before: tuple[RaisedTo, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """The members of a group at an office, and who they are with those who stand in for them today; nobody where an
    earlier rung told the same ones, as at the office of a province that is its own."""

    group: str
    office: Office
    people: tuple[Person, ...]

    @property
    def name(self) -> Bilingual:
        """How the office is called."""
        return office_name(self.office)


def places(session: Session, rungs: Sequence[Rung]) -> list[Place]:
    """Where each of these goes. Where no such office is open, or nobody serves there, it goes to the administrators of
    the office at which the clock runs. Five statements at most."""
    at = [_office(rung) for rung in rungs]
    above = _above(session, rungs, at)
    targets = [_target(rung, rung.to, office, above) for rung, office in zip(rungs, at, strict=True)]
    wanted = [
        Wanted(frozenset((group,)), target.id, rung.each.today)
        for rung, (group, target) in zip(rungs, targets, strict=True)
    ]
    instead = [
        Wanted(frozenset((ADMINISTRATOR,)), office.id, rung.each.today) for rung, office in zip(rungs, at, strict=True)
    ]
    officers = Officers(session, [*wanted, *instead])
    deputies = _deputies(session, wanted)
    found = []
    for rung, office, target, asked, other in zip(rungs, at, targets, wanted, instead, strict=True):
        known = [_target(rung, each, office, above) for each in rung.before]
        serving, beside = _others(rung, officers.serving([asked])), deputies.get((target[0], target[1].id), ())
        if target in known:
            found.append(Place(*target, ()))
        elif serving:
            everybody = {one.id: one for one in (*serving, *_others(rung, beside))}
            found.append(Place(*target, tuple(everybody.values())))
        else:
            found.append(Place(ADMINISTRATOR, office, tuple(_others(rung, officers.serving([other])))))
    return found


def _others(rung: Rung, people: Iterable[Person]) -> list[Person]:
    """Without the applicant, who reads no case of their own as an officer: raised to them alone it would lie there."""
    applicant = rung.each.turn.case.applicant
    return [one for one in people if one.id != applicant.id]


def _office(rung: Rung) -> Office:
    """The office at which the clock runs."""
    turn = rung.each.turn
    if rung.clock.office_id == turn.case.office.id:
        return turn.case.office
    return turn.session.get_one(Office, rung.clock.office_id)


def _above(session: Session, rungs: Sequence[Rung], at: Sequence[Office]) -> dict[str, Office]:
    """The offices of the provinces and ministries that are asked for, by their codes and the keys of the ministries."""
    codes = {office.code[:PROVINCE_DIGITS] for office in at}
    keys = {rung.each.turn.case.published.package.ministry.key for rung in rungs}
    if all(rung.to in (RaisedTo.HEAD, RaisedTo.ADMINISTRATOR) for rung in rungs):
        return {}
    of_province = (Office.level == OfficeLevel.PROVINCE) & Office.code.in_(codes)
    rows = session.scalars(select(Office).where(or_(of_province, Office.ministry_key.in_(keys))))
    return {office.ministry_key or office.code: office for office in rows}


def _target(rung: Rung, to: RaisedTo, office: Office, above: dict[str, Office]) -> tuple[str, Office]:
    if to == RaisedTo.HEAD:
        return HEAD, office
    if to == RaisedTo.ADMINISTRATOR:
        return ADMINISTRATOR, office
    of_ministry = to == RaisedTo.MINISTRY
    found = above.get(rung.each.turn.case.published.package.ministry.key if of_ministry else _province(office))
    if found is None:
        return ADMINISTRATOR, office
    return GOVERNOR if to == RaisedTo.GOVERNOR else HEAD, found


def _province(office: Office) -> str:
    """The code of the province of an office; nothing for that of a ministry."""
    return "" if office.level == OfficeLevel.MINISTRY else office.code[:PROVINCE_DIGITS]


def _deputies(session: Session, wanted: Sequence[Wanted]) -> dict[tuple[str, int], list[Person]]:
    """Who stands in today for absent members of these groups."""
    groups = {group for each in wanted for group in each.groups} - {ADMINISTRATOR}
    if not groups:
        return {}  # for administrators nobody stands in
    today = max(each.today for each in wanted)
    rows = session.execute(
        select(Deputy.group, Deputy.office_id, Person)
        .join(Absence, Absence.id == Deputy.absence_id)
        .join(Person, Person.id == Deputy.person_id)
        .where(Deputy.group.in_(sorted(groups)), Deputy.office_id.in_({each.office_id for each in wanted}))
        .where(*stand_in_on(today))
        .order_by(Deputy.id)
    )
    found: dict[tuple[str, int], list[Person]] = {}
    for group, office_id, person in rows:
        found.setdefault((group, office_id), []).append(person)
    return found
