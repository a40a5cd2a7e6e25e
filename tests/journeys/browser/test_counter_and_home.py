"""Verified at the counter without a telephone, though somebody else claimed the number of the card before, and the
account claimed at home with the slip: in a browser, in Khmer on a telephone and in English on a desk."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.references import claim_code
from storage.people import IdentityStatus, Person
from tests.counter import PAPERS, code_sent
from tests.journeys.browser.conftest import Stage
from tests.journeys.browser.walking import DESK, PHONE, Device

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)]
HOME = "012 888 001"
PASSWORD = "kettle seven umbrella"


@pytest.mark.parametrize(("office", "own"), [(DESK, PHONE), (PHONE, DESK)], ids=["home in Khmer", "home in English"])
def test_somebody_is_verified_at_the_counter_and_claims_the_account_at_home(
    stage: Stage, office: Device, own: Device
) -> None:
    squatted(stage)
    walk = stage.walk(office, "counter", stage.cast.bopha)
    walk.open("/office/walk-in/new")
    for name in ("address-province", "address-district"):
        walk.fill({name: PAPERS[name]})
        walk.press("main button[name='_choose']")
    walk.fill(PAPERS)
    walk.press()
    walk.examine("person")
    seed = walk.page.locator("[name=seed]").get_attribute("value") or ""
    token = walk.page.locator("main [name=csrf_token]").first.get_attribute("value") or ""
    slip = walk.page.request.post(
        f"{walk.page.url}/slip", form={"seed": seed, "csrf_token": token}, headers={"Referer": walk.page.url}
    )
    assert slip.body().startswith(b"%PDF")
    home = stage.walk(own, "home")
    home.open("/claim")
    home.examine("claim")
    home.fill({"code": claim_code(seed), "signs": PAPERS["id_number"][-4:]})
    home.press()
    home.examine("contact")
    home.fill({"contact": HOME})
    home.press()
    home.examine("code")
    home.fill({"digits": code_sent(stage.licence.house)})
    home.press()
    home.examine("password")
    home.fill({"password": PASSWORD})
    home.press()
    assert home.page.url.endswith("/account")
    assert PAPERS["name_km" if own is PHONE else "name_latin"] in home.text
    walk.end()
    home.end()
    with stage.licence.house.database.reading() as session:
        of_number = select(Person.name_latin).where(Person.id_number == PAPERS["id_number"])
        verified = of_number.where(Person.identity_status == IdentityStatus.VERIFIED)
        assert session.scalars(verified).all() == [PAPERS["name_latin"]]


def squatted(stage: Stage) -> None:
    """Somebody says in their own account that the number of this card is theirs."""
    with stage.licence.house.database.transaction() as session:
        squatter = session.get_one(Person, stage.cast.sreyneang.person_id)
        squatter.id_kind, squatter.id_number = PAPERS["id_kind"], PAPERS["id_number"]
