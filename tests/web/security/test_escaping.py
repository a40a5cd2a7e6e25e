"""Whatever people and administrators write is shown as it was written, and does nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import String, cast, update

from engine.tasks import user_tasks
from engine.tasks.user_tasks import CorrectionAsked
from storage.applications import Application, CorrectionTarget
from storage.offices import Holiday, Office
from storage.people import Person
from tests.cast import NOW, Member
from tests.small.cases import Kilns
from tests.web.security.addresses import READ, rules

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
Browser = Callable[[Member], FlaskClient]
NASTY = '"><script>alert(1)</script>{{7*7}}${7*7}#read("/etc/passwd")]\\ \'=1+1'
FORMULA = '=cmd|"/c calc"!A1'
BREAKS = str.maketrans("", "", "\n \u200b")
"""Where a line of a paper may end: a long word without blanks gets places for it."""


@pytest.fixture
def renamed(kilns: Kilns) -> Kilns:
    """Everybody and every office bears the same strange name."""
    with kilns.house.database.transaction() as session:
        number = NASTY + cast(Person.id, String)
        session.execute(update(Person).values(name_km=NASTY, name_latin=NASTY, id_number=number))
        session.execute(update(Office).values(name_km=FORMULA + NASTY, name_en=FORMULA + NASTY, address_km=NASTY))
        session.add(Holiday(day=NOW.date().replace(month=9), name_km=NASTY, name_en=NASTY))
    return kilns


def _nasty_case(kilns: Kilns) -> str:
    """Named strangely and returned for correction with a strange reason; its key."""
    house, bopha, sent = kilns.house, kilns.cast.bopha.actor, kilns.send()
    answers = {"kiln_name": NASTY, "kilns": 2}
    with house.database.transaction() as session:
        session.execute(update(Application).where(Application.key == sent.key).values(answers=answers))
    kilns.pay(sent)
    task_key = kilns.task(sent, "check")
    with house.database.transaction() as session:
        user_tasks.claim(session, house, bopha, task_key, now=NOW)
    with house.database.transaction() as session:
        asked = (CorrectionAsked(CorrectionTarget.FIELD, "kiln_name", NASTY),)
        user_tasks.complete(session, house, bopha, task_key, {"result": "return"}, corrections=asked, now=NOW)
    return sent.key


def test_strange_names_reasons_and_answers_are_shown_and_never_run(
    app: Flask, signed_in: Browser, client: FlaskClient, renamed: Kilns
) -> None:
    key, cast = _nasty_case(renamed), renamed.cast
    applicant, officer, administrator = (signed_in(who) for who in (cast.dara, cast.bopha, cast.visal))
    seen = 0
    browsers = {"citizen": applicant, "office": officer, "admin": administrator, "results": officer}
    addresses = [(rule.endpoint, rule.rule) for rule in rules(app, READ) if not rule.arguments]
    addresses += [
        (f"{name}.", address)
        for name, found in {
            "citizen": (f"/applications/{key}", f"/applications/{key}/correct", f"/applications/{key}/payment"),
            "office": (f"/office/cases/{key}", "/office/search?q=alert", "/office/walk-in?q=012345601"),
            "admin": (f"/admin/cases/{key}/history", "/admin/offices/02?year=2026", "/admin/holidays?year=2026",
                      "/admin/outbox?status=pending", "/admin/outbox/1"),
        }.items()
        for address in found
    ]  # fmt: skip
    for endpoint, address in addresses:
        for language in ("km", "en"):
            browser = browsers.get(endpoint.partition(".")[0], client)
            answer = browser.get(f"{address}{'&' if '?' in address else '?'}lang={language}")
            if answer.mimetype == "text/html":
                page = answer.get_data(as_text=True)
                assert "<script>alert" not in page, address
                assert '"><script' not in page, address
                if "&lt;script&gt;alert(1)" in page:
                    assert "{{7*7}}${7*7}" in page, address
                    seen += 1
    assert seen > 15


def test_a_table_for_spreadsheets_holds_no_formula(signed_in: Browser, renamed: Kilns) -> None:
    renamed.send()
    answer = signed_in(renamed.cast.visal).get("/admin/reports.csv")
    cells = [cell for row in csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))) for cell in row]
    assert any(FORMULA in cell for cell in cells)
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_papers_print_what_was_written(signed_in: Browser, renamed: Kilns) -> None:
    sent = renamed.approved()
    number = renamed.certificate(sent).number
    applicant = signed_in(renamed.cast.dara)
    for address in (
        f"/applications/{sent.key}/slip.pdf",
        f"/certificates/{number}.pdf",
        "/receipts/R-02-26-000001.pdf",
    ):
        answer = applicant.get(address)
        assert answer.status_code == 200, address
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.get_data())).pages)
        assert "{{7*7}}" in text.translate(BREAKS), address
        assert "root:" not in text
