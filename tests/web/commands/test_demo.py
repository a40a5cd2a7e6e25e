"""``owso demo``: a whole month of invented applications, made through the use cases."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.case.events import verify_chains
from engine.catalog.published import Catalog
from engine.demonstration import installing
from engine.demonstration.building import build
from engine.demonstration.fitting import worked
from engine.demonstration.people import DOMAIN
from engine.demonstration.stories import tellable
from engine.house import House
from engine.queries.admin.health import examine
from engine.versions.replaying import replay
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from storage.applications import Application, Certificate, Handover
from storage.clocks import Clock, ClockStatus
from storage.continuations import Continuation, ContinuationKind
from storage.finding import FindingKey, keys_of_answers, keys_of_person
from storage.offices import Holiday, Office, OfficeLevel, OfficeService
from storage.people import Membership, Person
from storage.processes import OPEN_TASK, Incident, IncidentStatus, TaskKind, UserTask
from storage.remissions import Remission, RemissionStatus
from tests.cast import CHEAP_PASSWORDS, Cast
from tests.databases import copy_of, forgetful
from tests.fixtures.houses import settings_for
from tests.parsed import PARSED
from tests.small.files import UP_TO_A_MINISTRY, few_services_in
from web.cli import main
from web.opening import open_from

LATE_NOVEMBER = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
EARLY_JANUARY = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_a_visit_of_a_scenario_is_planned_for_a_day_on_which_the_office_works() -> None:
    office = WorkingTime(USUAL_WEEK, frozenset({date(2026, 3, 9)}))
    assert [worked(day, office) for day in ("2026-03-06", "2026-03-07", "2026-03-09")] == [
        "2026-03-06",
        "2026-03-10",
        "2026-03-10",
    ]


@pytest.fixture
def installation(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OWSO_DATABASE_URL", database_url)
    monkeypatch.setenv("OWSO_DATA_DIR", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.fixture(scope="module")
def shown(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house in which the demonstration was built on an afternoon in November."""
    folder = tmp_path_factory.mktemp("demonstration")
    house = open_from(settings_for(copy_of(sqlite_template, folder), folder), passwords=CHEAP_PASSWORDS)
    house = replace(house, database=forgetful(house.database), catalog=Catalog(PARSED))
    built = build(house, password="a demonstration", now=LATE_NOVEMBER)
    assert built.stopped == ()
    assert built.applications >= 50
    yield house
    house.database.close()


def test_the_demonstration_shows_every_stage_and_every_outcome(shown: House) -> None:
    with shown.database.reading() as session:
        outcomes = set(session.scalars(select(Application.outcome)))
        stages = set(session.scalars(select(Application.stage)))
        collected = session.scalar(select(func.count()).select_from(Handover))
    assert outcomes == {"", "approved", "rejected", "withdrawn", "verified", "refused", "lapsed"}
    assert {"payment", "checking", "inspection", "decision", "ready", "collected"} <= stages
    assert collected >= 4


def test_the_demonstration_has_offices_of_three_levels_and_cases_of_every_service(shown: House) -> None:
    with shown.database.reading() as session:
        offices = {office.code: office for office in session.scalars(select(Office))}
        offered = set(session.scalars(select(OfficeService.service_key)))
        current = shown.catalog.all_current(session, now=LATE_NOVEMBER)
        published = {one.service_key for one in current}
        from_nothing = {one.service_key for one in current if tellable(one.package)}
        told = set(session.scalars(select(Application.service_key)))
    assert {"02", "0203", "0205", "12"} <= set(offices)
    ministries = {office.ministry_key for office in offices.values() if office.level == OfficeLevel.MINISTRY}
    assert {"agriculture", "tourism"} <= ministries
    assert offered == published
    assert told >= from_nothing
    assert len(told) > 0.9 * len(published)


def test_cases_of_the_demonstration_wait_at_every_step_of_a_busy_service(shown: House) -> None:
    with shown.database.reading() as session:
        waits = session.execute(
            select(UserTask.kind, UserTask.group).where(UserTask.status.in_(OPEN_TASK)).distinct()
        ).all()
    assert {kind for kind, _ in waits} >= {TaskKind.FORM, TaskKind.PAYMENT, TaskKind.HANDOVER}
    assert {group for _, group in waits} >= {"front_office", "specialist", "inspector", "head"}


def test_whoever_works_in_the_demonstration_finds_something(shown: House) -> None:
    """One officer of each group at some office, and of each group of some ministry."""
    with shown.database.reading() as session:
        waits = session.execute(
            select(UserTask.group, Office.level)
            .join(Office, Office.id == UserTask.office_id)
            .where(UserTask.status.in_(OPEN_TASK))
        ).all()
        asked = session.scalars(select(Remission.status)).all()
        changes = session.scalars(select(Continuation.kind)).all()
        most = select(func.count()).select_from(Certificate).group_by(Certificate.application_id)
        several = max(session.scalars(most))
    groups = {(group, level == OfficeLevel.MINISTRY) for group, level in waits}
    assert groups >= {("governor", False), ("specialist", True), ("head", True)}
    assert sorted(asked) == [RemissionStatus.AGREED, RemissionStatus.ASKED]
    assert sorted(changes) == [ContinuationKind.CHANGE, ContinuationKind.RENEWAL]
    assert several > 1


def test_some_cases_of_the_demonstration_are_warned_and_some_late_and_one_stopped(shown: House) -> None:
    with shown.database.reading() as session:
        clocks = session.scalars(select(Clock).where(Clock.status == ClockStatus.RUNNING)).all()
        incidents = session.scalars(select(Incident).where(Incident.status == IncidentStatus.OPEN)).all()
    assert any(clock.breached_at for clock in clocks)
    assert any(clock.warned_at and not clock.breached_at for clock in clocks)
    assert [incident.element_id for incident in incidents] == ["issue"]


