"""Files of long lists on pages: asked for, followed, fetched, stopped."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.clockwork import schedule
from engine.documents.separated import BYTE_ORDER_MARK
from storage.people import AccessLog, Membership
from storage.prepared_files import PreparedFile
from storage.security_log import SecurityEvent, SecurityKind
from tests.cast import NOW, Member
from tests.engine.clockwork.test_step_times import paid
from tests.fixtures.houses import SetClock, both_databases
from tests.small.cases import Kilns
from tests.web.admin.test_pages import text_of
from web import exports
from web.preparing import Preparing

SignIn = Callable[[Member], FlaskClient]
CASES = "/admin/now/cases?lang=en&as=csv"


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two lines are a long list."""
    monkeypatch.setattr(exports, "AT_ONCE", 1)


@pytest.fixture
def busy(kilns: Kilns) -> Kilns:
    """Three cases are open."""
    for _ in range(3):
        paid(kilns, now=NOW)
    return kilns


@pytest.fixture
def make(app: Flask, busy: Kilns, clock: SetClock) -> Callable[[], int]:
    """Has the worker look once for files to be made; how many were."""
    preparing = Preparing(lambda: app, clock)
    return lambda: schedule.sweep(busy.house, now=clock.now(), parts=(preparing.part,)).files


def offered(browser: FlaskClient, address: str) -> str:
    """What the page of a long list says in its form."""
    answer = browser.get(address)
    assert answer.status_code == 200
    found = re.search(r'name="wanted" value="([^"]+)"', answer.get_data(as_text=True))
    assert found is not None
    return found[1]


def ask(browser: FlaskClient, address: str = CASES) -> str:
    """The address of the page of the file that is prepared."""
    answer = browser.post("/office/files", data={"wanted": offered(browser, address)})
    assert answer.status_code == 303
    return answer.headers["Location"]


