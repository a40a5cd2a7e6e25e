"""The history of the house: each administered change with who, why, before and after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert
from werkzeug.test import TestResponse

from engine.errors import NotAllowed
from engine.house import House
from engine.queries.admin.house_history import ABOUT, PAGE_SIZE, Asked, house_history
from storage.security_log import SecurityEvent, SecurityKind
from tests.cast import NOW, Cast, Member
from tests.fixtures.houses import both_databases
from tests.plans import measured, planned, reads_by_index
from tests.small.cases import Kilns
from web.change_words import ABOUT_WORDS
from web.security_words import KINDS

SignIn = Callable[[Member], FlaskClient]


def text(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")


def written(house: House, cast: Cast, kind: SecurityKind, count: int, **data: object) -> None:
    rows = [
        {"at": NOW + timedelta(minutes=number), "kind": kind.value, "actor_id": cast.visal.person_id, "actor_role": "",
         "person_id": cast.bopha.person_id, "address": "", "browser": "", "data": data, "previous_hash": "", "hash": ""}
        for number in range(count)
    ]  # fmt: skip
    with house.database.transaction() as session:
        session.execute(insert(SecurityEvent), rows)


def test_every_kind_that_is_told_has_words_and_every_subject_a_name() -> None:
    assert set(ABOUT) == set(ABOUT_WORDS)
    assert {kind for kinds in ABOUT.values() for kind in kinds} <= set(KINDS)


def test_a_change_is_told_with_who_when_why_before_and_after(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.visal)
    ends = f"/admin/accounts/{kilns.cast.bopha.person_id}/groups/end"
    data = {"group": "front_office", "office": "02", "confirmed": "yes", "how": "day", "reason": "Retires <soon>"}
    assert browser.post(ends, data=data | {"last-day": "6", "last-month": "3", "last-year": "2026"}).status_code == 303
    feast = {"day-day": "4", "day-month": "3", "day-year": "2026", "name_km": "បុណ្យ", "name_en": "Feast"}
    browser.post("/admin/offices/02/holidays", data=feast | {"confirmed": "yes"})
    page = text(browser.get("/admin/history?lang=en"))
    assert "Last day in a group changed: Front office, 02" in page
    assert "Retires <soon>" in page
    assert "until further notice" in page
    assert "from 6 January 2025 to 6 March 2026" in page
    assert kilns.cast.visal.name_latin in page
    assert "Day: 4 March 2026; Name in Khmer: បុណ្យ; Name in English: Feast" in page
    khmer = text(browser.get("/admin/history?lang=km"))
    assert "ប្រវត្តិ" in khmer


def test_it_is_narrowed_and_paged_and_taken_away_as_a_file(house: House, cast: Cast, signed_in: SignIn) -> None:
    written(house, cast, SecurityKind.GROUP_GRANTED, PAGE_SIZE, group="cashier", office="12")
    written(house, cast, SecurityKind.SERVICE_OFFERED, 3, office="02", service="x.y", first="2026-03-02", last=None)
    browser = signed_in(cast.visal)
    assert text(browser.get("/admin/history?lang=en")).count("Service offered: x.y") == 3
    older = text(browser.get("/admin/history?lang=en"))
    assert "Older lines" in older
    assert text(browser.get("/admin/history?lang=en&about=offers")).count("Service offered: x.y") == 3
    assert "Service offered: x.y" not in text(browser.get("/admin/history?lang=en&office=12"))
    first_day = {"from-day": "3", "from-month": "3", "from-year": "2026"}
    assert "Nothing was changed." in text(browser.get("/admin/history", query_string=first_day | {"lang": "en"}))
    assert browser.get("/admin/history", query_string={"from-day": "99"}).status_code == 422
    assert browser.get("/admin/history", query_string={"login": "nobody@example"}).status_code == 422
    file = browser.get("/admin/history.csv?lang=en&about=offers")
    assert (file.mimetype, len(text(file).strip().splitlines())) == ("text/csv", 4)
    assert "Taken away as a file: one-window-history.csv" in text(browser.get("/admin/security-log?lang=en"))


@both_databases
def test_the_page_reads_so_many_lines_of_each_kind_from_its_index_however_many_signed_in(
    house: House, cast: Cast
) -> None:
    written(house, cast, SecurityKind.SIGNED_IN, 3_000)
    written(house, cast, SecurityKind.GROUP_GRANTED, PAGE_SIZE + 5, group="cashier", office="12")
    measured(house.database, "security_event")
    with planned(house.database) as found, house.database.reading() as session:
        page = house_history(session, cast.visal.actor, Asked())
        rest = house_history(session, cast.visal.actor, Asked(), before=page.before)
    assert (len(page.lines), len(rest.lines)) == (PAGE_SIZE, 5)
    assert "ix_security_event_kind" in reads_by_index(found, "security_event")
    with house.database.reading() as session, pytest.raises(NotAllowed):
        house_history(session, cast.kunthea.actor, Asked())


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_asked_wrongly_is_told_and_no_empty_file_leaves(house: House, cast: Cast, signed_in: SignIn) -> None:
    browser = signed_in(cast.visal)
    for asked, words in (("from-day=99", "Enter a day that exists"), ("login=nobody@example.com", "No account has")):
        answer = browser.get(f"/admin/history.csv?lang=en&{asked}")
        assert (answer.status_code, answer.mimetype, words in text(answer)) == (422, "text/html", True)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_chains_words_of_messages_and_who_is_told_of_reports_are_administered_too(
    house: House, cast: Cast, signed_in: SignIn
) -> None:
    written(
        house, cast, SecurityKind.CHAIN_SET, 1, office="02", service="x.y", chain="head 50%", **{"from": "2026-03-09"}
    )
    begins = {"from": "2026-03-09T17:00:00+00:00"}  # midnight in Cambodia
    written(house, cast, SecurityKind.MESSAGE_CHANGED, 1, message="submitted", number=2, **begins)
    written(house, cast, SecurityKind.REPORT_SUBSCRIBED, 1, office="02", day=3)
    browser = signed_in(cast.visal)
    lines = {
        "chains": ("Chain of escalation set", "x.y; from 9 March 2026"),
        "messages": ("Message of the house changed", "submitted; from 10 March 2026"),
        "reports": ("Is told of the monthly report of an office: 02",),
    }
    for about, words in lines.items():
        page = text(browser.get(f"/admin/history?lang=en&about={about}"))
        assert [each for each in words if each not in page] == []
