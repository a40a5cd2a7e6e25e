"""Absences over HTTP: recorded, refused with everything kept, ended, and seen by those who stand in."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from storage.absences import Absence, Deputy
from tests.absences import away, key
from tests.cast import Member
from tests.small.cases import Kilns

SignedIn = Callable[[Member], FlaskClient]
POST = key()


def typed(deputy: Member | None, first: str = "3", last: str = "6") -> dict[str, str]:
    """A form for some days of March 2026."""
    days = {"first-day": first, "last-day": last, "first-month": "3", "last-month": "3"}
    return days | {"first-year": "2026", "last-year": "2026", POST: str(deputy.person_id) if deputy else ""}


def test_an_officer_says_when_they_are_away_and_who_stands_in(kilns: Kilns, signed_in: SignedIn) -> None:
    cast, browser = kilns.cast, signed_in(kilns.cast.bopha)
    assert 'value="3"' not in browser.get("/office/absences?lang=en").get_data(as_text=True)
    where = f"/office/officers/{cast.bopha.person_id}/absences"
    answer = browser.post(where, data=typed(cast.rithy), follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert "The absence is recorded" in page
    assert "<strong>Heng Rithy</strong>" in page
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Deputy.person_id)).all() == [cast.rithy.person_id]
    deputy = signed_in(cast.rithy).get("/office/absences?lang=en").get_data(as_text=True)
    assert "You stand in for Chan Bopha" in deputy


def test_what_is_wrong_stands_beside_its_field_and_what_was_chosen_stays(kilns: Kilns, signed_in: SignedIn) -> None:
    cast, browser = kilns.cast, signed_in(kilns.cast.bopha)
    browser.get("/office?lang=en")
    where = f"/office/officers/{cast.bopha.person_id}/absences"
    answer = browser.post(where, data=typed(cast.rithy, first="31", last="៣០"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "The last day lies before the first." in page
    assert f'<option value="{cast.rithy.person_id}" selected>' in page
    assert 'value="31"' in page
    assert browser.post(where, data=typed(cast.phally)).status_code == 422
    assert browser.post(where, data=typed(None) | {POST: "9" * 40}).status_code == 303  # no person is meant
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Deputy)).all() == []


def test_the_head_records_and_ends_the_absence_of_somebody_of_the_office(kilns: Kilns, signed_in: SignedIn) -> None:
    cast, head = kilns.cast, signed_in(kilns.cast.kunthea)
    page = head.get("/office/absences?lang=en").get_data(as_text=True)
    where = f"/office/officers/{cast.bopha.person_id}/absences"
    assert f'href="{where}"' in page
    assert head.post(where, data=typed(cast.vannak)).location == where
    assert "Who is away in your office" in head.get("/office/absences").get_data(as_text=True)
    asked = head.get("/office/absences/1/end").get_data(as_text=True)
    assert "End the absence of Chan Bopha?" in asked
    assert head.post("/office/absences/1/end").location == where
    assert head.post("/office/absences/1/end").status_code == 303
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Absence)).one().ended_by_id == cast.kunthea.person_id


def test_nobody_else_reads_or_records_somebodys_absences(kilns: Kilns, signed_in: SignedIn) -> None:
    cast = kilns.cast
    away(kilns.house, cast.bopha, cast.rithy)
    where = f"/office/officers/{cast.bopha.person_id}/absences"
    for stranger in (cast.vannak, cast.phally):
        browser = signed_in(stranger)
        answers = [browser.get(where), browser.get("/office/absences/1/end"), browser.post("/office/absences/1/end")]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
        assert browser.post(where, data=typed(None, "20", "21")).status_code == 404
    assert signed_in(cast.visal).get("/office/absences").status_code == 403


def test_the_inbox_and_the_task_say_in_whose_place(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    away(kilns.house, kilns.cast.bopha, kilns.cast.rithy)
    browser = signed_in(kilns.cast.rithy)
    page = browser.get("/office?lang=en").get_data(as_text=True)
    assert "You stand in for Chan Bopha" in page
    address = f"/office/tasks/{kilns.task(sent, 'check')}"
    assert f'href="{address}"' in page
    assert browser.post(f"{address}/claim").status_code == 303
    assert "You do this in place of Chan Bopha" in browser.get(address).get_data(as_text=True)
    assert browser.post(address, data={"result": "ok", "revision": "1"}).status_code in (303, 409)
    looks = signed_in(kilns.cast.dara).get("/account/looks?lang=en").get_data(as_text=True)
    assert "in place of Chan Bopha" in looks
