"""``owso offices``, ``owso users`` and ``owso holidays``: setting up a real installation from the command line."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from engine.house import House
from engine.khmer import Bilingual
from engine.offices import offices, recomputing
from engine.people.actors import OPERATOR
from engine.queries.public.open_hours import OpenDays
from engine.queries.public.services import OfficeOffering, offices_offering
from engine.versions.publishing import files_of
from engine.working_time.calendar import public_holidays
from storage.clocks import Clock
from storage.offices import Holiday, Office, OfficeService
from storage.people import Membership, Person
from storage.security_log import SecurityEvent
from tests.cast import NOW, Cast
from tests.small.cases import PACKAGE, SERVICE, Kilns
from tests.small.films import LABORATORY, Films
from tests.small.releases import released
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
    assert "owso offices: 99 is the code of no province and no district" in capsys.readouterr().err


def test_an_office_offers_what_was_published(kilns: Kilns) -> None:
    assert main(["offices", "offer", "12", SERVICE]) == 0
    assert main(["offices", "offer", "12", SERVICE]) == 0
    with kilns.house.database.reading() as session:
        offered = session.scalars(
            select(OfficeService.service_key).where(OfficeService.office_id == kilns.cast.phnom_penh)
        ).all()
    assert offered.count(SERVICE) == 1


def test_an_office_offers_what_an_approved_release_will_bring(kilns: Kilns, capsys: pytest.CaptureFixture[str]) -> None:
    files = {**files_of(PACKAGE)}
    files["service.yaml"] = files["service.yaml"].replace(SERVICE.encode(), b"industry.potters_wheel")
    released(kilns.house, files, effective_from=datetime(2099, 4, 1, 1, 0, tzinfo=UTC))
    assert main(["offices", "offer", "12", "industry.potters_wheel"]) == 0
    assert "12 offers industry.potters_wheel from 2099-04-01 08:00 on." in capsys.readouterr().out


def test_whoever_lets_an_office_offer_it_is_told_who_is_missing_there(
    kilns: Kilns, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["offices", "offer", "12", SERVICE]) == 0
    told = capsys.readouterr()
    assert "12 offers industry.kiln_permit" in told.out
    assert "Phnom Penh One Window Service Office needs 1 more in the group cashier for “" in told.err
    assert main(["offices", "offer", "02", SERVICE]) == 0
    assert "more in the group" not in capsys.readouterr().err


def test_an_office_that_is_not_open_and_a_service_that_is_not_published_are_named(
    kilns: Kilns, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["offices", "offer", "05", SERVICE]) == 1
    assert "No office 05 is open. Open it first: owso offices open 05. There are: " in capsys.readouterr().err
    assert main(["offices", "offer", "12", "industry.kiln"]) == 1
    said = capsys.readouterr().err
    assert "No service industry.kiln is published. Publish it first (owso publish)." in said
    assert SERVICE in said


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


def reached(kilns: Kilns) -> OfficeOffering:
    """What the catalogue says of the office in Phnom Penh."""
    with kilns.house.database.reading() as session:
        day = datetime(2036, 1, 1, tzinfo=UTC)
        found = offices_offering(session, kilns.house, SERVICE, day.date(), now=day)
    return next(office for office in found if office.code == "12")


def test_telephone_and_hours_are_set_and_shown_in_the_catalogue(
    kilns: Kilns, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["offices", "offer", "12", SERVICE]) == 0
    hours = ["--hours", "mon-fri 7:30-11:30, 14:00-17:30", "--hours", "Saturday ០៧:៣០–១១:៣០"]
    assert main(["offices", "set", "12", "--phone", "០២៣ ៧២៤ ៩៣៥", *hours]) == 0
    said = capsys.readouterr().out
    assert "12 Phnom Penh One Window Service Office: 023 724 935" in said
    assert "  mon-fri 07:30-11:30, 14:00-17:30, from " in said
    assert "  sat 07:30-11:30, from " in said
    office = reached(kilns)
    assert office.phone == "+85523724935"
    assert office.open_days == (
        OpenDays(0, 4, (("07:30", "11:30"), ("14:00", "17:30"))),
        OpenDays(5, 5, (("07:30", "11:30"),)),
    )
    assert main(["offices", "set", "12", "--phone", ""]) == 0
    assert (reached(kilns).phone, reached(kilns).open_days) == ("", office.open_days)
    assert "no telephone number" in capsys.readouterr().out


def test_a_preview_of_hours_changes_nothing(kilns: Kilns, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["offices", "offer", "12", SERVICE]) == 0
    before = reached(kilns)
    assert main(["offices", "set", "12", "--hours", "mon 07:30-11:30", "--preview"]) == 0
    assert "Nothing was changed yet. Promises moved: 0" in capsys.readouterr().out
    assert reached(kilns) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--phone", "call us"], "“call us” is no telephone number. Write it as people dial it"),
        (["--hours", "mon-fry 07:30-11:30"], "“mon-fry 07:30-11:30” is no line of hours. Write it like “mon-fri"),
        (["--hours", "fri-mon 07:30-11:30"], "is no line of hours"),
        (["--hours", "mon"], "is no line of hours"),
        (["--hours", "mon 9-5"], "is no line of hours"),
        (["--hours", "mon 11:30-07:30"], "must open before it closes"),
        (["--hours", "mon 07:30-11:30", "--hours", "mon-fri 08:00-12:00"], "its hours must not overlap"),
        (["--hours", "mon 07:30-11:30", "--from", "2020-01-06"], "hold from tomorrow at the earliest"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_cannot_be_set_is_refused_and_nothing_is_changed(kilns: Kilns, arguments: list[str], said: str) -> None:
    with pytest.raises(SystemExit, match=re.escape(said)):
        main(["offices", "set", "12", "--phone", "012 345 678", *arguments])
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Office.phone).where(Office.code == "12")).one() == ""


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_office_that_was_not_opened_has_nothing_to_set(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["offices", "set", "08", "--phone", "012 345 678"]) == 1
    assert "No office 08 is open" in capsys.readouterr().err


NAMES = ("--name-km", "មន្ត្រីថ្មី", "--name-latin", "New Officer")


def test_an_officer_is_added_put_into_a_group_and_taken_out_again(house: House, cast: Cast, typed: None) -> None:
    login = "new.officer@example.org"
    assert main(["users", "add", login, *NAMES, "--password-stdin"]) == 0
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


def test_an_account_is_disabled_and_enabled_and_the_last_administrator_stays(
    house: House, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    for action, stays in (("disable", False), ("enable", True)):
        assert main(["users", action, cast.bopha.phone]) == 0
        with house.database.reading() as session:
            assert (session.get_one(Person, cast.bopha.person_id).disabled_at is None) is stays
    assert main(["users", "disable", cast.visal.phone]) == 1
    assert "Nobody else administers every office" in capsys.readouterr().err
    assert main(["users", "disable", "nobody@example.org"]) == 1


def test_a_grant_that_lasted_keeps_its_days(house: House, cast: Cast) -> None:
    assert main(["users", "end", cast.bopha.phone, "front_office", "--office", "02"]) == 0
    with house.database.reading() as session:
        ended = session.scalars(select(Membership).where(Membership.person_id == cast.bopha.person_id)).one()
    assert ended.to_day is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grant", "+85512345603", "gardener"], "There is no group gardener"),
        (
            ["grant", "nobody@example.org", "cashier"],
            "or e-mail “nobody@example.org”",
        ),
        (["grant", "+85512345603", "cashier", "--office", "99"], "No office 99 is open"),
        (["end", "nobody@example.org", "cashier"], "owso users add"),
        (["end", "+85512345603", "cashier"], "does not belong to the group cashier there"),
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
    assert main(["users", "add", "x@example.org", *NAMES, "--password-stdin"]) == 1
    assert "password" in capsys.readouterr().err


def test_the_public_holidays_of_years_are_put_on_the_national_list(house: House, cast: Cast) -> None:
    assert main(["holidays", "seed", "2026", "2027"]) == 0
    with house.database.reading() as session:
        days = set(session.scalars(select(Holiday.day).where(Holiday.office_id.is_(None))))
    assert days == set(public_holidays(2026)) | set(public_holidays(2027))
    assert date(2026, 11, 9) in days


def test_the_command_line_says_how_far_promises_were_reckoned(kilns: Kilns, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["holidays", "progress"]) == 0
    kilns.pay(kilns.send())
    with kilns.house.database.transaction() as session:
        offices.add_holiday(session, OPERATOR, None, date(2026, 3, 4), name=Bilingual("ថ្ងៃ", "Day"), now=NOW)
    assert main(["holidays", "progress"]) == 0
    recomputing.work_off(kilns.house, now=NOW)
    assert main(["holidays", "progress"]) == 0
    none, begun, done = capsys.readouterr().out.splitlines()
    assert none == "No calendar was changed yet."
    assert begun.startswith("Since 2026-03-02 09:00: 0 of 3 promises were looked at, 3 are left. Promises moved: 0")
    assert "3 of 3 promises were looked at, 0 are left. Promises moved: 3, in cases: 1; applicants told" in done


def test_the_command_line_says_of_how_many_cases_that_they_could_not_be_reckoned(
    kilns: Kilns, capsys: pytest.CaptureFixture[str]
) -> None:
    kilns.pay(kilns.send())
    with kilns.house.database.transaction() as session:
        session.execute(update(Clock).values(ledger=[]))
    assert main(["holidays", "seed", "2026"]) == 0
    assert "Cases that cannot be reckoned: 1; the log names them" in capsys.readouterr().out
    assert main(["holidays", "progress"]) == 0
    assert "3 are left. Cases that could not be reckoned: 1. Promises moved: 0" in capsys.readouterr().out


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


def test_an_offer_has_days_ends_on_one_and_an_office_closes_and_opens_again(
    kilns: Kilns, capsys: pytest.CaptureFixture[str]
) -> None:
    days = ["--from", "2099-04-01", "--to", "2099-04-30", "--reason", "A trial"]
    assert main(["offices", "offer", "12", SERVICE, *days]) == 0
    assert "12 offers industry.kiln_permit from 2099-04-01 on." in capsys.readouterr().out
    assert main(["offices", "end-offer", "12", SERVICE, "--on", "2099-04-15", "--reason", "Enough"]) == 0
    assert main(["offices", "close", "12", "--reason", "Merged"]) == 0
    assert main(["offices", "offer", "12", SERVICE]) == 1
    assert "The office 12 is closed." in capsys.readouterr().err
    assert main(["offices", "open", "12"]) == 0
    with kilns.house.database.reading() as session:
        lines = session.execute(
            select(SecurityEvent.kind, SecurityEvent.actor_role).where(SecurityEvent.kind.like("off%"))
        ).all()
        kinds = {kind for kind, _ in lines}
        kept = session.scalar(select(Membership.to_day).where(Membership.person_id == kilns.cast.phally.person_id))
    assert {"offer_ended", "office_closed", "office_opened"} <= kinds
    assert {role for _, role in lines} == {"operator"}
    assert kept is not None


def test_an_officer_gets_a_last_day_on_the_command_line(kilns: Kilns, capsys: pytest.CaptureFixture[str]) -> None:
    named = ["users", "end", kilns.cast.bopha.phone, "front_office", "--office", "02"]
    assert main([*named, "--on", "2099-03-06", "--reason", "Retires"]) == 0
    assert "belongs to front_office at 02 to the end of 2099-03-06" in capsys.readouterr().out
    with kilns.house.database.reading() as session:
        kept = session.scalar(select(Membership.to_day).where(Membership.person_id == kilns.cast.bopha.person_id))
    assert kept == date(2099, 3, 6)
