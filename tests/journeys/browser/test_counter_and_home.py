"""Verified at the counter without a telephone, and the account claimed at home with the slip: in a browser, in Khmer on
a telephone and in English on a desk."""

from __future__ import annotations

import pytest

from engine.references import claim_code
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
