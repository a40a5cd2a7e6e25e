"""Lists leave as files: each with the rights of its page, noted where the page notes whom it shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import fields

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from engine.documents.separated import BYTE_ORDER_MARK
from engine.house import House
from storage.messages import MessageChannel, NotificationStatus
from storage.people import AccessLog, Person
from storage.security_log import SecurityEvent, SecurityKind
from tests.cast import NOW, Cast, Member
from tests.engine.clockwork.test_step_times import paid
from tests.journeys.guesthouse import SERVICE
from tests.small.cases import Kilns
from tests.statements import counted
from tests.web.security.stock import Stock, belong, stock
from web.exports import FORMATS, MEDIA
from web.list_words import CHANNELS, MESSAGES

SignIn = Callable[[Member], FlaskClient]
LISTS = {
    "kunthea": (
        "/office/raised", "/office/disputes", "/office/books", "/office/remissions",
        "/office/voids", "/office/team", "/admin/now/cases", "/admin/out-of-turn",
        "/office/sessions?show=past", "/office/sessions/{session}", "/office/visits", "/office/visits?office=02",
        "/office/absences", "/office/officers/{mony}/absences", "/office/replacements",
        "/office/books/{book}", "/office/team/{mony}?office=02", "/office/team/waiting?office=02&group=specialist",
        "/admin/monthly?list=cases",
    ),
    "bopha": ("/office?show=all", "/office?show=late", "/office/handover", "/office/disputes"),
    "sopheap": ("/office/cashier", "/office/books", "/office/voids", "/office/asked"),
    "visal": (
        "/admin/accounts", "/admin/accounts?list=invitations", "/admin/outbox?status=pending",
        "/admin/incidents?status=open", "/admin/offices", "/admin/offices/02", "/admin/security-log",
        "/admin/history.csv", "/admin/looks.csv", "/admin/clocks/list", "/admin/clocks",
        "/admin/accounts?list=factors", "/admin/chains", "/admin/monthly/told", "/admin/connectors", "/admin/texts",
        "/admin/offices/02/staff", "/admin/shares", "/analyst", "/analyst/{service}", "/analyst/releases",
    ),
    "chenda": (
        "/analyst/drafts", "/analyst/drafts?closed=1", "/analyst/drafts/{package_draft}/history",
        "/analyst/drafts/{package_draft}/play", "/analyst/{service}?list=trials", "/analyst/releases",
        "/analyst/ministries/tourism/history", "/analyst/trials/{trial}/cases?kind=same",
    ),
}  # fmt: skip
FULL = {
    "/office?show=all", "/office/disputes", "/office/books", "/office/remissions", "/admin/accounts",
    "/admin/accounts?list=invitations", "/admin/outbox?status=pending", "/admin/incidents?status=open",
    "/admin/offices", "/admin/offices/02", "/admin/security-log", "/admin/history.csv", "/admin/clocks/list",
    "/admin/clocks", "/office/handover", "/office/cashier", "/office/team", "/admin/now/cases",
    "/office/absences", "/office/officers/{mony}/absences", "/office/replacements",
    "/office/books/{book}", "/office/asked", "/admin/monthly?list=cases", "/admin/chains", "/admin/monthly/told",
    "/admin/connectors", "/admin/texts", "/admin/offices/02/staff", "/admin/shares", "/analyst", "/analyst/{service}",
    "/analyst/releases", "/analyst/drafts", "/analyst/drafts/{package_draft}/history",
    "/analyst/drafts/{package_draft}/play", "/analyst/{service}?list=trials",
}  # fmt: skip
"""Of which something is in the office of the test."""


@pytest.fixture
def made(house: House, cast: Cast) -> Stock:
    return stock(house, cast)


def rows_of(browser: FlaskClient, address: str) -> list[list[str]]:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    assert answer.mimetype == "text/csv", address
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix(BYTE_ORDER_MARK))))


def at(made: Stock, pattern: str) -> str:
    """The address of a list of something that is in stock."""
    known = {one.name: getattr(made, one.name) for one in fields(made)}
    return pattern.format(**known, mony=made.cast.mony.person_id, service=SERVICE)


def with_end(address: str, end: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang=en&as={end}"


@pytest.mark.parametrize("who", LISTS)
def test_every_list_leaves_as_a_table_and_as_a_workbook(made: Stock, signed_in: SignIn, who: str) -> None:
    browser = signed_in(getattr(made.cast, who))
    for pattern in LISTS[who]:
        address = at(made, pattern)
        rows = rows_of(browser, with_end(address, "csv"))
        assert len(rows) > (pattern in FULL), address
        assert {len(row) for row in rows} == {len(rows[0])}, address
        assert browser.get(with_end(address, "xlsx")).mimetype == MEDIA["xlsx"], address
        page = browser.get(f"{address.replace('.csv', '')}{'&' if '?' in address else '?'}lang=en")
        assert all(f"as={end}" in page.get_data(as_text=True) for end in FORMATS), address
    with made.house.database.reading() as session:
        exports = SecurityEvent.kind == SecurityKind.EXPORTED
        assert session.scalar(select(func.count()).where(exports)) == len(FORMATS) * len(LISTS[who])


def test_a_list_leaves_for_nobody_who_may_not_open_its_page(made: Stock, signed_in: SignIn) -> None:
    stranger = signed_in(made.cast.dara)
    for address in {at(made, pattern) for patterns in LISTS.values() for pattern in patterns}:
        assert stranger.get(with_end(address, "csv")).status_code == 403, address


def test_the_file_of_the_inbox_keeps_its_filters_and_is_noted_for_whom_it_shows(
    kilns: Kilns, signed_in: SignIn
) -> None:
    paid(kilns, now=NOW)
    bopha = signed_in(kilns.cast.bopha)
    with kilns.house.database.transaction() as session:
        session.execute(update(Person).where(Person.id == kilns.cast.dara.person_id).values(name_latin="=1+1"))
    head, line = rows_of(bopha, "/office?show=free&lang=en&as=csv")
    shown = dict(zip(head, line, strict=True))
    assert shown["Applicant"] == "'=1+1", "no text is a formula"
    assert shown["Office"] == "Battambang One Window Service Office"
    assert len(rows_of(bopha, "/office?show=mine&lang=en&as=csv")) == 1
    belong(kilns.house, kilns.cast.phally, {"front_office"}, kilns.cast.phnom_penh)
    assert len(rows_of(signed_in(kilns.cast.phally), "/office?show=all&lang=en&as=csv")) == 1
    with kilns.house.database.reading() as session:
        looks = session.scalars(select(AccessLog.person_id).where(AccessLog.page == "list_of_tasks")).all()
    assert looks == [kilns.cast.bopha.person_id]


def test_a_file_asks_as_often_however_many_lines_it_has(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.bopha)

    def asked() -> int:
        with counted(kilns.house.database) as statements:
            browser.get("/office?show=all&lang=en&as=csv")
        return statements.statements

    paid(kilns, now=NOW)
    asked()
    few = asked()
    for _ in range(3):
        paid(kilns, now=NOW)
    asked()
    assert asked() == few


def test_every_way_and_state_of_a_message_has_its_word_in_a_file() -> None:
    assert set(CHANNELS) == set(MessageChannel)
    assert set(MESSAGES) == set(NotificationStatus)
