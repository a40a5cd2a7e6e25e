"""However common a name is, a search finds exactly the newest that hold it, and reads no large table as a whole."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from sqlalchemy import ColumnElement, func, insert, literal, select, text, update
from sqlalchemy.orm import Session

from engine.case.readers import led_to, readable
from engine.packages.groups import ADMINISTRATOR, FRONT_OFFICE, HEAD
from engine.people.actors import Actor
from engine.queries.office.search import Found, scope_of, search
from engine.queries.shared.places import places_called
from engine.queries.shared.stretches import MOST_COUNTED
from storage import searching
from storage.applications import Application
from storage.finding import FindingKey, keys_of_answers, keys_of_person
from storage.normal_form import words_of
from storage.offices import Office
from storage.people import Person
from storage.processes import UserTask
from storage.searching import Newest, Scope, newest_with
from tests import patience
from tests.cast import NOW
from tests.plans import measured, planned, reads_by_index
from tests.small.cases import Kilns
from tests.ways import ground

FAMILIES, GIVEN = ("Sok", "Chan", "ហេង"), ("Dara", "Sokha", "បុប្ផា", "Vanna Dara")
PLACES = ({"province": "12"}, {"province": "12", "district": "1201"}, {"province": "02"}, {})
TYPED = (
    *("sok", "dara sok", "phnom penh", "sok phnom penh", "ហេង បុប្ផា", "chan x", "an"),
    *("sok rith", "sok rith phnom penh", "chan rith", "chan rith", "rith rithy", "chan rithy dara", "c chan rith"),
)
STEPS = {
    "by walking": {"FETCHED": 10**6, "FEW": 0},
    "by fetching": {"FETCHED": 0, "FEW": 10**6},
    "each asked": {"FETCHED": 10**6, "FEW": 0, "MANY": 1, "ASKED": 0},
    "as reckoned": {},
}
MANY_CASES = 6_000


@pytest.fixture
@ground
def town(kilns: Kilns) -> Kilns:
    """Some hundred cases of people with few names, at two offices, some drafts among them; a case that went to the
    other office."""
    kilns.send()
    kilns.pay(kilns.send(kilns.cast.vannak))
    chance = Random(7)
    with kilns.house.database.transaction() as session:
        people = [
            Person(
                name_km=chance.choice(GIVEN),
                name_latin=f"{chance.choice(FAMILIES)} {chance.choice(GIVEN)}{(' Rith', ' Rithy', '')[number % 3]}",
                created_at=NOW,
            )
            for number in range(60)
        ]
        session.add_all(people)
        session.flush()
        like = session.scalars(select(Application)).all()[0]
        for number in range(240):
            answers = {"name": f"{chance.choice(GIVEN)} Hotel", "site": chance.choice(PLACES)}
            office = chance.choice((kilns.cast.battambang, kilns.cast.phnom_penh))
            sent = NOW if number % 7 else None
            session.add(_application(like, number, office, chance.choice(people).id, answers, sent))
        session.flush()
        gone = session.scalars(select(UserTask)).all()[-1]
        gone.office_id = kilns.cast.phnom_penh
    return kilns


def _application(like: Application, number: int, office: int, applicant: int, answers: Any, sent: Any) -> Application:
    return Application(
        key=f"k{number}", service_key=like.service_key, definition_id=like.definition_id, office_id=office,
        applicant_id=applicant, answers=answers, submitted_at=sent, created_at=NOW, status="running",
    )  # fmt: skip


def readers(kilns: Kilns) -> dict[str, Actor]:
    cast = kilns.cast
    return {
        "everywhere": cast.visal.actor,
        "counter": cast.bopha.actor,
        "the other counter": cast.phally.actor,
        "head there": replace(cast.bopha.actor, memberships=frozenset({(HEAD, cast.phnom_penh)})),
        "two offices": replace(
            cast.vannak.actor,
            memberships=frozenset({(FRONT_OFFICE, cast.phnom_penh), (ADMINISTRATOR, cast.battambang)}),
        ),
    }


def fitting(session: Session) -> dict[str, set[int]]:
    """For each text the ids of the applications that fit it, one application after the other."""
    rows = session.execute(select(Application, Person).join(Person, Person.id == Application.applicant_id)).all()
    keys = {
        row.id: keys_of_person(person.name_km, person.name_latin) | keys_of_answers(row.answers) for row, person in rows
    }

    def holding(word: str) -> set[int]:
        begins = (word, *(f"@{code}" for code in places_called(word)))
        return {number for number, held in keys.items() if any(key.startswith(begins) for key in held)}

    return {
        typed: holding("".join(words_of(typed))) | set.intersection(*map(holding, words_of(typed))) for typed in TYPED
    }


def allowed(session: Session, scope: Scope) -> list[int]:
    sent = select(Application.id).where(Application.submitted_at.is_not(None), scope.allowed)
    return list(session.scalars(sent.order_by(Application.id.desc())))


@pytest.mark.parametrize("steps", STEPS)
def test_every_way_of_looking_finds_the_same_as_reading_one_case_after_the_other(
    town: Kilns, steps: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, number in {"SECONDS": patience.SECONDS, **STEPS[steps]}.items():
        monkeypatch.setattr(searching, name, number)
    found = 0
    with town.house.database.reading() as session:
        fits = fitting(session)
        for name, actor in readers(town).items():
            for only_near in (False, True)[: 1 + (name == "everywhere")]:
                scope = scope_of(actor, only_near=only_near)
                may = allowed(session, scope)
                for typed in TYPED:
                    told = newest_with(session, words_of(typed), places_called, scope, most=10_000, page=20)
                    assert list(told.ids) == [number for number in may if number in fits[typed]], (name, typed)
                    found += len(told.ids)
    assert found > 500


def test_the_ways_by_which_tasks_lead_to_cases_are_those_by_which_a_case_is_read(town: Kilns) -> None:
    with town.house.database.reading() as session:
        for actor in readers(town).values():
            led = set(session.scalars(led_to(actor, only_near=False)))
            elsewhere = Application.office_id.not_in(sorted(actor.offices(*{g for g, _ in actor.memberships}) or ()))
            others = set(session.scalars(select(Application.id).where(readable(actor), elsewhere)))
            assert others <= led or (ADMINISTRATOR, None) in actor.memberships


def test_what_is_kept_for_finding_is_what_would_be_kept_anew(town: Kilns) -> None:
    with town.house.database.reading() as session:
        kept = set(session.execute(select(FindingKey.kind, FindingKey.owner_id, FindingKey.text)).all())
        people = session.execute(select(Person.id, Person.name_km, Person.name_latin)).all()
        sent = session.execute(
            select(Application.id, Application.answers).where(Application.submitted_at.is_not(None))
        ).all()
    anew = {("person", row.id, key) for row in people for key in keys_of_person(row.name_km, row.name_latin)}
    anew |= {("application", row.id, key) for row in sent for key in keys_of_answers(row.answers)}
    assert kept == anew != set()


@pytest.fixture
def nation(kilns: Kilns) -> Kilns:
    """Thousands of cases at twenty offices: every fourth applicant is called Sok, one in a hundred Rithy; every sixth
    case is about a place in Phnom Penh, every one about a kiln."""
    kilns.send()
    with kilns.house.database.transaction() as session:
        like = session.scalars(select(Application)).all()[0]
        first = max(session.scalars(select(Person.id)).all()) + 1
        at = session.get_one(Office, kilns.cast.battambang)
        others = [_office_like(at, number) for number in range(18)]
        session.add_all(others)
        session.flush()
        offices = (kilns.cast.battambang, kilns.cast.phnom_penh, *(one.id for one in others))
        people, cases, keys = [], [], []
        for number in range(MANY_CASES):
            name = "sok" if number % 4 == 3 else "rithy" if number % 100 == 0 else f"nobody{number}"
            row = first + number
            people.append(
                {
                    "id": row,
                    "name_latin": name,
                    "created_at": NOW,
                    "phone": f"+8558{number:08}",
                    "id_number": f"9{number:08}",
                }
            )
            cases.append({
                "id": row, "key": f"n{number}", "reference": f"02-26-{number:06}-0", "tracking_code": f"N{number}",
                "service_key": like.service_key, "definition_id": like.definition_id,
                "office_id": offices[number // 2 % len(offices)],
                "applicant_id": row, "answers": {}, "submitted_at": NOW, "created_at": NOW, "status": "running",
            })  # fmt: skip
            keys += [{"kind": "person", "owner_id": row, "text": f"{name}{number}"}]
            said = (f"kiln{number}", *(["@1201"] if number % 6 == 0 else []))
            keys += [{"kind": "application", "owner_id": row, "text": one} for one in said]
        for table, rows in ((Person, people), (Application, cases), (FindingKey, keys)):
            session.execute(insert(table.__table__), rows)
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SELECT setval('person_id_seq', (SELECT max(id) FROM person))"))
    measured(kilns.house.database, "application", "finding_key", "person", "user_task")
    return kilns


def _office_like(office: Office, number: int) -> Office:
    name = f"ការិយាល័យ {number}"
    return Office(code=f"98{number:02}", level=office.level, name_km=name, name_en=name, hours=office.hours)


def look(kilns: Kilns, actor: Actor, typed: str, number: int = 1, reason_id: int | None = 1) -> Found:
    with kilns.house.database.reading() as session:
        return search(session, kilns.house, actor, typed, number, reason_id=reason_id)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_no_search_reads_a_large_table_as_a_whole_nor_asks_often(
    nation: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "FEW", 500)
    by = {
        "sok": "ix_finding_key_text", "rithy": "ix_finding_key_text",
        "nobody4": "ix_finding_key_text", "+85580000044": "ix_person_phone",
        "900000044": "ix_person_id_number", "02-26-000044": "uq_application_reference",
        "N44X": "uq_application_tracking_code",
    }  # fmt: skip
    for actor in (nation.cast.visal.actor, nation.cast.bopha.actor):
        for typed, index in by.items():
            with planned(nation.house.database) as plans:
                look(nation, actor, typed)
            assert index in str(plans), typed
            for table in ("finding_key", "application", "person"):
                assert f"Seq Scan on {table}" not in str(plans), (typed, str(plans))
            assert len(plans.texts) <= 5, typed
            if typed == "sok":
                walked = "pk_application" if actor == nation.cast.visal.actor else "ix_application_office_sent"
                assert f"Scan Backward using {walked}" in str(plans), str(plans)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_two_common_names_near_are_compared_before_any_case_is_read(
    nation: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    with nation.house.database.transaction() as session:
        sok = select(FindingKey.owner_id).where(FindingKey.text.like("sok%"), FindingKey.owner_id % 3 == 0)
        both = select(literal("person"), FindingKey.owner_id, literal("vanna")).where(FindingKey.owner_id.in_(sok))
        session.execute(insert(FindingKey).from_select(["kind", "owner_id", "text"], both.distinct()))
    measured(nation.house.database, "finding_key")
    monkeypatch.setattr(searching, "FEW", 100)
    phally = nation.cast.phally.actor
    with planned(nation.house.database) as plans:
        found = look(nation, phally, "sok vanna")
    assert found.hits.total == look(nation, phally, "vanna").hits.total > 20
    assert "ix_application_applicant_id" in reads_by_index(plans, "finding_key", "application", "person")
    assert "ix_application_office_sent" not in str(plans), "the cases of the office are gone through"


def test_common_names_are_counted_to_a_thousand_and_the_newest_are_shown(
    nation: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    everywhere = nation.cast.visal.actor
    first, last = look(nation, everywhere, "sok"), look(nation, everywhere, "sok", 50)
    assert (first.hits.total, first.hits.pages, last.hits.number) == (MOST_COUNTED + 1, 50, 50)
    references = [f"02-26-{number:06}-0" for number in range(MANY_CASES - 1, 0, -4)][:MOST_COUNTED]
    assert [hit.reference for hit in first.hits.items] == references[:20]
    assert [hit.reference for hit in last.hits.items] == references[-20:]
    assert look(nation, everywhere, "rithy").hits.total == MANY_CASES // 100
    monkeypatch.setattr(searching, "MANY", 2_000)
    for number in (1, 3):  # of what everybody has, no more is looked for than the page
        found = look(nation, everywhere, "kiln", number)
        assert (found.hits.total, found.hits.number) == (MOST_COUNTED + 1, number)
        newest = MANY_CASES - 1 - 20 * (number - 1)
        shown = [f"02-26-{one:06}-0" for one in range(newest, newest - 20, -1)]
        assert [hit.reference for hit in found.hits.items] == shown


def endless() -> ColumnElement[bool]:
    """A test that is never done."""
    numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n))
    return select(func.count()).select_from(numbers).scalar_subquery() > 0


def test_what_takes_too_long_is_given_up_and_the_page_goes_on(town: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "SECONDS", 0.05)
    monkeypatch.setattr(searching, "FEW", 0)
    with town.house.database.reading() as session:
        scope = Scope(endless())
        told = newest_with(session, ["sok", "dara"], places_called, scope, most=10, page=10)
        assert told == Newest((), has_more=False, is_given_up=True)
        assert session.scalar(select(func.count()).select_from(Application)), "the transaction goes on"
        if not town.house.database.is_sqlite:
            assert session.scalar(text("SHOW statement_timeout")) == "0", "and its statements have their time"


def test_common_words_that_nobody_has_together_are_given_up(nation: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    with nation.house.database.transaction() as session:
        session.execute(
            update(FindingKey)
            .where(FindingKey.text.like("nobody%"), FindingKey.owner_id % 2 == 0)
            .values(text="chan" + FindingKey.text)
        )
    visal = nation.cast.visal.actor
    for number, name in ((500, "FEW"), (1_000, "MANY")):
        monkeypatch.setattr(searching, name, number)
    monkeypatch.setattr(searching, "SECONDS", patience.SECONDS)
    patient = look(nation, visal, "sok chan")
    assert (patient.hits.total, patient.is_given_up) == (0, False)
    monkeypatch.setattr(searching, "SECONDS", 0)
    given_up = look(nation, visal, "sok chan")
    assert (given_up.hits.total, given_up.hits.items, given_up.is_given_up) == (0, (), True)
    assert not look(nation, visal, "rithy").is_given_up, "what few have is always found"
