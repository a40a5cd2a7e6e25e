"""A generated case is one of the product's: it can be taken on, its history holds, its applicant sees it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from stdnum import damm

from bench.installation import NOW, PASSWORD, opened
from bench.nation import places, server
from bench.nation.filling import fill
from bench.nation.plan import BUSY, CROWDED, plan, variants
from bench.nation.told_cases import told_cases
from engine.case.events import verify_chains
from engine.clockwork import schedule
from engine.demonstration.building import build
from engine.errors import NotFound
from engine.house import House
from engine.packages.groups import FRONT_OFFICE
from engine.people.actors import Actor
from engine.queries.office.inbox import inbox
from engine.queries.public.tracking import track
from engine.queries.shared.stretches import Wanted
from engine.tasks import user_tasks
from storage.applications import Application, ApplicationStatus, Outcome
from storage.migrations import upgrade
from storage.offices import Office
from storage.people import IdentityStatus, Membership, Person
from storage.processes import OPEN_TASK, TaskStatus, UserTask
from storage.tallying import differences
from tests.databases import Postgres
from tests.small.files import UP_TO_A_MINISTRY, few_services_in
from tests.templates import OF_A_RUN

CASES = 60
SERVICES = ("interior/account_verification", UP_TO_A_MINISTRY)


@pytest.fixture(scope="module")
def nation(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Sixty open cases more than a demonstration with two services told."""
    folder, name = tmp_path_factory.mktemp("nation"), f"{OF_A_RUN}nation_{os.getpid()}"
    server.drop(postgres.address, name)
    server.create(postgres.address, name)
    address = postgres.address.replace(postgres.address.rpartition("/")[2].partition("?")[0], name)
    house = opened(folder / "var", address, few_services_in(folder / "few", *SERVICES))
    try:
        upgrade(house.database)
        build(house, password=PASSWORD, now=NOW)
        places.open_places(house, now=NOW)
        fill(address, CASES)
        yield house
    finally:
        house.database.close()
        server.drop(postgres.address, name)


def copied(house: House, code: str) -> list[UserTask]:
    """The tasks of copied cases that wait at the front office of an office, oldest first."""
    with house.database.reading() as session:
        told = select(func.max(Application.id)).where(Application.reference.not_like("%-500___-_"))
        wanted = select(UserTask).join(Office, Office.id == UserTask.office_id).where(Office.code == code)
        wanted = wanted.where(UserTask.status == TaskStatus.READY, UserTask.group == FRONT_OFFICE)
        return list(
            session.scalars(wanted.where(UserTask.application_id > told.scalar_subquery()).order_by(UserTask.id))
        )


def front_officer(house: House, code: str) -> Actor:
    with house.database.reading() as session:
        wanted = select(Person, Office.id).join(Membership, Membership.person_id == Person.id)
        wanted = wanted.join(Office, Office.id == Membership.office_id)
        found = session.execute(wanted.where(Office.code == code, Membership.group == FRONT_OFFICE)).first()
    assert found is not None
    person, office_id = found
    memberships = frozenset({(FRONT_OFFICE, office_id)})
    return Actor(person.id, person.name_km, person.name_latin, memberships=memberships)


def test_as_many_cases_are_open_as_were_asked_for_and_two_hundred_offices(nation: House) -> None:
    with nation.database.reading() as session:
        copies = select(func.count()).where(Application.reference.like("%-500___-_"))
        assert session.scalar(copies.where(Application.status == ApplicationStatus.RUNNING)) == CASES
        assert session.scalar(copies.where(Application.status == ApplicationStatus.ENDED)) == CASES * 3 // 10
        assert session.scalar(select(func.count()).where(Office.ministry_key.is_(None))) == places.OFFICES
    assert len(copied(nation, BUSY)) >= CASES * 2 // 5
    assert len(copied(nation, CROWDED)) >= CASES // 10


def test_every_history_holds(nation: House) -> None:
    with nation.database.reading() as session:
        assert list(verify_chains(session)) == []


def test_what_is_kept_beside_the_cases_is_what_they_come_to(nation: House) -> None:
    with nation.database.reading() as session:
        assert differences(session) == []


def test_nothing_is_due(nation: House) -> None:
    swept = schedule.sweep(nation, now=NOW)
    assert (swept.timers, swept.warned, swept.breached, swept.reminded, swept.messages) == (0, 0, 0, 0, 0)


def test_a_copied_case_is_claimed_and_decided_by_the_officer_of_its_office(nation: House) -> None:
    officer, task = front_officer(nation, BUSY), copied(nation, BUSY)[0]
    with nation.database.transaction() as session:
        user_tasks.claim(session, nation, officer, task.key, now=NOW)
    with nation.database.transaction() as session:
        decided = {"verification_result": "verified"}
        user_tasks.complete(session, nation, officer, task.key, decided, now=NOW)
    with nation.database.reading() as session:
        application = session.get_one(Application, task.application_id)
        assert application.outcome == Outcome.VERIFIED
        assert session.get_one(Person, application.applicant_id).identity_status == IdentityStatus.VERIFIED
        assert list(verify_chains(session, application.id)) == []


def test_the_applicant_of_a_copied_case_follows_it_by_its_own_code(nation: House) -> None:
    with nation.database.reading() as session:
        application = session.get_one(Application, copied(nation, BUSY)[1].application_id)
        shown = track(session, nation, application.tracking_code or "", application.tracking_digits, now=NOW)
        assert shown.reference == application.reference
        with pytest.raises(NotFound):
            track(session, nation, application.tracking_code or "", "0000", now=NOW)


def test_the_inbox_of_its_office_counts_every_copied_case(nation: House) -> None:
    officer = front_officer(nation, CROWDED)
    with nation.database.reading() as session:
        mine = [UserTask.group == group for group, _ in officer.memberships]
        mine += [UserTask.office_id == office for _, office in officer.memberships]
        waiting = session.scalar(select(func.count(UserTask.id)).where(UserTask.status.in_(OPEN_TASK), *mine))
        assert inbox(session, nation, officer, "all", Wanted(), now=NOW).counts["all"] == waiting
    assert waiting
    assert waiting >= CASES // 10


def test_numbers_are_valid_and_go_on_behind_those_that_were_given(nation: House) -> None:
    with nation.database.reading() as session:
        references = session.scalars(select(Application.reference).where(Application.reference.is_not(None))).all()
    assert all(damm.is_valid((reference or "").replace("-", "")) for reference in references)
    with nation.database.transaction() as session:
        person = Person(name_km="", name_latin="Somebody New", created_at=NOW)
        session.add(person)
        session.flush()
        assert person.id == (session.scalar(select(func.max(Person.id))) or 0)


def test_a_nation_of_a_size_is_the_same_each_time(nation: House) -> None:
    with server.connected(
        nation.database.engine.url.set(drivername="postgresql").render_as_string(False)
    ) as connection:
        offices, known = places.places(connection), variants(told_cases(connection), open_shifts=2)
    assert list(plan(CASES, known, offices)) == list(plan(CASES, known, offices))
    assert list(plan(CASES, known, offices)) != list(plan(CASES + 1, known, offices))[: CASES * 13 // 10]
