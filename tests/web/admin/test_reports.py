"""Numbers and fee income: by month, office and service, on the page and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from engine.applications import corrections
from engine.documents.separated import harmless
from engine.offices import offices
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.admin.reports import Figures, Period, Report, ReportFilter, last_months, period_between, report
from engine.queries.shared.names import read_names
from storage.applications import Outcome
from tests.cast import NOW, Member
from tests.small.cases import CORRECTED, FEE, SERVICE, Kilns

SignIn = Callable[[Member], FlaskClient]
TODAY = date(2026, 3, 20)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 1))


def numbers(kilns: Kilns, *, office: str = "", service: str = "", actor: Actor | None = None) -> Report:
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=NOW)
        return report(session, names, actor or kilns.cast.visal.actor, YEAR, ReportFilter(office, service))


def test_what_came_in_was_decided_and_was_paid_is_counted_in_its_own_month(kilns: Kilns) -> None:
    granted, refused = kilns.send(), kilns.send(kilns.cast.vannak)
    for sent in (granted, refused):
        kilns.pay(sent)
    kilns.check(granted, "ok", now=NOW + timedelta(days=2))
    kilns.check(refused, "refuse", now=NOW + timedelta(days=31))
    kilns.send(kilns.cast.sopheap, now=NOW + timedelta(days=40))
    found = numbers(kilns)
    months = dict(found.months)
    assert months["2026-03"] == Figures(received=2, granted=1, on_time=1, paid=2, income=2 * FEE)
    assert months["2026-04"] == Figures(received=1, refused=1, late=1)
    assert months["2026-05"] == Figures()
    assert found.total == Figures(received=3, granted=1, refused=1, on_time=1, late=1, paid=2, income=2 * FEE)
    assert found.total.on_time_percent == 50
    assert [(row.month, row.office_code, row.service_key) for row in found.rows] == [
        ("2026-03", "02", SERVICE),
        ("2026-04", "02", SERVICE),
    ]


def test_months_begin_at_midnight_in_cambodia(kilns: Kilns) -> None:
    kilns.send(now=datetime(2026, 3, 31, 16, 59, tzinfo=UTC))
    kilns.send(kilns.cast.bopha, now=datetime(2026, 3, 31, 17, 0, tzinfo=UTC))
    months = dict(numbers(kilns).months)
    assert (months["2026-03"].received, months["2026-04"].received) == (1, 1)


def test_time_that_the_applicant_took_does_not_make_the_office_late(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "return")
    later = NOW + timedelta(days=30)
    with kilns.house.database.transaction() as session:
        task_key, dara = kilns.task(sent, "correct"), kilns.cast.dara.actor
        corrections.resubmit(session, kilns.house, dara, sent.key, task_key, raw=CORRECTED, now=later)
    kilns.check(sent, "ok", now=later)
    assert (numbers(kilns).total.on_time, numbers(kilns).total.late) == (1, 0)


def test_drafts_and_unpaid_fees_are_not_numbers(kilns: Kilns) -> None:
    kilns.send()
    assert numbers(kilns).total == Figures(received=1)


def test_the_numbers_can_be_narrowed_to_an_office_or_a_service(kilns: Kilns) -> None:
    kilns.send()
    assert numbers(kilns, office="02").total.received == 1
    assert numbers(kilns, office="12").total == Figures()
    assert numbers(kilns, service=SERVICE).total.received == 1
    assert numbers(kilns, service="tourism.guesthouse_licence").rows == ()


def test_an_administrator_of_one_office_sees_the_numbers_of_that_office(kilns: Kilns) -> None:
    kilns.send()
    there = Actor(kilns.cast.visal.person_id, memberships=frozenset({(ADMINISTRATOR, kilns.cast.phnom_penh)}))
    here = Actor(kilns.cast.visal.person_id, memberships=frozenset({(ADMINISTRATOR, kilns.cast.battambang)}))
    assert numbers(kilns, actor=there).rows == ()
    assert numbers(kilns, actor=here).total.received == 1


def test_without_a_period_the_last_twelve_months_are_shown() -> None:
    assert last_months(12, today=TODAY) == Period(date(2025, 4, 1), date(2026, 3, 1))
    assert period_between("", "", today=TODAY).months[0] == "2025-04"


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2026-01", "2026-03", ("2026-01", "2026-03")),
        ("2026-03", "2026-01", ("2026-01", "2026-03")),
        ("nonsense", "2026-02-31", ("2025-04", "2026-03")),
        ("1900-01", "2026-03", ("2025-04", "2026-03")),
        ("2001-01", "2026-03", ("2021-04", "2026-03")),
    ],
)
def test_a_period_that_makes_no_sense_is_mended(first: str, last: str, months: tuple[str, str]) -> None:
    period = period_between(first, last, today=TODAY)
    assert (period.months[0], period.months[-1]) == months


def test_the_file_opens_in_a_spreadsheet_with_the_same_numbers(kilns: Kilns, signed_in: SignIn) -> None:
    kilns.pay(kilns.send())
    answer = signed_in(kilns.cast.visal).get("/admin/reports.csv?from=2026-03&to=2026-03&lang=en")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert 'filename="one-window-2026-03-2026-03.csv"' in answer.headers["Content-Disposition"]
    content = answer.get_data()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(row["Month"], row["Code"], row["Service code"]) for row in rows] == [("2026-03", "02", SERVICE)]
    assert (rows[0]["Received"], rows[0]["Fee income (riel)"]) == ("1", str(FEE))


def test_the_file_speaks_khmer(kilns: Kilns, signed_in: SignIn) -> None:
    kilns.pay(kilns.send())
    text = signed_in(kilns.cast.visal).get("/admin/reports.csv?lang=km").get_data().decode("utf-8-sig")
    assert "លិខិតអនុញ្ញាតឡឥដ្ឋ" in text
    assert "Received" not in text


@pytest.mark.parametrize("text", ["=1+1", "+855", "-1", "@SUM(A1)", "\tx", "\n=1", "＝1+1"])
def test_a_text_that_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless("Battambang") == "Battambang"


def test_the_page_shows_charts_with_their_numbers(kilns: Kilns, signed_in: SignIn) -> None:
    kilns.pay(kilns.send())
    page = signed_in(kilns.cast.visal).get("/admin/reports?from=2026-01&to=2026-04&lang=en").get_data(as_text=True)
    assert page.count("<svg") >= 4
    assert "40,000" in page
    assert "Mar" in page
    assert page.count("Show the numbers") == 3


def test_hours_of_an_office_do_not_change_numbers_of_the_past(kilns: Kilns) -> None:
    sent = kilns.approved()
    before = numbers(kilns).total
    with kilns.house.database.transaction() as session:
        name = offices.Bilingual("ថ្ងៃ", "Day")
        offices.add_holiday(session, kilns.cast.visal.actor, "02", date(2026, 3, 2), name=name, now=NOW)
    assert numbers(kilns).total == before
    assert kilns.row(sent).outcome == Outcome.APPROVED
