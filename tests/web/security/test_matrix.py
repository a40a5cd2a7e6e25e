"""Every page against everybody who has no business with it, made from the map of routes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.house import House
from engine.packages.groups import DECLARED, GROUPS
from storage.people import Person
from tests.cast import NOW, Cast, Member
from tests.web.security.addresses import POSTED, READ, rules
from tests.web.security.stock import Stock, belong, stock, tried
from web.access import Rule, rule_of

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
Browser = Callable[[Member], FlaskClient]

OF_NO_CASE = {
    "citizen.apply", "citizen.apply_post", "citizen.verification", "citizen.account", "citizen.messages",
    "citizen.message_ways", "citizen.message_ways_post", "citizen.telegram", "citizen.telegram_unlink",
    "citizen.certificates", "citizen.looks", "citizen.language", "citizen.password", "citizen.password_post",
    "office.cashier", "office.voids", "office.remissions", "office.replacements",
    "office.handovers", "office.inbox", "office.search", "office.search_further", "office.sessions",
    "office.session_new", "office.session_new_post", "office.walk_in", "office.walk_in_further",
    "office.walk_in_register", "office.walk_in_register_post", "admin.home", "admin.clocks", "admin.clock_list",
    "admin.control", "admin.control_cases", "admin.office_open", "admin.office_open_post", "admin.house_history",
    "admin.house_history_csv", "admin.ages", "admin.aged_cases", "admin.fees_asked", "admin.fees_of_cases",
    "admin.steps", "admin.steps_slowest", "admin.compare_offices",
    "admin.jumps", "admin.monthly", "admin.report_subscriptions", "admin.report_subscriptions_post",
    "admin.what_if",
    "admin.reports", "admin.reports_csv", "admin.incidents", "admin.outbox", "admin.offices", "admin.holidays",
    "admin.holidays_reckoned",
    "office.absences", "office.asked", "office.task_draft_drop", "office.task_rules", "office.tasks_together",
    "office.notices", "office.notices_read", "office.notice_settings", "office.notice_settings_post",
    "office.files", "office.file_ask",
    "office.visits", "office.visits_plan", "office.visits_sheet", "office.visits_kept", "office.visits_worker",
    "office.views", "office.views_post", "office.first_view",
    "office.team", "office.team_back", "office.team_give", "office.team_waiting",
    "admin.chains", "admin.chains_post", "office.raised", "admin.connectors", "admin.texts", "admin.text",
    "admin.text_post", "admin.text_back", "admin.areas", "admin.area_days", "admin.area_days_reckoned",
    "office.disputes", "office.books", "admin.shares", "admin.shares_post", "admin.income", "admin.income_csv",
    "analyst.services", "analyst.versions", "analyst.version", "analyst.diagram",
    "analyst.drafts", "analyst.draft_begin", "analyst.draft_begin_post", "analyst.draft", "analyst.draft_file",
    "analyst.draft_facts", "analyst.draft_texts", "analyst.draft_history", "analyst.draft_compare",
    "analyst.draft_certificate",
    "analyst.draft_archive", "analyst.draft_problems", "analyst.draft_scenarios", "analyst.draft_names",
    "analyst.draft_against", "analyst.draft_drawn", "analyst.draft_trial", "analyst.compare", "analyst.find_case",
    "analyst.heat", "analyst.trial", "analyst.trial_cases", "analyst.trial_drawn", "analyst.trial_ask",
    "analyst.trial_cancel", "analyst.trial_again", "admin.survey", "admin.survey_post", "admin.transfer",
    "analyst.releases", "analyst.release", "analyst.ministry_history", "analyst.release_package",
    "analyst.release_diagram", "analyst.draft_process", "analyst.release_import", "analyst.release_import_post",
    "analyst.draft_form", "analyst.draft_form_page", "analyst.draft_decision", "analyst.play", "analyst.play_case",
    "analyst.play_page", "analyst.play_check", "analyst.play_task", "admin.accounts", "citizen.sign_ins",
    "citizen.sign_ins_end", "admin.security_log",
    "citizen.contacts", "citizen.contact_new", "citizen.contact_new_post", "citizen.contact_prove",
    "citizen.contact_remove", "citizen.contact_code", "citizen.contact_code_post",
    "citizen.factors", "citizen.factor_app", "citizen.factor_app_post", "citizen.factor_app_remove",
    "citizen.factor_passkey", "citizen.factor_passkey_options", "citizen.factor_passkey_post", "citizen.factor_codes",
    "citizen.confirm", "citizen.confirm_post", "citizen.confirm_options", "citizen.confirm_passkey",
    "admin.invite", "admin.invite_post",
    "citizen.helping", "citizen.helping_business", "citizen.helping_business_post", "citizen.helping_post",
    "citizen.helping_code",
    "citizen.helping_code_post", "citizen.helping_whom", "citizen.helping_whom_post",
    "admin.looks", "admin.looks_csv",
    "admin.transfer_go_on", "admin.transfer_undo", "results.use", "results.use_post",
}  # fmt: skip
"""Pages that show somebody their own, or nothing about anybody; what they show is tested with them."""


@pytest.fixture
def made(house: House, cast: Cast) -> Stock:
    return stock(house, cast)


def protected(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """Method, endpoint and rule of every page that is not public."""
    for way in (READ, POSTED):
        for route in rules(app, way):
            rule = rule_of(app, route.endpoint)
            if rule is None or not rule.public:
                assert rule is not None, route.endpoint
                yield way, route.endpoint, rule


def test_nobody_unknown_opens_or_sends_anything(app: Flask, client: FlaskClient, made: Stock) -> None:
    before = made.state()
    for way, endpoint, _ in protected(app):
        for answer in tried(app, client, way, endpoint, made):
            assert answer.status_code == 303, endpoint
            assert answer.location.startswith("/sign-in"), endpoint
    assert made.state() == before


def test_nobody_of_another_group_does(app: Flask, signed_in: Browser, house: House, cast: Cast, made: Stock) -> None:
    browser = signed_in(cast.phally)
    before = made.state()
    for way, endpoint, rule in protected(app):
        if not rule.groups:
            continue
        belong(house, cast.phally, set(GROUPS) - rule.groups, cast.battambang)
        for answer in tried(app, browser, way, endpoint, made):
            assert answer.status_code == 403, endpoint
    assert made.state() == before


def test_a_member_of_a_declared_group_reaches_only_pages_for_it_and_no_case_without_a_task(
    app: Flask, signed_in: Browser, house: House, cast: Cast, made: Stock
) -> None:
    belong(house, cast.phally, {"tourism.laboratory"}, cast.battambang)
    browser, before = signed_in(cast.phally), made.state()
    for way, endpoint, rule in protected(app):
        if not rule.groups or (DECLARED in rule.groups and endpoint in OF_NO_CASE):
            continue
        refused = (403, 404) if DECLARED in rule.groups else (403,)
        for answer in tried(app, browser, way, endpoint, made):
            assert answer.status_code in refused, (way, endpoint, answer.status_code)
            assert cast.dara.name_latin not in answer.get_data(as_text=True), endpoint
    assert made.state() == before


@pytest.mark.parametrize("stranger", ["sreyneang", "phally"])
def test_nobody_reaches_into_the_case_of_another_applicant_or_another_office(
    app: Flask, signed_in: Browser, cast: Cast, made: Stock, stranger: str
) -> None:
    browser, before = signed_in(getattr(cast, stranger)), made.state()
    for way, endpoint, _ in protected(app):
        if endpoint in OF_NO_CASE:
            continue
        for answer in tried(app, browser, way, endpoint, made):
            assert answer.status_code in (403, 404), (way, endpoint, answer.status_code)
            assert cast.dara.name_latin not in answer.get_data(as_text=True), endpoint
    assert made.state() == before


def test_lists_of_another_office_are_empty(signed_in: Browser, cast: Cast, made: Stock) -> None:
    browser = signed_in(cast.phally)
    for address in (
        "/office", "/office?show=late", "/office/cashier", "/office/handover", "/office/search?q=Sok", "/account",
        f"/office/search?q={made.receipt}", f"/office/search?q={made.certificate}", "/account/messages",
        "/admin/clocks/list", "/admin/incidents", "/admin/outbox?status=recorded", "/admin/reports.csv",
        "/admin/now/cases",
        "/office/visits", f"/office/visits/sheet/{NOW.date().isoformat()}",
        "/office/walk-in", "/office/voids", "/office/books", "/office/remissions", "/office/disputes",
    ):  # fmt: skip
        page = browser.get(address).get_data(as_text=True)
        assert cast.dara.name_latin not in page, address
        assert cast.dara.name_km not in page, address
        assert "02-26-0000" not in page.replace(made.receipt, "").replace(made.certificate, ""), address


def test_the_same_addresses_open_for_those_whose_business_it_is(
    app: Flask, signed_in: Browser, house: House, cast: Cast, made: Stock
) -> None:
    belong(house, cast.bopha, set(GROUPS), cast.battambang)
    officer, applicant = signed_in(cast.bopha), signed_in(cast.dara)
    for way, endpoint, rule in protected(app):
        if way == READ and endpoint not in OF_NO_CASE | {
            "citizen.khqr",
            "admin.account",
            "office.document_pages",
            "oidc.link",
            "oidc.link_begin",
            "oidc.links",
        }:  # no account to pay into; not of one office; no PDF; no provider
            browser = officer if rule.groups else applicant
            opened = [answer.status_code for answer in tried(app, browser, way, endpoint, made)]
            assert {200, 303} & set(opened), (endpoint, opened)


def test_a_changed_password_and_an_ended_epoch_close_every_open_browser(
    app: Flask, signed_in: Browser, house: House, cast: Cast, made: Stock
) -> None:
    browser = signed_in(cast.bopha)
    with house.database.transaction() as session:
        session.query(Person).filter_by(id=cast.bopha.person_id).update({"session_epoch": 2})
    assert browser.get("/office").location.startswith("/sign-in")
    before = made.state()
    for way, endpoint, rule in protected(app):
        if rule.groups:
            for answer in tried(app, browser, way, endpoint, made):
                assert answer.status_code == 303, endpoint
    assert made.state() == before
