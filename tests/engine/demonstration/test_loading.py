"""A load in a database: cases that the product made, the same for the same seed, wherever it was stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.case.events import verify_chains
from engine.catalog.published import Catalog
from engine.demonstration.building import is_built
from engine.demonstration.loading import Played, first_number, play, set_up
from engine.demonstration.planning import Load
from engine.errors.loads import LoadInThePast, NothingToLoad
from engine.house import House
from engine.versions.replaying import replay
from storage.absences import Absence, Deputy, StoodIn
from storage.applications import Application
from storage.cash_books import BookStatus, CashBook
from storage.offices import Office, OfficeLevel
from storage.processes import UserTask
from storage.tallying import differences
from tests.cast import CHEAP_PASSWORDS
from tests.databases import copy_of, forgetful
from tests.fixtures.houses import settings_for
from tests.parsed import PARSED
from tests.small.files import few_services_in
from web.opening import open_from

SERVICES = ("interior/account_verification", "tourism/guesthouse_licence", "tourism/travel_agency_licence")
"""Accounts at both offices, a licence at both, and one that goes up to the ministry from the province."""
PASSWORD = "a load of nobody"
LOAD = Load("h", 14, date(2026, 11, 2), datetime(2026, 11, 5, 9, 0, tzinfo=UTC), ("02", "0203"))
"""Four days of two offices."""


class Stopped(Exception):
    """Somebody stops it."""


def begun(house: House, folder: Path) -> House:
    house = replace(house, processes=few_services_in(folder / "few", *SERVICES))
    set_up(house, password=PASSWORD, begins=LOAD.begins, now=LOAD.until)
    return house


def played(house: House, load: Load = LOAD, stops_after: int = 10_000) -> Played:
    made = 0

    def tell(_done: int, _every: int) -> None:
        nonlocal made
        made += 1
        if made == stops_after:
            raise Stopped

    return play(house, load, password=PASSWORD, tell=tell)


def facts(house: House) -> list[tuple[Any, ...]]:
    """Everything about the cases that no chance made."""
    with house.database.reading() as session:
        cases = session.execute(
            select(
                Application.reference, Application.service_key, Application.status, Application.outcome,
                Application.stage, Application.answers, Application.submitted_at, Application.ended_at,
            ).order_by(Application.reference)
        )  # fmt: skip
        tasks = session.execute(
            select(
                Application.reference, UserTask.element_id, UserTask.status, UserTask.claimed_at,
                UserTask.completed_at, UserTask.completed_by_id,
            )
            .join(Application, Application.id == UserTask.application_id)
            .order_by(Application.reference, UserTask.id)
        )  # fmt: skip
        return [tuple(row) for row in (*cases, *tasks)]


@pytest.fixture(scope="module")
def whole(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house in which the load was played at once."""
    folder = tmp_path_factory.mktemp("load")
    house = open_from(settings_for(copy_of(sqlite_template, folder), folder), passwords=CHEAP_PASSWORDS)
    house = begun(replace(house, database=forgetful(house.database), catalog=Catalog(PARSED)), folder)
    done = played(house)
    assert (done.cases, done.stopped) == (14, {})
    yield house
    house.database.close()


def test_a_load_that_was_stopped_twice_comes_to_the_same_cases(house: House, tmp_path: Path, whole: House) -> None:
    house = begun(house, tmp_path)
    for moves in (5, 17):
        with pytest.raises(Stopped):
            played(house, stops_after=moves)
    rest = played(house)
    assert (rest.cases, rest.stopped) == (14, {})
    assert facts(house) == facts(whole)
    with house.database.reading() as session:
        assert list(verify_chains(session)) == []
        assert differences(session) == []
    assert played(house).moves == 0, "there is nothing left to do"


def test_a_loaded_house_is_a_demonstration_and_its_histories_hold(whole: House) -> None:
    assert is_built(whole)
    with whole.database.reading() as session:
        assert list(verify_chains(session)) == []
        assert differences(session) == []
        cases = session.scalars(select(Application.id)).all()
        assert all(replay(session, whole, case).same for case in cases)
        outcomes = set(session.scalars(select(Application.outcome)))
        books = set(session.scalars(select(CashBook.status)))
        offices = set(session.scalars(select(Office.level).join(UserTask, UserTask.office_id == Office.id)))
    assert outcomes >= {"", "verified"}
    assert BookStatus.CONFIRMED in books
    assert offices == set(OfficeLevel)


def test_absences_are_recorded_and_deputies_do_the_work_meanwhile(whole: House) -> None:
    with whole.database.reading() as session:
        away = session.scalars(select(Absence.person_id).join(Deputy, Deputy.absence_id == Absence.id)).all()
        stood_in = session.scalars(select(StoodIn)).all()
    assert away
    assert stood_in


def test_another_load_is_not_played_among_cases_that_are_there(whole: House) -> None:
    before = facts(whole)
    for other in (replace(LOAD, seed="a"), replace(LOAD, cases=13), replace(LOAD, begins=date(2026, 10, 29))):
        with pytest.raises(LoadInThePast, match="goes up to 2026-11-05"):
            played(whole, other)
    assert facts(whole) == before


def test_offices_that_are_not_there_get_no_cases(whole: House) -> None:
    with pytest.raises(NothingToLoad):
        played(
            whole, replace(LOAD, begins=date(2026, 11, 6), until=datetime(2026, 11, 6, 9, tzinfo=UTC), offices=("99",))
        )


def test_a_load_goes_on_where_another_one_ended(whole: House) -> None:
    later = Load("e", 3, date(2026, 11, 6), datetime(2026, 11, 6, 10, 0, tzinfo=UTC), ("02",), first_number(whole))
    done = played(whole, later)
    assert (done.cases, done.stopped) == (3, {})
    with whole.database.reading() as session:
        assert list(verify_chains(session)) == []
