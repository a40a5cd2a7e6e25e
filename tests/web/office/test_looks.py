"""Every page that shows a person or their case is noted for that person, once for each time it is opened."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from storage.messages import Notification
from storage.payments import Payment
from storage.people import AccessLog, Person
from tests.cast import Member
from tests.small.cases import Kilns
from web.looks import ELSEWHERE, OF_A_CASE, WORDS

SignIn = Callable[[Member], FlaskClient]

OF_NOBODY = {
    "admin.clock_list", "admin.clocks", "admin.home", "admin.holidays", "admin.incidents", "admin.office",
    "admin.offices", "admin.outbox", "admin.reports", "admin.reports_csv", "admin.survey", "admin.transfer",
    "analyst.compare", "analyst.diagram", "analyst.find_case", "analyst.services", "analyst.version",
    "analyst.versions", "office.cashier", "office.handovers", "office.inbox", "office.walk_in_register",
}  # fmt: skip
"""Pages of the office that open nobody's case: lists of work, and what is no person's."""


def looks(kilns: Kilns) -> list[str]:
    with kilns.house.database.reading() as session:
        return list(session.scalars(select(AccessLog.page).order_by(AccessLog.id)))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_page_of_the_office_is_noted_or_shows_nobody(app: Flask) -> None:
    rooms = ("admin.", "office.", "analyst.", "results.")
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint.startswith(rooms)
    }
    noted = OF_A_CASE.keys() | ELSEWHERE.keys()
    assert pages - noted - OF_NOBODY == set()
    assert not noted & OF_NOBODY
    assert (noted | OF_NOBODY) - pages == {"citizen.document", "citizen.question"}
    assert {*OF_A_CASE.values(), *ELSEWHERE.values()} <= WORDS.keys()


def test_pages_about_a_case_are_noted_once(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.approved()
    cast, certificate = kilns.cast, kilns.certificate(sent).number
    with kilns.house.database.reading() as session:
        receipt = session.scalars(select(Payment.receipt_number)).one()
        message = session.scalars(select(Notification.id).where(Notification.application_id.is_not(None))).first()
    opened = {
        "history": (cast.visal, f"/admin/cases/{sent.key}/history"),
        "by_hand": (cast.visal, f"/admin/cases/{sent.key}/by-hand"),
        "message": (cast.visal, f"/admin/outbox/{message}"),
        "rehearsal": (cast.chenda, f"/analyst/cases/{sent.key}/rehearsal/1"),
        "certificate": (cast.bopha, f"/office/certificates/{certificate}"),
        "slip": (cast.bopha, f"/applications/{sent.key}/slip.pdf"),
        "receipt": (cast.sopheap, f"/office/receipts/{receipt}"),
        "handover": (cast.bopha, f"/office/handover/{kilns.task(sent, 'hand_over')}"),
        "case": (cast.bopha, f"/office/cases/{sent.key}"),
        "search": (cast.bopha, f"/office/search?q={sent.reference}"),
    }
    for page, (who, address) in opened.items():
        before = looks(kilns)
        assert signed_in(who).get(address).status_code == 200, address
        assert looks(kilns) == [*before, page]
    told = signed_in(cast.dara).get("/account/looks?lang=en").get_data(as_text=True)
    assert "the history of the case" in told
    assert "found in a search" in told


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_fee_at_the_cashier_is_noted(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.send()
    assert signed_in(kilns.cast.sopheap).get(f"/office/cashier/{sent.key}").status_code == 200
    assert looks(kilns) == ["payment"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_ones_own_papers_and_refused_pages_are_not_noted(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.approved()
    assert signed_in(kilns.cast.dara).get(f"/applications/{sent.key}/slip.pdf").status_code == 200
    assert signed_in(kilns.cast.phally).get(f"/office/cases/{sent.key}").status_code == 404
    assert signed_in(kilns.cast.phally).get(f"/office/search?q={sent.reference}").status_code == 200
    assert looks(kilns) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_looking_somebody_up_at_the_counter_is_noted_for_them(kilns: Kilns, signed_in: SignIn) -> None:
    bopha, sreyneang = signed_in(kilns.cast.bopha), kilns.cast.sreyneang
    page = bopha.get("/office/walk-in", query_string={"q": sreyneang.phone}).get_data(as_text=True)
    assert looks(kilns) == ["looked_up"]
    address = page.split('href="/office/walk-in/')[1:]
    token = next(part.split('"')[0] for part in address if not part.startswith("new"))
    assert bopha.get(f"/office/walk-in/{token.removesuffix('/papers')}").status_code == 200
    assert looks(kilns) == ["looked_up", "counter"]
    told = signed_in(sreyneang).get("/account/looks?lang=en").get_data(as_text=True)
    assert "looked you up at the counter" in told
    assert "Chan Bopha" in told


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_look_names_whose_it_was(kilns: Kilns, signed_in: SignIn) -> None:
    signed_in(kilns.cast.bopha).get("/office/walk-in", query_string={"q": kilns.cast.dara.phone})
    with kilns.house.database.reading() as session:
        look = session.scalars(select(AccessLog)).one()
        assert session.get_one(Person, look.subject_id).id == kilns.cast.dara.person_id
