"""The page of rules by which tasks are given."""

from __future__ import annotations

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
