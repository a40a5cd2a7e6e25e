"""``owso offices``, ``owso users`` and ``owso holidays``: setting up a real installation from the command line."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from engine.house import House
from engine.working_time.calendar import public_holidays
from storage.offices import Holiday, Office, OfficeService
from storage.people import Membership, Person
from tests.cast import Cast
from tests.small.cases import SERVICE, Kilns
from tests.small.films import LABORATORY, Films
from web.cli import main


@pytest.fixture(autouse=True)
def installation(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWSO_DATABASE_URL", database_url)
    monkeypatch.setenv("OWSO_DATA_DIR", str(tmp_path / "var"))


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password on standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO("a password to remember\n"))


def test_an_office_is_opened_under_the_name_of_its_province(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["offices", "open", "12", "0203"]) == 0
    assert "12 is open: Phnom Penh One Window Service Office." in capsys.readouterr().out
    with house.database.reading() as session:
        offices = {office.code: office for office in session.scalars(select(Office))}
    assert offices["12"].name_km.endswith("រាជធានីភ្នំពេញ")
    assert (offices["12"].level, offices["0203"].level) == ("province", "district")
    assert [0, "07:30", "11:30"] in offices["12"].hours


def test_opening_an_office_twice_changes_nothing(house: House) -> None:
    assert main(["offices", "open", "08"]) == 0
    assert main(["offices", "open", "08"]) == 0
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Office)) == 1


def test_a_code_that_is_no_province_or_district_is_refused(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["offices", "open", "99"]) == 1
    assert "owso offices" in capsys.readouterr().err


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_service_or_an_office_that_there_is_not_is_answered_with_those_there_are(
    kilns: Kilns, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kilns.cast
    assert main(["offices", "offer", "12", "industry.kiln_permt"]) == 1
    assert f"no service industry.kiln_permt is published; there are: {SERVICE}" in capsys.readouterr().err
    assert main(["offices", "offer", "21", SERVICE]) == 1
    assert "no office is open under 21; there are: 12" in capsys.readouterr().err


def test_an_office_offers_what_was_published(kilns: Kilns) -> None:
    assert main(["offices", "offer", "12", SERVICE]) == 0
    assert main(["offices", "offer", "12", SERVICE]) == 0
    with kilns.house.database.reading() as session:
        offered = session.scalars(
            select(OfficeService.service_key).where(OfficeService.office_id == kilns.cast.phnom_penh)
        ).all()
    assert offered.count(SERVICE) == 1


def test_an_office_of_another_level_does_not_offer_a_service(kilns: Kilns, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["offices", "open", "0203"]) == 0
    assert main(["offices", "offer", "0203", SERVICE]) == 1
    assert "is for offices of other levels: province" in capsys.readouterr().err
    with kilns.house.database.reading() as session:
        office = session.scalars(select(Office).where(Office.code == "0203")).one()
        assert session.scalars(select(OfficeService).where(OfficeService.office_id == office.id)).all() == []


def test_the_office_of_a_ministry_is_opened_by_its_key_and_has_one_number(
    kilns: Kilns, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert main(["offices", "open", "industry", "--level", "ministry"]) == 0
        assert "9001 is open: Ministry of Industry One Window Service Office." in capsys.readouterr().out
    assert main(["offices", "offer", "industry", SERVICE]) == 1
    assert "is for offices of other levels: province" in capsys.readouterr().err
    assert main(["users", "grant", kilns.cast.mony.phone, "specialist", "--office", "industry"]) == 0
    with kilns.house.database.reading() as session:
        office = session.scalars(select(Office).where(Office.ministry_key == "industry")).one()
        held = session.scalars(select(Membership.group).where(Membership.office_id == office.id)).all()
    assert (office.code, office.level, held) == ("9001", "ministry", ["specialist"])


def test_an_office_of_a_ministry_that_published_nothing_or_of_another_level_is_refused(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["offices", "open", "fisheries"]) == 1
    assert "No ministry fisheries has published a service. There are: interior, tourism." in capsys.readouterr().err
    with pytest.raises(SystemExit, match="02 is a province, not a district"):
        main(["offices", "open", "02", "--level", "district"])


def test_a_group_that_a_ministry_declares_is_granted_once_it_is_published(
    house: House, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["users", "grant", cast.mony.phone, LABORATORY, "--office", "02"]
    assert main(arguments) == 1
    assert "There is no group culture.laboratory" in capsys.readouterr().err
    Films(house, cast).publish()
    assert main(arguments) == 0
    assert main(["users", "grant", cast.mony.phone, "governor"]) == 0
    assert main(["users", "grant", cast.mony.phone, "laboratory"]) == 1


def test_an_office_cannot_offer_what_nobody_published(cast: Cast) -> None:
    assert main(["offices", "offer", "12", "industry.no_such_permit"]) == 1


def test_an_officer_is_added_put_into_a_group_and_taken_out_again(house: House, cast: Cast, typed: None) -> None:
    login = "new.officer@example.org"
    assert main(["users", "add", login, "--name-km", "មន្ត្រីថ្មី", "--name-latin", "New Officer"]) == 0
    assert main(["users", "grant", login, "cashier", "--office", "02"]) == 0
    with house.database.reading() as session:
        person = session.scalars(select(Person).where(Person.email == login)).one()
        membership = session.scalars(select(Membership).where(Membership.person_id == person.id)).one()
    assert (membership.group, membership.office_id, membership.to_day) == ("cashier", cast.battambang, None)
    assert house.passwords.verify("a password to remember", person.password_hash or "")
    assert main(["users", "end", login, "cashier", "--office", "02"]) == 0
    with house.database.reading() as session:
        assert session.scalar(select(Membership.id).where(Membership.person_id == person.id)) is None
        assert session.get_one(Person, person.id).session_epoch == person.session_epoch + 1


def test_a_grant_that_lasted_keeps_its_days(house: House, cast: Cast) -> None:
    assert main(["users", "end", cast.bopha.phone, "front_office", "--office", "02"]) == 0
    with house.database.reading() as session:
        ended = session.scalars(select(Membership).where(Membership.person_id == cast.bopha.person_id)).one()
    assert ended.to_day is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grant", "+85512345603", "gardener"], "There is no group gardener"),
        (["grant", "nobody@example.org", "cashier"], "could not find"),
        (["grant", "+85512345603", "cashier", "--office", "99"], "could not find"),
        (["end", "+85512345603", "cashier"], "could not find"),
    ],
)
def test_what_cannot_be_granted_is_refused_in_words(
    house: House, cast: Cast, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["users", *arguments]) == 1
    assert said in capsys.readouterr().err


def test_a_short_password_is_refused(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert main(["users", "add", "x@example.org", "--name-km", "ក", "--name-latin", "X"]) == 1
    assert "password" in capsys.readouterr().err


def test_the_public_holidays_of_years_are_put_on_the_national_list(house: House, cast: Cast) -> None:
    assert main(["holidays", "seed", "2026", "2027"]) == 0
    with house.database.reading() as session:
        days = set(session.scalars(select(Holiday.day).where(Holiday.office_id.is_(None))))
    assert days == set(public_holidays(2026)) | set(public_holidays(2027))
    assert date(2026, 11, 9) in days


def test_a_preview_of_the_holidays_says_what_they_would_move_and_enters_none(
    house: House, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["holidays", "seed", "--preview", "2026"]) == 0
    said = capsys.readouterr().out
    assert "2026: would be on the list. Promises moved: 0" in said
    for day, name in public_holidays(2026).items():
        assert f"{day.isoformat()}  {name.en}  {name.km}\n" in said
    with house.database.reading() as session:
        assert session.scalars(select(Holiday.day)).all() == []


def test_a_preview_lists_only_the_days_that_are_missing(
    house: House, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["holidays", "seed", "2026"]) == 0
    with house.database.transaction() as session:
        session.execute(delete(Holiday).where(Holiday.day == date(2026, 11, 9)))
    capsys.readouterr()
    assert main(["holidays", "seed", "--preview", "2026"]) == 0
    said = capsys.readouterr().out
    assert [line.split()[0] for line in said.splitlines() if line.startswith("  ")] == ["2026-11-09"]
