"""The pages of a complaint and of what it is about: for the citizens' office, who worked on it, and the applicant."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from engine.packages.groups import COMPLAINTS
from engine.people.actors import load_actor
from engine.tasks import user_tasks
from tests.cast import NOW, Member
from tests.small import complaints
from tests.small.cases import Kilns
from tests.web.admin.test_pages import text_of
from tests.web.security.stock import belong

SignIn = Callable[[Member], FlaskClient]


def test_who_looks_into_it_reads_what_it_is_about_and_the_applicant_reads_that_they_did(
    kilns: Kilns, signed_in: SignIn
) -> None:
    phally, here = kilns.cast.phally, kilns.cast.battambang
    complaints.citizens_office(kilns)
    belong(kilns.house, phally, {COMPLAINTS}, here)
    refused = kilns.send()
    kilns.pay(refused)
    kilns.check(refused, "refuse")
    sent = complaints.complained(kilns, refused.reference)
    triage = kilns.task(sent, "triage")
    browser, case = signed_in(phally), f"/office/cases/{refused.key}"
    assert browser.get(case).status_code == 404
    with kilns.house.database.transaction() as session:
        actor = load_actor(session, phally.person_id, today=NOW.date())
        assert actor is not None
        user_tasks.claim(session, kilns.house, actor, triage, now=NOW)
    for page in (f"/office/tasks/{triage}", f"/office/cases/{sent.key}"):
        assert f'href="{case}"' in browser.get(page).get_data(as_text=True)
    shown = text_of(browser, f"{case}?lang=en")
    assert f"You read this because of complaint {sent.reference}" in shown
    assert "What happened" in shown
    whole = browser.get(f"{case}?lang=en").get_data(as_text=True)
    assert ("Notes and questions" in whole, 'id="documents"' in whole, "/office/tasks/" in whole) == (False,) * 3
    assert browser.get(f"{case}/course").status_code == 200
    assert browser.get(f"/office/tasks/{kilns.task(refused, 'check')}").status_code == 404
    assert browser.get(f"{case}/colleagues").status_code == 404
    apart = signed_in(kilns.cast.bopha)
    assert apart.get(f"/office/cases/{sent.key}").status_code == 404
    assert apart.get(f"/office/tasks/{triage}").status_code == 404
    looks = text_of(signed_in(kilns.cast.dara), "/account/looks?lang=en")
    assert f"the application, because of the complaint: {sent.reference}" in looks