@both_databases
def test_a_long_list_is_prepared_and_followed_without_script(
    busy: Kilns, signed_in: SignIn, make: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = signed_in(busy.cast.kunthea)
    page = ask(browser)
    waiting = browser.get(f"{page}?lang=en")
    assert "The file is being prepared" in waiting.get_data(as_text=True)
    assert waiting.headers["Refresh"] == "3"
    assert make() == 1
    ready = browser.get(page)
    assert "Refresh" not in ready.headers
    assert f'href="{page}/content"' in ready.get_data(as_text=True)
    file = browser.get(f"{page}/content")
    assert file.headers["Content-Disposition"] == 'attachment; filename="one-window-cases.csv"'
    assert file.mimetype == "text/csv"
    prepared = file.get_data(as_text=True)
    monkeypatch.setattr(exports, "AT_ONCE", 1000)
    assert prepared == browser.get(CASES).get_data(as_text=True), "the same as at once"
    assert len(list(csv.reader(io.StringIO(prepared.removeprefix(BYTE_ORDER_MARK))))) == 1 + 3
    assert "A file that you asked for is ready: one-window-cases.csv" in text_of(browser, "/office/notices?lang=en")
    with busy.house.database.reading() as session:
        notice = session.scalars(select(AccessLog.page).where(AccessLog.page == "list_of_clocks")).all()
    assert len(notice) == 3, "whose cases it holds read who took them"


def test_the_file_speaks_the_language_of_the_page_and_keeps_what_was_chosen(
    busy: Kilns, signed_in: SignIn, make: Callable[[], int]
) -> None:
    browser = signed_in(busy.cast.kunthea)
    page = ask(browser, "/admin/now/cases?lang=km&as=csv&state=running")
    make()
    assert "លេខយោង" in browser.get(f"{page}/content").get_data(as_text=True)
    with busy.house.database.reading() as session:
        address = session.scalars(select(PreparedFile.address)).one()
    assert "state=running" in address


@pytest.mark.parametrize("more", ["endpoint=x", "_external=1&_scheme=javascript", "_method=POST", "_anchor=x"])
def test_what_an_address_asks_besides_leads_nowhere_else(busy: Kilns, signed_in: SignIn, more: str) -> None:
    ask(signed_in(busy.cast.kunthea), f"{CASES}&{more}&state=running")
    with busy.house.database.reading() as session:
        address = session.scalars(select(PreparedFile.address)).one()
    assert address.startswith("/admin/now/cases?")
    assert "state=running" in address


def test_a_second_click_leads_to_the_same_file(busy: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(busy.cast.kunthea)
    assert ask(browser) == ask(browser)


def test_following_an_address_makes_no_file_and_what_a_page_offered_is_for_its_reader_alone(
    busy: Kilns, signed_in: SignIn
) -> None:
    browser, other = signed_in(busy.cast.kunthea), signed_in(busy.cast.visal)
    wanted = offered(browser, CASES)
    for who, said in ((other, wanted), (browser, wanted[:-1]), (browser, ""), (browser, '"/admin/now/cases?as=csv"')):
        assert who.post("/office/files", data={"wanted": said}).status_code == 404
    assert signed_in(busy.cast.dara).post("/office/files", data={"wanted": wanted}).status_code == 403
    with busy.house.database.reading() as session:
        assert session.scalars(select(PreparedFile.id)).all() == []
        assert session.scalars(select(SecurityEvent).where(SecurityEvent.kind == SecurityKind.EXPORT_ASKED)).all() == []


def test_a_file_is_stopped_and_removed_by_a_button(busy: Kilns, signed_in: SignIn, make: Callable[[], int]) -> None:
    browser = signed_in(busy.cast.kunthea)
    page = ask(browser)
    assert browser.post(f"{page}/remove").status_code == 303
    assert make() == 0
    assert "The file was stopped" in text_of(browser, f"{page}?lang=en")
    assert "one-window-cases.csv" in text_of(browser, "/office/files?lang=en")
    assert browser.get(f"{page}/content").status_code == 409
    browser.post(f"{page}/remove")
    assert browser.get(page).status_code == 404
    assert "You have asked for no long list as a file." in text_of(browser, "/office/files?lang=en")


def test_nobody_opens_fetches_or_removes_somebody_elses_file(
    busy: Kilns, signed_in: SignIn, client: FlaskClient, make: Callable[[], int]
) -> None:
    page = ask(signed_in(busy.cast.kunthea))
    make()
    for address in (page, f"{page}/content"):
        assert client.get(address).status_code == 303
        assert signed_in(busy.cast.visal).get(address).status_code == 404
        assert signed_in(busy.cast.dara).get(address).status_code == 403
    assert signed_in(busy.cast.visal).post(f"{page}/remove").status_code == 404
    assert "one-window-cases" not in text_of(signed_in(busy.cast.visal), "/office/files")


def test_whoever_works_elsewhere_since_gets_nothing(busy: Kilns, signed_in: SignIn, make: Callable[[], int]) -> None:
    browser = signed_in(busy.cast.kunthea)
    page = ask(browser)
    make()
    later = ask(browser)
    moved = {"office_id": busy.cast.phnom_penh}
    mine = Membership.person_id == busy.cast.kunthea.person_id
    with busy.house.database.transaction() as session:
        session.execute(update(Membership).where(mine).values(**moved))
    assert browser.get(f"{page}/content").status_code == 403
    assert "You may not fetch it any more" in text_of(browser, f"{page}?lang=en")
    make()
    assert browser.get(f"{later}/content").get_data(as_text=True).count("\n") == 1, "nothing but the heads"
    with busy.house.database.transaction() as session:
        session.execute(update(Membership).where(mine).values(to_day=NOW.date() - timedelta(days=1)))
    assert browser.get(f"{later}/content").status_code == 403


def test_it_is_logged_when_a_file_is_asked_for_and_when_it_leaves(
    busy: Kilns, signed_in: SignIn, make: Callable[[], int]
) -> None:
    browser = signed_in(busy.cast.kunthea)
    page = ask(browser)
    make()
    browser.get(f"{page}/content")
    with busy.house.database.reading() as session:
        kinds = SecurityEvent.kind.in_((SecurityKind.EXPORT_ASKED, SecurityKind.EXPORTED))
        lines = [
            (one.kind, one.data)
            for one in session.scalars(select(SecurityEvent).where(kinds).order_by(SecurityEvent.id))
        ]
    assert [kind for kind, _ in lines] == [SecurityKind.EXPORT_ASKED, SecurityKind.EXPORTED]
    assert lines[1][1]["lines"] == 3


def test_a_table_of_numbers_is_prepared_too_and_its_lines_are_counted(
    busy: Kilns, signed_in: SignIn, make: Callable[[], int]
) -> None:
    browser = signed_in(busy.cast.kunthea)
    page = ask(browser, "/office/team?lang=en&as=xlsx")
    with busy.house.database.reading() as session:
        total = session.scalars(select(PreparedFile.total)).one()
    assert total is not None
    assert f"0 of {total} lines are written." in text_of(browser, f"{page}?lang=en")
    make()
    assert f"{total} of {total} lines" not in text_of(browser, f"{page}?lang=en")
    assert browser.get(f"{page}/content").mimetype == exports.XLSX
    with busy.house.database.reading() as session:
        assert session.scalars(select(PreparedFile.lines)).one() == total


@pytest.mark.parametrize(("address", "total"), [("/admin/reports.csv?lang=en", 1), ("/admin/income.csv?lang=en", None)])
def test_a_long_report_is_read_month_by_month_when_it_is_made_and_only_counted_before(
    busy: Kilns,
    signed_in: SignIn,
    make: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    total: int | None,
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    browser = signed_in(busy.cast.visal)
    page = ask(browser, address)
    with busy.house.database.reading() as session:
        assert session.scalars(select(PreparedFile.total)).one() == total
    make()
    prepared = browser.get(f"{page}/content").get_data(as_text=True)
    monkeypatch.setattr(exports, "AT_ONCE", 1000)
    assert prepared == browser.get(address).get_data(as_text=True), "the same as at once"
    assert prepared.count("\n") == 2, "the heads and a line"


def test_a_list_that_is_read_as_a_whole_says_where_it_goes_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "WHOLE", 2)
    heads, lines = ["Name"], [["a"], ["b"], ["c"]]
    with app.test_request_context("/?lang=en"):
        assert list(exports.whole([heads, *lines[:2]])) == [heads, *lines[:2]]
        *held, last = exports.whole([heads, *lines])
    assert held == [heads, *lines[:2]]
    assert "a file holds 2 lines at most" in str(last)
