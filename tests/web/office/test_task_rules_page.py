"""The page of rules by which tasks are given."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from tests.cast import Cast, Member

SignedIn = Callable[[Member], FlaskClient]


def test_the_head_sets_a_rule_and_a_stale_page_is_told(cast: Cast, signed_in: SignedIn) -> None:
    browser = signed_in(cast.kunthea)
    page = browser.get("/office/rules?lang=en").get_data(as_text=True)
    assert 'name="rule-front_office"' in page
    assert "rule-cashier" not in page
    set_once = browser.post("/office/rules/02", data={"rule-front_office": "in_turn", "seen": ""})
    assert (set_once.status_code, set_once.location) == (303, "/office/rules?office=02")
    assert '<option value="in_turn" selected>' in browser.get("/office/rules").get_data(as_text=True)
    assert browser.post("/office/rules/02", data={"rule-front_office": "", "seen": ""}).status_code == 409
    assert browser.post("/office/rules/02", data={"rule-nobody": "in_turn", "seen": ""}).status_code == 404
    log = signed_in(cast.visal).get("/admin/security-log?lang=en").get_data(as_text=True)
    assert "Rule by which tasks are given changed" in log


def test_nobody_else_sees_or_sets_them(cast: Cast, signed_in: SignedIn) -> None:
    assert signed_in(cast.bopha).get("/office/rules").status_code == 403
    head = signed_in(cast.kunthea)
    assert head.get("/office/rules?office=12").status_code == 404
    assert head.post("/office/rules/12", data={"rule-front_office": "in_turn", "seen": ""}).status_code == 403


def test_the_head_names_an_officer_for_a_commune(cast: Cast, signed_in: SignedIn) -> None:
    browser, address = signed_in(cast.kunthea), "/office/rules/02/front_office"
    assert f'href="{address}"' in browser.get("/office/rules?lang=en").get_data(as_text=True)
    page = browser.get(f"{address}?lang=en").get_data(as_text=True)
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    chosen = {"commune-020301": str(cast.vannak.person_id), "seen": seen[1]}
    assert browser.post(address, data=chosen).status_code == 303
    assert f'<option value="{cast.vannak.person_id}" selected>' in browser.get(address).get_data(as_text=True)
    assert browser.post(address, data=chosen | {"commune-020301": ""}).status_code == 409
    assert browser.post(address, data=chosen | {"commune-120101": "1"}).status_code == 404
    for nobody in ("x", "99999999999"):
        assert browser.post(address, data=chosen | {"commune-020301": nobody}).status_code in (404, 409)
    fresh = re.search(r'name="seen" value="([^"]+)"', browser.get(address).get_data(as_text=True))
    assert fresh
    wrong = {"commune-020302": str(cast.rithy.person_id), "seen": fresh[1]}
    stranger = browser.post(f"{address}?lang=en", data=wrong)
    assert (stranger.status_code, "does not work here in this group" in stranger.get_data(as_text=True)) == (422, True)
    for other in ("/office/rules/02/cashier", "/office/rules/12/front_office"):
        assert browser.get(other).status_code == 404
    assert signed_in(cast.bopha).get(address).status_code == 403
