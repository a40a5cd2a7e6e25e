"""The pages of which step takes the time, of offices compared, of what was taken out of turn, and of a month."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from lxml import etree
from pypdf import PdfReader
from sqlalchemy import delete, insert, select, update

from engine.clockwork import step_times
from engine.documents.separated import BYTE_ORDER_MARK
from storage.people import Person
from storage.report_subscriptions import ReportSubscription
from storage.security_log import SecurityEvent, SecurityKind
from storage.step_times import CaseTally, FactKind
from tests.cast import NOW, Member
from tests.engine.clockwork.test_queue_jumps import DAY, THURSDAY, take
from tests.engine.clockwork.test_step_times import HOUR, paid, work
from tests.fixtures.houses import SetClock
from tests.small.cases import SERVICE, Kilns
from tests.web.admin.test_pages import text_of
from tests.web.security.stock import belong
from web import exports
from web.exports import XLSX

SignIn = Callable[[Member], FlaskClient]
ADDRESSES = ("/admin/steps", "/admin/steps/slowest", "/admin/compare", "/admin/out-of-turn", "/admin/monthly")
CELLS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def busy(kilns: Kilns, clock: SetClock) -> Kilns:
    """Three checks of Monday lie free when one of Thursday is taken, and one was done at once; a week has passed."""
    work(kilns, paid(kilns), taken=NOW + HOUR, done=NOW + 1.5 * HOUR)
    for _ in range(3):
        paid(kilns, now=NOW)
    take(kilns, paid(kilns, now=THURSDAY))
    clock.moment = NOW + 7 * DAY
    with kilns.house.database.transaction() as session:
        step_times.count(session, kilns.house, kilns.cast.battambang, now=clock.moment)
    return kilns


def table(browser: FlaskClient, address: str) -> list[list[str]]:
    answer = browser.get(address)
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix(BYTE_ORDER_MARK))))


def cells(content: bytes) -> Iterator[etree._Element]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        yield from etree.fromstring(book.read("xl/worksheets/sheet1.xml")).iter(f"{CELLS}c")


def test_heads_governors_and_administrators_open_them_and_nobody_else(
    kilns: Kilns, client: FlaskClient, signed_in: SignIn
) -> None:
    belong(kilns.house, kilns.cast.rithy, {"governor"}, kilns.cast.battambang)
    belong(kilns.house, kilns.cast.mony, {"tourism.laboratory"}, kilns.cast.battambang)
    for address in ADDRESSES:
        assert client.get(address).status_code == 303
        for member in (kilns.cast.dara, kilns.cast.bopha, kilns.cast.chenda, kilns.cast.mony):
            for file in ("", "?as=csv"):
                assert signed_in(member).get(f"{address}{file}").status_code == 403
        for member in (kilns.cast.visal, kilns.cast.kunthea, kilns.cast.rithy):
            assert signed_in(member).get(address).status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_they_speak_both_languages_and_shrug_at_nonsense(kilns: Kilns, signed_in: SignIn, address: str) -> None:
    browser = signed_in(kilns.cast.visal)
    nonsense = f"as=exe&from=x&to=9999-99&month=0&order=x&element=%27&service={'9' * 500}&office=x&after=-&before=zz"
    for lang in ("km", "en"):
        assert text_of(browser, f"{address}?lang={lang}")
        assert text_of(browser, f"{address}?lang={lang}&{nonsense}")


def test_the_step_that_takes_the_time_is_shown_in_a_table_and_on_the_drawing(busy: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(busy.cast.kunthea)
    page = text_of(browser, f"/admin/steps?lang=en&service={SERVICE}")
    assert "Check the application" in page
    assert "30 min" in page
    assert "data:image/svg+xml" in browser.get(f"/admin/steps?service={SERVICE}").get_data(as_text=True)
    slowest = text_of(browser, f"/admin/steps/slowest?lang=en&service={SERVICE}&element=check")
    assert "Where it took longest" in slowest


def test_offices_are_compared_once_a_service_is_chosen(busy: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(busy.cast.kunthea)
    assert "All offices of the country" not in text_of(browser, "/admin/compare?lang=en")
    found = text_of(browser, f"/admin/compare?lang=en&service={SERVICE}")
    assert "All offices of the country" in found
    assert "few" in found
    rows = table(browser, f"/admin/compare?lang=en&service={SERVICE}&as=csv")
    assert [row[0] for row in rows] == ["Code", "02", ""]


def test_what_was_taken_out_of_turn_names_who(busy: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(busy.cast.kunthea)
    assert "Chan Bopha" in text_of(browser, "/admin/out-of-turn?lang=en")
    head, line = table(browser, "/admin/out-of-turn?lang=en&as=csv")
    assert dict(zip(head, line, strict=True))["Older ones passed"] == "3"


def test_lists_leave_as_workbooks_with_numbers_and_without_formulas(busy: Kilns, signed_in: SignIn) -> None:
    answer = signed_in(busy.cast.kunthea).get("/admin/now/cases?as=xlsx")
    assert (answer.mimetype, answer.headers["Content-Disposition"]) == (
        XLSX,
        'attachment; filename="one-window-cases.xlsx"',
    )
    assert {cell.get("t", "n") for cell in cells(answer.data)} == {"s"}
    numbers = signed_in(busy.cast.kunthea).get("/admin/out-of-turn?as=xlsx").data
    assert "n" in {cell.get("t", "n") for cell in cells(numbers)}
    assert not [cell for cell in cells(numbers) if cell.find(f"{CELLS}f") is not None]


def test_a_long_list_leaves_piece_by_piece_and_says_where_it_was_cut(
    busy: Kilns, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = signed_in(busy.cast.kunthea)
    whole = table(browser, "/admin/now/cases?lang=en&as=csv")
    assert len(whole) == 1 + 3, "the three that lie free"
    monkeypatch.setattr(exports, "TOGETHER", 1)
    assert table(browser, "/admin/now/cases?lang=en&as=csv") == whole
    monkeypatch.setattr(exports, "MOST_LINES", {"csv": 2, "xlsx": 2})
    cut = table(browser, "/admin/now/cases?lang=en&as=csv")
    assert cut[:3] == whole[:3]
    assert cut[3:] == [["The list goes on: a file holds 2 lines at most. Narrow it."]]


def test_the_team_and_the_numbers_leave_as_files_too(busy: Kilns, signed_in: SignIn) -> None:
    head, visal = signed_in(busy.cast.kunthea), signed_in(busy.cast.visal)
    rows = table(head, "/office/team?lang=en&as=csv")
    assert ["Nobody has claimed it yet", "Front office", "5"] in [row[:3] for row in rows]
    assert "Chan Bopha" in {row[0] for row in rows}
    for address in ("/admin/reports.csv?as=xlsx", "/admin/income.csv?as=xlsx"):
        assert visal.get(address).mimetype == XLSX


def test_each_file_is_written_into_the_security_log(busy: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(busy.cast.kunthea)
    for address in ("/admin/now/cases", "/admin/steps", "/admin/out-of-turn", "/admin/monthly"):
        assert browser.get(f"{address}?as=csv").status_code == 200
    with busy.house.database.reading() as session:
        lines = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == SecurityKind.EXPORTED))
        names = [line.data["what"] for line in lines if line.actor_id == busy.cast.kunthea.person_id]
    assert sorted(names) == [
        "one-window-cases.csv",
        "one-window-monthly-2026-02.csv",
        "one-window-out-of-turn.csv",
        "one-window-steps-2026-01-2026-03.csv",
    ]


def test_the_month_says_the_same_on_the_page_in_the_table_and_on_paper(
    busy: Kilns, signed_in: SignIn, clock: SetClock
) -> None:
    clock.pass_time(days=30)
    browser = signed_in(busy.cast.kunthea)
    page = text_of(browser, "/admin/monthly?lang=en")
    assert "Ministry of Industry" in page
    assert "Battambang One Window Service Office" in page
    rows = table(browser, "/admin/monthly?lang=en&as=csv")
    assert rows[-1][:2] == ["2026-03", "All together"]
    assert dict(zip(rows[0], rows[-1], strict=True))["Received"] == "5"
    for end in ("pdf", "xlsx"):
        first = browser.get(f"/admin/monthly?as={end}")
        clock.pass_time(hours=1)
        assert first.status_code == 200
        assert browser.get(f"/admin/monthly?as={end}").data == first.data, "of a month that is over"
    assert browser.get("/admin/monthly?as=pdf").data.startswith(b"%PDF-")


def test_what_officers_chose_stands_on_the_page_in_the_tables_and_on_the_paper(
    kilns: Kilns, signed_in: SignIn, clock: SetClock
) -> None:
    """Each as often as it was counted, under a heading of its own."""
    cell = {"office_id": kilns.cast.battambang, "service_key": SERVICE, "month": "2026-03"}
    with kilns.house.database.transaction() as session:
        for kind, choice, cases in ((FactKind.GROUND, "refuse", 1234), (FactKind.FOUND, "return", 4321)):
            session.execute(insert(CaseTally).values(**cell, kind=kind, key=f"check:result:{choice}", cases=cases))
    clock.pass_time(days=30)
    browser = signed_in(kilns.cast.kunthea)
    rows = table(browser, "/admin/monthly?lang=en&as=csv")
    heads = [row[1] for row in rows if row[:1] == ["Month"]]
    assert heads == ["Sector", "On which grounds applications were refused", "What was found"]
    assert [row[2:] for row in rows if len(row) == 5 and row[0] == "2026-03"] == [
        [SERVICE, "Brick kiln permit", "1234"],
        [SERVICE, "Brick kiln permit", "4321"],
    ]
    page = text_of(browser, "/admin/monthly?lang=en")
    paper = PdfReader(io.BytesIO(browser.get("/admin/monthly?as=pdf").data))
    said = " ".join(one.extract_text() for one in paper.pages)
    assert ("1,234" in page, "4,321" in page) == (True, True)
    assert ("On which grounds applications were refused" in said, "What was found" in said) == (True, True)
    assert browser.get("/admin/monthly?as=xlsx").status_code == 200
    with kilns.house.database.transaction() as session:
        session.execute(delete(CaseTally))


def test_an_administrator_has_a_head_told_and_stops_it(kilns: Kilns, signed_in: SignIn) -> None:
    browser, person = signed_in(kilns.cast.visal), kilns.cast.kunthea.person_id
    assert "has proved an e-mail address yet" in text_of(browser, "/admin/monthly/told?lang=en")
    with kilns.house.database.transaction() as session:
        session.execute(update(Person).where(Person.id == person).values(email="k@example.org", email_proved_at=NOW))
    wrong = browser.post("/admin/monthly/told?lang=en", data={"person": person, "office": "02", "day": "40"})
    assert wrong.status_code == 422
    assert "Choose a working day from 1 to 15." in wrong.get_data(as_text=True)
    assert browser.post("/admin/monthly/told", data={"office": "02"}).status_code == 422
    sent = browser.post("/admin/monthly/told", data={"person": person, "office": "02", "day": "៣"})
    assert sent.status_code == 303
    assert browser.post("/admin/monthly/told", data={"person": person, "office": "02", "day": "4"}).status_code == 409
    assert "Prak Kunthea" in text_of(browser, "/admin/monthly/told?lang=en")
    with kilns.house.database.reading() as session:
        row = session.scalars(select(ReportSubscription)).one()
    assert (row.person_id, row.working_day) == (person, 3)
    assert browser.post(f"/admin/monthly/told/{row.key}/stop").status_code == 303
    assert "Nobody is told." in text_of(browser, "/admin/monthly/told?lang=en")


def test_only_administrators_say_who_is_told(kilns: Kilns, signed_in: SignIn) -> None:
    for member in (kilns.cast.kunthea, kilns.cast.bopha, kilns.cast.dara):
        assert signed_in(member).get("/admin/monthly/told").status_code == 403
        assert signed_in(member).post("/admin/monthly/told", data={"office": "02"}).status_code == 403
