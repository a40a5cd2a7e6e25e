"""The report of looks: counted by day, person and purpose, for administrators of every office."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from engine.case.access_log import Look, note_cases, note_people
from engine.case.look_purposes import PURPOSE_OF, PURPOSES
from engine.case.look_reasons import Search, give_reason
from engine.errors import NotAllowed
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.admin import looks
from engine.queries.admin.looks import Days, Wanted, days_between
from storage.people import AccessLog
from tests.cast import NOW, Member
from tests.small.cases import Kilns
from tests.statements import counted
from tests.ways import ground
from web.looks import WORDS

MONDAY = date(2026, 3, 2)
THE_DAY = Days(MONDAY, MONDAY)
Counted = list[tuple[str, str, int, int, int]]


def report(kilns: Kilns, wanted: Wanted = Wanted(), days: Days = THE_DAY) -> Counted:  # noqa: B008 - frozen
    with kilns.house.database.reading() as session:
        page = looks.look_lines(session, kilns.cast.visal.actor, days, wanted, 1)
        whole = looks.all_look_lines(session, kilns.cast.visal.actor, days, wanted)
    assert page.items == whole
    return [(one.who.en, one.purpose, one.inside, one.outside, one.reasons) for one in page.items]


@pytest.fixture
@ground
def looked(kilns: Kilns) -> Kilns:
    """A case at Battambang; two officers and an administrator of every office who looked at it or its applicant."""
    sent, cast = kilns.send(), kilns.cast
    visal, dara = cast.visal.actor, [cast.dara.person_id]
    with kilns.house.database.transaction() as session:
        for page in ("case", "case", "receipt"):
            note_cases(session, cast.bopha.actor, [sent.key], page, now=NOW)
        reason = give_reason(session, visal, Search("cases", "Sok"), "they_asked", "She called us today", now=NOW)
        for _ in range(2):
            note_cases(session, visal, [sent.key], "search", reason_id=reason, now=NOW)
        note_people(session, cast.phally.actor, dara, Look("looked_up"), now=NOW)
    return kilns


def test_looks_are_counted_by_person_and_purpose_at_their_offices_and_beyond(looked: Kilns) -> None:
    assert report(looked) == [
        ("Ouch Visal", "they_asked", 0, 2, 1),
        ("Oum Phally", "counter", 0, 1, 0),
        ("Chan Bopha", "money", 1, 0, 0),
        ("Chan Bopha", "task", 2, 0, 0),
    ]
    assert report(looked, Wanted(only_outside=True)) == report(looked)[:2]
    assert report(looked, Wanted(purpose="they_asked")) == report(looked)[:1]
    assert report(looked, Wanted(purpose="task")) == report(looked)[3:]
    assert report(looked, Wanted(person_id=looked.cast.bopha.person_id)) == report(looked)[2:]
    assert report(looked, Wanted(person_id=looked.cast.dara.person_id)) == []


def test_a_day_is_one_of_cambodia(kilns: Kilns) -> None:
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        for hour in (16, 17):  # 23:00 and 24:00 in Phnom Penh
            at = NOW.replace(hour=hour)
            note_cases(session, kilns.cast.bopha.actor, [sent.key], "case", now=at)
    week = Days(MONDAY, MONDAY + timedelta(days=6))
    with kilns.house.database.reading() as session:
        lines = looks.all_look_lines(session, kilns.cast.visal.actor, week, Wanted())
    assert [(one.day, one.inside) for one in lines] == [(date(2026, 3, 3), 1), (MONDAY, 1)]
    assert len(report(kilns)) == 1


def test_what_somebody_wrote_is_read_by_day(looked: Kilns) -> None:
    with looked.house.database.reading() as session:
        who = looked.cast.visal.actor
        (words,) = looks.words_given(session, who, THE_DAY, looked.cast.visal.person_id)
        assert (words.at, words.why, words.text) == (NOW, "they_asked", "She called us today")
        later = Days(MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))
        assert looks.words_given(session, who, later, looked.cast.visal.person_id) == ()
        assert looks.words_given(session, who, THE_DAY, looked.cast.bopha.person_id) == ()


def look_often(session: Session, who: Member, times: int, at: datetime, *, is_outside: bool = True) -> None:
    seen = {"person_id": who.person_id, "groups": "cashier", "page": "looked_up", "is_outside": is_outside, "at": at}
    session.add_all(AccessLog(**seen) for _ in range(times))


@pytest.mark.parametrize(
    ("usual", "often", "stands_out"), [(1, 29, False), (1, 30, True), (12, 35, False), (12, 36, True)]
)
def test_many_looks_beyond_ones_own_offices_stand_out(kilns: Kilns, usual: int, often: int, stands_out: bool) -> None:
    with kilns.house.database.transaction() as session:
        for who in (kilns.cast.bopha, kilns.cast.phally, kilns.cast.rithy):
            look_often(session, who, usual, NOW)
        look_often(session, kilns.cast.sopheap, often, NOW)
        look_often(session, kilns.cast.mony, 500, NOW, is_outside=False)
        look_often(session, kilns.cast.kunthea, 500, NOW + timedelta(days=1))
    with kilns.house.database.reading() as session:
        found = looks.outstanding(session, kilns.cast.visal.actor, THE_DAY)
    assert [(one.who.en, one.outside, one.day) for one in found] == [("Ly Sopheap", often, MONDAY)] * stands_out


def test_somebody_alone_stands_out_too(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        look_often(session, kilns.cast.sopheap, 30, NOW)
    with kilns.house.database.reading() as session:
        assert len(looks.outstanding(session, kilns.cast.visal.actor, THE_DAY)) == 1


def test_many_people_cost_as_many_statements_as_one(looked: Kilns) -> None:
    def cost() -> int:
        with counted(looked.house.database) as asked:
            report(looked)
        return asked.statements

    before = cost()
    with looked.house.database.transaction() as session:
        for who in (looked.cast.rithy, looked.cast.mony, looked.cast.kunthea):
            look_often(session, who, 3, NOW)
    assert cost() == before


def test_nobody_but_administrators_of_every_office_reads_it(kilns: Kilns) -> None:
    here = Actor(kilns.cast.kunthea.person_id, memberships=frozenset({(ADMINISTRATOR, kilns.cast.battambang)}))
    for actor in (here, kilns.cast.bopha.actor, kilns.cast.chenda.actor, kilns.cast.dara.actor):
        with kilns.house.database.reading() as session:
            for ask in (
                lambda: looks.look_lines(session, actor, THE_DAY, Wanted(), 1),  # noqa: B023 - asked at once
                lambda: looks.all_look_lines(session, actor, THE_DAY, Wanted()),  # noqa: B023
                lambda: looks.outstanding(session, actor, THE_DAY),  # noqa: B023
                lambda: looks.words_given(session, actor, THE_DAY, 1),  # noqa: B023
            ):
                with pytest.raises(NotAllowed):
                    ask()


def test_every_kind_of_look_has_a_purpose() -> None:
    assert set(PURPOSE_OF) == set(WORDS)
    assert set(PURPOSE_OF.values()) == set(PURPOSES)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("", "", ("2026-02-24", "2026-03-02")),
        ("nonsense", "2026-02-30", ("2026-02-24", "2026-03-02")),
        ("2026-03-01", "2026-03-02", ("2026-03-01", "2026-03-02")),
        ("2026-03-02", "2026-03-01", ("2026-03-01", "2026-03-01")),
        ("2020-01-01", "2026-03-01", ("2026-01-30", "2026-03-01")),
        ("9999-12-31", "9999-12-31", ("2026-03-02", "2026-03-02")),
        ("2026-03-01", "2027-01-01", ("2026-03-01", "2026-03-02")),
        ("0001-01-01", "0001-01-01", ("2026-02-24", "2026-03-02")),
    ],
)
def test_a_report_is_of_a_month_at_most_and_of_a_week_by_itself(first: str, last: str, days: tuple[str, str]) -> None:
    asked = days_between(first, last, today=MONDAY)
    assert (str(asked.first), str(asked.last)) == days
