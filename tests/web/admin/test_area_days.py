"""Days off of provinces and ministries on the pages of administrators: shown what moves, kept, taken away."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from storage.offices import AreaDay
from tests.cast import Member
from tests.engine.offices.test_calendar import paid
from tests.small.cases import Kilns

SignedIn = Callable[[Member], FlaskClient]
PAGE = "/admin/days/province/02"
TYPED = {
    "day-day": "៤",
    "day-month": "3",
    "day-year": "2026",
    "name_km": "ពិធីបុណ្យ",
    "name_en": "Festival <b>",
    "day_hours": "07:30–11:30",
}


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def test_a_day_of_a_province_is_shown_before_it_is_kept_and_taken_away_again(kilns: Kilns, signed_in: SignedIn) -> None:
    sent = paid(kilns)
    browser = signed_in(kilns.cast.visal)
    typed = TYPED | {"day_hours": ""}
    asked = browser.post(f"{PAGE}?lang=en", data=typed)
    assert asked.status_code == 200
    assert "What this change moves" in text(asked)
    assert kilns.row(sent).reference in text(asked)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(AreaDay)).all() == []
    kept = browser.post(PAGE, data=typed | {"confirmed": "yes"})
    assert (kept.status_code, kept.location) == (303, f"{PAGE}?year=2026")
    assert "Festival &lt;b&gt;" in text(browser.get(f"{PAGE}?lang=en&year=2026"))
    of_office = text(browser.get("/admin/offices/02?lang=en&year=2026"))
    assert "whole province" in of_office
    assert "/remove" not in of_office, "an office takes nothing from the list of its province"
    with kilns.house.database.reading() as session:
        day = session.scalars(select(AreaDay.id)).one()
    gone = browser.post(f"/admin/days/{day}/remove", data={"confirmed": "yes"})
    assert gone.status_code == 303
    assert "No day off is on the list." in text(browser.get(f"{PAGE}?lang=en&year=2026"))
    assert browser.post(f"/admin/days/{day}/remove").status_code == 303, "by a second click"


def test_what_is_wrong_is_said_and_what_there_is_not_is_not_found(kilns: Kilns, signed_in: SignedIn) -> None:
    browser = signed_in(kilns.cast.visal)
    for wrong, words in (
        ({"day-day": "32"}, "Enter a day that exists"),
        ({"name_en": " "}, "Enter the name of the day."),
        ({"day_hours": "11–7"}, "Write the hours of the day like"),
        ({"day_hours": "11:00-07:00"}, "must open before it closes"),
    ):
        refused = browser.post(f"{PAGE}?lang=en", data=TYPED | wrong)
        assert refused.status_code == 422, wrong
        assert words in text(refused), wrong
    for path in ("province/77", "province/0203", "district/0203", "ministry/nothing"):
        assert browser.get(f"/admin/days/{path}").status_code == 404, path
    assert "Battambang" in text(browser.get("/admin/days?lang=en"))
    assert signed_in(kilns.cast.kunthea).get(PAGE).status_code == 403
