"""When a case is expected to be done, on the pages of its officers and of its applicant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.applications.submitting import Submitted
from storage.applications import Application
from storage.expected_dates import DateRecord, ExpectedDate
from tests.cast import NOW, Member
from tests.small.cases import SERVICE, Kilns
from tests.web.admin.test_pages import text_of

SignIn = Callable[[Member], FlaskClient]
DAY = timedelta(days=1)


def expect(kilns: Kilns, half: datetime, most: datetime, *, late: bool = False, known: int = 100) -> Submitted:
    """A paid application that is expected to be done between these moments. It is promised for Monday 9 March."""
    sent = kilns.send()
    kilns.pay(sent)
    with kilns.house.database.transaction() as session:
        application_id = session.scalars(select(Application.id).where(Application.key == sent.key)).one()
        of = {"service_key": SERVICE, "office_id": kilns.cast.battambang}
        days = {"half": 2, "most": 3, "told_half": 2, "told_most": 3}
        session.add(
            ExpectedDate(
                application_id=application_id,
                **of,
                **days,
                based_at=NOW,
                half_at=half,
                most_at=most,
                elements="check",
                looked_at=NOW,
                late_since=NOW if late else None,
                told_at=NOW if late else None,
            )
        )
        session.add(DateRecord(**of, told=known, half=50, most=91, longer_half=100, longer_most=100, counted_at=NOW))
    return sent


def tracked(client: FlaskClient, sent: Submitted, language: str = "en") -> str:
    client.post("/track", data={"code": sent.tracking_code, "digits": "5601"})
    return " ".join(text_of(client, f"/track/{sent.tracking_code}?lang={language}").split())


def test_the_applicant_reads_when_it_is_usually_ready_and_how_often_that_held(
    kilns: Kilns, client: FlaskClient, signed_in: SignIn
) -> None:
    sent = expect(kilns, NOW + 2 * DAY, NOW + 3 * DAY)
    said = "Usually ready between 4 Mar 2026 and 5 Mar 2026, as similar applications were."
    assert f"{said} Of the last 100 such dates, 91 held." in tracked(client, sent)
    assert "ក្នុងចំណោមកាលបរិច្ឆេទ" in tracked(client, sent, "km")
    assert said in " ".join(text_of(signed_in(kilns.cast.dara), f"/applications/{sent.key}?lang=en").split())


@pytest.mark.parametrize("after", [8, 30])
def test_nothing_is_said_that_the_promise_says_better(kilns: Kilns, client: FlaskClient, after: int) -> None:
    page = tracked(client, expect(kilns, NOW + 2 * DAY, NOW + after * DAY))
    assert "Usually ready" not in page
    assert "probably" not in page


def test_of_few_dates_it_is_not_said_how_many_held(kilns: Kilns, client: FlaskClient) -> None:
    page = tracked(client, expect(kilns, NOW + 2 * DAY, NOW + 3 * DAY, known=19))
    assert "Usually ready between" in page
    assert "such dates" not in page


def test_an_applicant_who_was_told_reads_that_it_will_probably_take_longer(kilns: Kilns, client: FlaskClient) -> None:
    assert "It will probably take longer" in tracked(client, expect(kilns, NOW + 8 * DAY, NOW + 9 * DAY, late=True))


def test_what_was_expected_at_another_step_is_not_said_any_more(kilns: Kilns, client: FlaskClient) -> None:
    sent = expect(kilns, NOW + 2 * DAY, NOW + 3 * DAY)
    kilns.check(sent, "return")
    assert "Usually ready" not in tracked(client, sent)


def test_officers_see_it_at_the_case_in_the_inbox_and_in_the_control_room(kilns: Kilns, signed_in: SignIn) -> None:
    sent = expect(kilns, NOW + 8 * DAY, NOW + 9 * DAY, late=True)
    officer, head = signed_in(kilns.cast.bopha), signed_in(kilns.cast.kunthea)
    case = " ".join(text_of(officer, f"/office/cases/{sent.key}?lang=en").split())
    assert "10 Mar 2026 – 11 Mar 2026 Will probably be late" in case
    assert "Of the last 100 such dates, 91 held." in case
    assert "Will probably be late" in text_of(officer, "/office?lang=en")
    assert "/admin/now/cases?state=foreseen" in head.get("/admin/now?lang=en").get_data(as_text=True)
    assert sent.reference in text_of(head, "/admin/now/cases?state=foreseen&lang=en")
    kilns.pay(other := kilns.send())
    assert other.reference not in text_of(head, "/admin/now/cases?state=foreseen&lang=en")
