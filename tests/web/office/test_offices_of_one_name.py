"""Two offices of one name are told apart on every page and paper that names one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.applications.submitting import Submitted
from storage.messages import Notification
from storage.offices import Office
from storage.people import Membership
from tests.cast import HIRED, Member
from tests.small.cases import SERVICE, Kilns
from tests.web.office.test_desks import text

SignedIn = Callable[[Member], FlaskClient]
NAME = "Battambang One Window Service Office"


@pytest.fixture
def twins(kilns: Kilns) -> Submitted:
    """A permit that lies ready at the first of two offices with one name; Chan Bopha works at both."""
    with kilns.house.database.transaction() as session:
        session.execute(update(Office).values(name_en=NAME))
        session.add(
            Membership(
                person_id=kilns.cast.bopha.person_id,
                office_id=kilns.cast.phnom_penh,
                group="front_office",
                from_day=HIRED,
            )
        )
    return kilns.approved()


def apart(page: str) -> bool:
    """Whether the page names the office, and never by the name alone."""
    return f"{NAME} (02)" in page and NAME not in page.replace(f"{NAME} (02)", "").replace(f"{NAME} (12)", "")


def test_the_pages_of_officers_tell_them_apart(kilns: Kilns, twins: Submitted, signed_in: SignedIn) -> None:
    bopha = signed_in(kilns.cast.bopha)
    for address in ("/office", f"/office/search?q={twins.reference}", f"/office/cases/{twins.key}"):
        address += "&lang=en" if "?" in address else "?lang=en"
        assert apart(text(bopha.get(address))), address
    sopheap = signed_in(kilns.cast.sopheap)
    assert apart(text(sopheap.get("/office/receipts/R-02-26-000001?lang=en")))
    assert sopheap.get("/receipts/R-02-26-000001.pdf").status_code == 200


def test_the_pages_of_administrators_tell_them_apart(kilns: Kilns, twins: Submitted, signed_in: SignedIn) -> None:
    visal = signed_in(kilns.cast.visal)
    for address in ("/admin/clocks", "/admin/clocks/list", "/admin/offices", "/admin/reports", "/admin/reports.csv"):
        assert apart(text(visal.get(f"{address}?lang=en"))), address


def test_the_pages_of_citizens_tell_them_apart(
    kilns: Kilns, twins: Submitted, signed_in: SignedIn, client: FlaskClient
) -> None:
    dara = signed_in(kilns.cast.dara)
    for address in (
        f"/services/{SERVICE}",
        f"/services/{SERVICE}/apply",
        "/account",
        f"/applications/{twins.key}",
        "/account/looks",
    ):
        signed_in(kilns.cast.bopha).get(f"/office/cases/{twins.key}")
        assert apart(text(dara.get(f"{address}?lang=en"))), address
    typed = {"code": twins.tracking_code, "digits": kilns.cast.dara.phone[-4:]}
    assert apart(text(client.post("/track?lang=en", data=typed, follow_redirects=True)))
    with kilns.house.database.reading() as session:
        bodies = session.scalars(select(Notification.body).where(Notification.language == "km")).all()
    assert any("(02)" in body for body in bodies)
