"""Who works where is administered on pages: ended with what is in the hands, until a day, and told for each office."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.tasks import user_tasks
from storage.people import Membership
from storage.processes import UserTask
from storage.security_log import SecurityEvent
from tests.cast import NOW, Member
from tests.fixtures.houses import SetClock
from tests.small.cases import Kilns

SignIn = Callable[[Member], FlaskClient]
POST = {"group": "front_office", "office": "02"}
FRIDAY = {"last-day": "6", "last-month": "៣", "last-year": "2026"}


def text(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def claimed(kilns: Kilns) -> str:
    sent = kilns.send()
    kilns.pay(sent)
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, kilns.cast.bopha.actor, kilns.task(sent, "check"), now=NOW)
    return sent.reference


def test_the_end_is_asked_with_what_is_in_the_hands_and_given_on(kilns: Kilns, signed_in: SignIn) -> None:
    reference, browser = claimed(kilns), signed_in(kilns.cast.visal)
    ends = f"/admin/accounts/{kilns.cast.bopha.person_id}/groups/end?lang=en"
    page = text(browser.post(ends, data=POST))
    assert "Tasks that they have claimed here: 1" in page
    assert reference in page
    assert kilns.cast.dara.name_latin not in page
    answers = POST | {"confirmed": "yes", "how": "now", "to": str(kilns.cast.vannak.person_id)}
    unsaid = browser.post(ends, data=answers)
    assert (unsaid.status_code, 'id="reason-error"' in text(unsaid)) == (422, True)
    nobody = browser.post(ends, data=answers | {"reason": "Left", "to": str(kilns.cast.phally.person_id)})
    assert (nobody.status_code, 'id="to-error"' in text(nobody)) == (422, True)
    done = browser.post(ends, data=answers | {"reason": "Left"}, follow_redirects=True)
    assert "1 task is the colleague’s now." in text(done)
    assert "Groups of before" in text(done)
    with kilns.house.database.reading() as session:
        task = session.scalars(select(UserTask).where(UserTask.element_id == "check")).one()
        line = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "group_ended")).one()
    assert task.assignee_id == kilns.cast.vannak.person_id
    assert line.data["reason"] == "Left"


def test_a_last_day_is_set_and_the_open_browser_loses_the_page_at_midnight(
    kilns: Kilns, signed_in: SignIn, clock: SetClock
) -> None:
    browser, theirs = signed_in(kilns.cast.visal), signed_in(kilns.cast.bopha)
    ends = f"/admin/accounts/{kilns.cast.bopha.person_id}/groups/end?lang=en"
    answers = POST | {"confirmed": "yes", "how": "day", "reason": "Retires"}
    wrong = browser.post(ends, data=answers | {"last-day": "31", "last-month": "2", "last-year": "2026"})
    assert (wrong.status_code, "Enter a day that exists" in text(wrong)) == (422, True)
    assert browser.post(ends, data=answers).status_code == 422
    done = browser.post(ends, data=answers | FRIDAY, follow_redirects=True)
    assert "stays in the group to the end of that day" in text(done)
    assert "to Friday 6 March 2026" in text(done)
    assert theirs.get("/office").status_code == 200
    clock.pass_time(days=4, hours=15)  # midnight after Friday
    assert signed_in(kilns.cast.bopha).get("/office").status_code == 403


def test_an_office_tells_who_works_there_today_later_and_no_longer(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    give = f"/admin/accounts/{kilns.cast.rithy.person_id}/groups"
    later = {"from-day": "9", "from-month": "3", "from-year": "2026"}
    assert browser.post(give, data={"sent": "yes", "group": "cashier", "office": "02"} | later).status_code == 303
    ends = f"/admin/accounts/{kilns.cast.bopha.person_id}/groups/end"
    browser.post(ends, data=POST | {"confirmed": "yes", "reason": "Left"})
    page = text(browser.get("/admin/offices/02/staff?lang=en"))
    today, _, rest = page.partition("From a later day on")
    later_on, _, before = rest.partition("No longer")
    assert kilns.cast.vannak.name_latin in today
    assert kilns.cast.bopha.name_latin not in today
    assert kilns.cast.rithy.name_latin in later_on
    assert kilns.cast.bopha.name_latin in before
    for stranger in (kilns.cast.phally, kilns.cast.kunthea):
        assert signed_in(stranger).get("/admin/offices/02/staff").status_code == 403


def test_the_last_administrator_is_told_why_they_stay(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    ends = f"/admin/accounts/{kilns.cast.visal.person_id}/groups/end?lang=en"
    answers = {"group": "administrator", "office": "", "confirmed": "yes", "reason": "Enough"}
    refused = browser.post(ends, data=answers)
    assert (refused.status_code, "Nobody else administers every office" in text(refused)) == (409, True)
    with kilns.house.database.reading() as session:
        mine = select(Membership.to_day).where(Membership.person_id == kilns.cast.visal.person_id)
        assert session.scalars(mine).all() == [None]