def test_cases_that_go_up_to_a_ministry_find_its_office_and_its_officers(shown: House) -> None:
    with shown.database.reading() as session:
        ministry = session.scalars(select(Office).where(Office.ministry_key == "tourism")).one()
        working = session.scalars(select(Membership.group).where(Membership.office_id == ministry.id)).all()
        offered = select(func.count()).where(OfficeService.service_key == "tourism.tour_guide_licence")
        offices = session.scalar(offered)
    assert set(working) == {"head", "specialist"}
    assert offices == 4


def test_a_fresh_demonstration_is_well_with_its_incident(shown: House) -> None:
    found = examine(shown.database, shown.files, shown.fonts, now=LATE_NOVEMBER)
    assert found.ok, found
    assert found.oldest_incident_seconds == 1800


def test_all_people_of_the_demonstration_are_invented(shown: House) -> None:
    with shown.database.reading() as session:
        people = session.scalars(select(Person)).all()
    assert all(person.name_latin.startswith("Kumru ") for person in people)
    assert all(person.email is None or person.email.endswith(f"@{DOMAIN}") for person in people)


def test_everybody_in_the_demonstration_is_found_by_what_they_are_called_now(shown: House) -> None:
    with shown.database.reading() as session:
        kept = set(session.execute(select(FindingKey.kind, FindingKey.owner_id, FindingKey.text)).all())
        people = session.scalars(select(Person)).all()
        sent = session.scalars(select(Application).where(Application.submitted_at.is_not(None))).all()
        anew = {("person", one.id, key) for one in people for key in keys_of_person(one.name_km, one.name_latin)}
        anew |= {("application", one.id, key) for one in sent for key in keys_of_answers(one.answers)}
    assert kept == anew != set()


def test_every_history_of_the_demonstration_holds_and_replays(shown: House) -> None:
    with shown.database.reading() as session:
        assert list(verify_chains(session)) == []
        sent = session.scalars(select(Application.id).where(Application.submitted_at.is_not(None))).all()
        assert all(replay(session, shown, application_id).same for application_id in sent)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_it_is_built_early_in_a_year_too(house: House, tmp_path: Path) -> None:
    house = replace(house, processes=few_services_in(tmp_path / "processes"))
    built = build(house, password="a demonstration", now=EARLY_JANUARY)
    assert built.stopped == ()
    assert examine(house.database, house.files, house.fonts, now=EARLY_JANUARY).ok
    with house.database.reading() as session:
        years = {day.year for day in session.scalars(select(Holiday.day))}
        assert session.scalar(select(func.count()).select_from(Application)) == built.applications
    assert years == {2025, 2026, 2027, 2028}


@ON_SQLITE
def test_the_command_builds_once_and_tells_how_to_sign_in(
    installation: Path,
    tmp_path: Path,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("OWSO_DEMO", "1")
    monkeypatch.setenv("OWSO_PROCESSES_DIR", str(few_services_in(tmp_path / "processes", UP_TO_A_MINISTRY)))
    assert main(["demo"]) == 0
    told = capsys.readouterr().out
    kept = installation / "demo_password"
    assert kept.read_text() in told
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    for login in ("administrator", "governor.02", "front_office.0203", "specialist.tourism"):
        assert f"{login}@{DOMAIN}" in told
    assert main(["demo"]) == 0
    assert capsys.readouterr().out == told
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).where(Office.level == OfficeLevel.PROVINCE)) == 4


@ON_SQLITE
def test_a_real_office_is_never_filled_with_invented_people(
    installation: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo"]) == 1
    assert "OWSO_DEMO=1" in capsys.readouterr().err
    monkeypatch.setenv("OWSO_DEMO", "1")
    assert main(["demo"]) == 1
    assert "no demonstration" in capsys.readouterr().err


@ON_SQLITE
def test_a_database_with_services_of_today_is_refused_before_anything_is_built(
    installation: Path, house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["publish", str(house.processes / "interior" / "account_verification")]) == 0
    monkeypatch.setenv("OWSO_DEMO", "1")
    for _ in range(2):  # what was half built would be taken for a demonstration
        assert main(["demo"]) == 1
        assert "published services already" in capsys.readouterr().err
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0


@ON_SQLITE
@pytest.mark.parametrize("command", [["demo"], ["serve", "--prepare"]])
def test_a_demonstration_whose_building_was_stopped_is_refused_with_the_remedy(
    command: list[str],
    installation: Path,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with house.database.transaction() as session:
        codes = installing.open_offices(session, house, opened=LATE_NOVEMBER, now=LATE_NOVEMBER)
        installing.hire(session, house, codes, password="a demonstration", opened=LATE_NOVEMBER)
    monkeypatch.setenv("OWSO_DEMO", "1")
    assert main(command) == 1
    said = capsys.readouterr()
    assert "is not finished" in said.err
    assert "OWSO_DATA_DIR" in said.err
    assert said.out == ""


@ON_SQLITE
@pytest.mark.parametrize(("password", "why"), [("short", "at least 10 characters"), ("password123", "tried first")])
def test_a_password_that_nobody_may_choose_is_refused_before_anything_is_built(
    installation: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], password: str, why: str
) -> None:
    monkeypatch.setenv("OWSO_DEMO", "1")
    monkeypatch.setenv("OWSO_DEMO_PASSWORD", password)
    assert main(["demo"]) == 2
    said = capsys.readouterr().err
    assert "OWSO_DEMO_PASSWORD" in said
    assert why in said
