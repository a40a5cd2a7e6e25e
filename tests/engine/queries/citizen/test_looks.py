"""Who looked, as the person reads it: whole, one line each, newest first, a page at a time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from engine.case.access_log import Look, note_access, note_cases, note_listed, note_people
from engine.case.look_reasons import Search, give_reason
from engine.packages.groups import FRONT_OFFICE, SPECIALIST
from engine.people.actors import Actor
from engine.queries.citizen.looks import PAGE_SIZE, Looks, looks_at
from storage.applications import Application
from storage.people import AccessLog
from tests.cast import NOW
from tests.small.cases import Kilns
from tests.statements import counted


def read(kilns: Kilns, before: int | None = None) -> Looks:
    with kilns.house.database.reading() as session:
        return looks_at(session, kilns.cast.dara.actor, before=before)


def test_looks_at_cases_and_at_the_person_are_one_list_with_function_office_and_purpose(kilns: Kilns) -> None:
    sent, cast = kilns.send(), kilns.cast
    with kilns.house.database.transaction() as session:
        case = session.scalars(select(Application)).one()
        note_access(session, cast.rithy.actor, case.id, "document", detail="plan.pdf", now=NOW)
        note_people(session, cast.bopha.actor, [cast.dara.person_id], Look("verified", "ID"), now=NOW)
        note_access(session, cast.visal.actor, case.id, "history", now=NOW)
        note_people(session, cast.bopha.actor, [cast.sreyneang.person_id], Look("looked_up"), now=NOW)
        note_access(session, cast.dara.actor, case.id, "case", now=NOW)
    lines = read(kilns).lines
    assert [(one.who.en, one.groups, one.page, one.detail, one.paper, one.purpose) for one in lines] == [
        ("Ouch Visal", ("administrator",), "history", "", "", "care"),
        ("Chan Bopha", ("front_office",), "verified", "", "ID", "counter"),
        ("Heng Rithy", ("specialist",), "document", "plan.pdf", "", "task"),
    ]
    assert [one.reference for one in lines] == [sent.reference, None, sent.reference]
    battambang = "Battambang One Window Service Office"
    assert [one.office.en if one.office else None for one in lines] == [None, battambang, battambang]


def test_the_office_is_that_of_the_case_where_somebody_works_at_several(kilns: Kilns) -> None:
    kilns.send()
    both = frozenset({(SPECIALIST, kilns.cast.battambang), (FRONT_OFFICE, kilns.cast.phnom_penh)})
    with kilns.house.database.transaction() as session:
        session.execute(update(Application).values(office_id=kilns.cast.phnom_penh))
        case = session.scalars(select(Application)).one()
        note_access(session, Actor(kilns.cast.rithy.person_id, memberships=both), case.id, "case", now=NOW)
    (line,) = read(kilns).lines
    assert line.office is not None
    assert (line.office.en[:10], line.groups) == ("Phnom Penh", ("front_office", "specialist"))


def test_looks_of_before_the_office_was_kept_name_the_office_of_whoever_looked(kilns: Kilns) -> None:
    kilns.send()
    with kilns.house.database.transaction() as session:
        case = session.scalars(select(Application.id)).one()
        session.add(AccessLog(person_id=kilns.cast.rithy.person_id, application_id=case, page="of another day", at=NOW))
    (line,) = read(kilns).lines
    assert line.office is not None
    assert (line.office.en[:10], line.groups, line.purpose) == ("Battambang", (), "task")


def test_every_look_is_read_once_however_many_pages_there_are_and_each_page_costs_the_same(kilns: Kilns) -> None:
    kilns.send()
    with kilns.house.database.transaction() as session:
        case = session.scalars(select(Application)).one()
        for number in range(2 * PAGE_SIZE + 1):
            at = NOW + timedelta(minutes=number // 3)  # several in one moment
            if number % 2:
                note_access(session, kilns.cast.rithy.actor, case.id, f"page {number}", now=at)
            else:
                who = kilns.cast.bopha.actor
                note_people(session, who, [kilns.cast.dara.person_id], Look(f"page {number}"), now=at)
    seen: list[str] = []
    costs: list[int] = []
    before: int | None = None
    while before is not None or not seen:
        with counted(kilns.house.database) as asked:
            page = read(kilns, before)
        costs.append(asked.statements)
        seen += [one.page for one in page.lines]
        before = page.before
    assert seen == [f"page {number}" for number in reversed(range(2 * PAGE_SIZE + 1))]
    assert costs == [costs[0], costs[0] + 1, costs[0] + 1]
    assert read(kilns, 10**9).lines == read(kilns).lines, "a number that no look has"


def test_a_reason_is_read_with_the_looks_of_its_search_only(kilns: Kilns) -> None:
    sent, other, visal = kilns.send(), kilns.send(), kilns.cast.visal.actor
    with kilns.house.database.transaction() as session:
        reason = give_reason(session, visal, Search("cases", "Sok"), "complaint", "The fee was wrong", now=NOW)
        note_cases(session, visal, [sent.reference], "search", reason_id=reason, now=NOW)
        for key in (sent.key, other.key):
            note_cases(session, visal, [key], "case", now=NOW + timedelta(minutes=1))
        note_listed(session, visal, [sent.key], "list_of_clocks", since=NOW, now=NOW + timedelta(hours=1))
    said = {(one.page, one.reference): (one.why, one.words) for one in read(kilns).lines}
    assert said == {
        ("search", sent.reference): ("complaint", "The fee was wrong"),
        ("case", sent.reference): ("complaint", "The fee was wrong"),
        ("case", other.reference): ("", ""),
        ("list_of_clocks", sent.reference): ("", ""),
    }
