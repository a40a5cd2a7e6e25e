"""Certificates of each row over HTTP: found by an officer, printed together, handed over with their list, used up."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pypdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.house import House
from storage.people import AccessLog
from tests.cast import Cast, Member
from tests.small.files import changed
from tests.small.services import SmallService, found, scale_checks

SignIn = Callable[[Member], FlaskClient]
SINGLE = ("service.yaml", "validity: {until: row.next_check}", "validity: {length: 3 days, single_use: true}")


@pytest.fixture
def scales(house: House, cast: Cast) -> SmallService:
    return scale_checks(house, cast)


def english(client: FlaskClient) -> FlaskClient:
    client.set_cookie("lang", "en")
    return client


def test_an_officers_list_begins_with_what_the_applicant_gave(scales: SmallService, signed_in: SignIn) -> None:
    key = scales.send()
    address = f"/office/tasks/{scales.task(key, 'verify')}"
    officer = english(signed_in(scales.cast.bopha))
    officer.post(f"{address}/claim")
    page = officer.get(address).get_data(as_text=True)
    for place, serial in enumerate(("A1", "B2", "C3")):
        assert f'name="scales-{place}-serial"' in page
        assert f'value="{serial}"' in page


def test_a_row_more_or_less_of_an_officers_list_completes_nothing(scales: SmallService, signed_in: SignIn) -> None:
    key = scales.send()
    address = f"/office/tasks/{scales.task(key, 'verify')}"
    officer = english(signed_in(scales.cast.bopha))
    officer.post(f"{address}/claim")
    typed = {"scales-0-kind": "table", "scales-0-serial": "A9"}
    answer = officer.post(address, data={**typed, "_add": "scales"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'value="A9"' in page
    assert 'name="scales-1-serial"' in page
    assert 'name="scales-2-serial"' not in page
    fewer = officer.post(address, data={**typed, "scales-1-serial": "B9", "_remove": "scales-0"})
    assert 'value="A9"' not in fewer.get_data(as_text=True)
    assert scales.row(key).stage == "verifying"


def test_from_the_findings_to_the_signature(scales: SmallService, signed_in: SignIn) -> None:
    key = scales.send()
    address = f"/office/tasks/{scales.task(key, 'verify')}"
    officer = english(signed_in(scales.cast.bopha))
    officer.post(f"{address}/claim")
    rows = {}
    for place, (kind, serial, passed) in enumerate(
        (("table", "A1", "yes"), ("floor", "B2", ""), ("floor", "C3", "yes"))
    ):
        day = {
            f"scales-{place}-next_check-{part}": value
            for part, value in (("day", "2"), ("month", "3"), ("year", "2027"))
        }
        rows |= {f"scales-{place}-kind": kind, f"scales-{place}-serial": serial, **day}
        rows |= {f"scales-{place}-passed": passed} if passed else {}
    assert officer.post(address, data={**rows, "revision": scales.row(key).revision}).status_code == 303
    desk = officer.get(f"/office/handover/{scales.task(key, 'hand_over')}").get_data(as_text=True)
    assert "SC-02-26-000001" in desk
    assert "SC-02-26-000002" in desk
    assert "Floor scale, C3" in desk
    together = officer.get(f"/applications/{key}/results.pdf")
    assert (together.status_code, together.mimetype) == (200, "application/pdf")
    assert len(pypdf.PdfReader(BytesIO(together.data)).pages) == 3
    listed = officer.get("/office/handover").get_data(as_text=True)
    assert "SC-02-26-000001 (+1)" in listed
    scales.collect(key)
    mine = english(signed_in(scales.cast.dara)).get(f"/applications/{key}").get_data(as_text=True)
    assert "Save the certificate SC-02-26-000002 (PDF)" in mine
    assert "Save all 2 together (PDF)" in mine
    case = officer.get(f"/office/cases/{key}").get_data(as_text=True)
    assert "Print all 2 together (PDF)" in case


@pytest.mark.parametrize("who", ["sreyneang", "phally"])
def test_the_papers_of_others_are_not_found(scales: SmallService, signed_in: SignIn, who: str) -> None:
    key = scales.send()
    scales.work(key, "verify", found(True))
    assert signed_in(getattr(scales.cast, who)).get(f"/applications/{key}/results.pdf").status_code == 404


def test_one_for_a_single_use_is_marked_at_another_office_and_everybody_sees_it(
    house: House, cast: Cast, signed_in: SignIn, client: FlaskClient
) -> None:
    service = scale_checks(house, cast, changed("industry/scale_check", SINGLE))
    key = service.send()
    service.work(key, "verify", found(True))
    (one,) = service.certificates(key)
    public = english(client)
    page = public.get(f"/verify/{one.code}").get_data(as_text=True)
    assert "It holds for one use." in page
    assert f"/office/certificates/{one.number}/use" in page
    officer = english(signed_in(cast.phally))
    assert "Mark as used now" in officer.get(f"/office/certificates/{one.number}/use").get_data(as_text=True)
    done = officer.post(f"/office/certificates/{one.number}/use", follow_redirects=True)
    assert "The certificate was marked as used." in done.get_data(as_text=True)
    again = officer.post(f"/office/certificates/{one.number}/use")
    assert again.status_code == 409
    page = english(client).get(f"/verify/{one.code}").get_data(as_text=True)
    assert "This certificate was used." in page
    with house.database.reading() as session:
        looks = session.scalars(select(AccessLog.person_id).where(AccessLog.page == "certificate")).all()
    assert set(looks) == {cast.phally.person_id}


@pytest.mark.parametrize("who", ["dara", "sreyneang", "chenda"])
def test_nobody_but_officers_who_work_on_cases_marks_anything(
    house: House, cast: Cast, signed_in: SignIn, who: str
) -> None:
    service = scale_checks(house, cast, changed("industry/scale_check", SINGLE))
    key = service.send()
    service.work(key, "verify", found(True))
    address = f"/office/certificates/{service.certificates(key)[0].number}/use"
    person = signed_in(getattr(cast, who))
    assert person.get(address).status_code == 403
    assert person.post(address).status_code == 403
    assert service.certificates(key)[0].used_at is None


def test_a_licence_that_holds_for_longer_has_no_such_page(scales: SmallService, signed_in: SignIn) -> None:
    key = scales.send()
    scales.work(key, "verify", found(True))
    (one,) = scales.certificates(key)
    assert signed_in(scales.cast.bopha).get(f"/office/certificates/{one.number}/use").status_code == 409
