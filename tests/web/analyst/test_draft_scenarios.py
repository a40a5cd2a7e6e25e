"""The scenarios of a draft on their page: what came true, and what they went through, painted and in words."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from engine.studio import drafts, saving
from tests.cast import NOW, Member
from tests.small.cases import PACKAGE, SERVICE, Kilns

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
SignIn = Callable[[Member], FlaskClient]
SCENARIOS = (PACKAGE / "tests.yaml").read_text("utf-8")
REFUSED = """
  - name: refused
    starts: 2026-03-02 09:00
    answers: two_kilns
    steps:
      - {complete: pay, at: 2026-03-02 09:30}
      - {complete: check, at: 2026-03-03 09:00, answers: {result: refuse}}
    expect: {outcome: rejected}
"""


@pytest.fixture
def key(kilns: Kilns) -> str:
    with kilns.house.database.transaction() as session:
        return drafts.begin_from_version(session, kilns.house, kilns.cast.chenda.actor, SERVICE, words="Begun", now=NOW)


@pytest.fixture
def analyst(kilns: Kilns, signed_in: SignIn) -> FlaskClient:
    browser = signed_in(kilns.cast.chenda)
    browser.set_cookie("lang", "en")
    return browser


def save(kilns: Kilns, key: str, text: str) -> None:
    with kilns.house.database.transaction() as session:
        saving.save(session, kilns.cast.chenda.actor, key, {"tests.yaml": text.encode()}, based_on=1, words="", now=NOW)


def page(analyst: FlaskClient, address: str) -> str:
    answer = analyst.get(address)
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def painted(text: str, what: str) -> list[str]:
    """The ids in an attribute of the diagram."""
    return text.split(f'data-{what}="')[1].split('"')[0].split()


def test_what_was_gone_through_is_painted_and_what_was_not_is_listed(analyst: FlaskClient, key: str) -> None:
    shown = page(analyst, f"/analyst/drafts/{key}/scenarios")
    assert {"approve", "check"} <= set(painted(shown, "passed"))
    assert "refuse" in painted(shown, "untried")
    assert f'data-xml="/analyst/drafts/{key}/drawn/process.bpmn"' in shown
    left = shown.split("What no scenario went through</h2>")[1].split("</ul>")[0]
    assert "<code>process.bpmn refuse</code>" in left
    assert f'href="/analyst/drafts/{key}/files/tests.yaml"' in left
    assert "<code>process.bpmn check</code>" not in left


def test_another_scenario_takes_its_way_off_the_list(analyst: FlaskClient, kilns: Kilns, key: str) -> None:
    save(kilns, key, SCENARIOS + REFUSED)
    shown = page(analyst, f"/analyst/drafts/{key}/scenarios")
    assert "refuse" in painted(shown, "passed")
    assert '"check": 2' in shown
    assert "<code>process.bpmn refuse</code>" not in shown.split("What no scenario went through</h2>")[1]


def test_what_needs_no_scenario_says_why(analyst: FlaskClient, kilns: Kilns, key: str) -> None:
    save(kilns, key, f"coverage: {{except: {{refuse: hardly ever}}}}\n{SCENARIOS}")
    shown = page(analyst, f"/analyst/drafts/{key}/scenarios")
    assert painted(shown, "excused") == ["refuse"]
    assert "hardly ever" in shown


def test_one_scenario_is_run_alone(analyst: FlaskClient, kilns: Kilns, key: str) -> None:
    save(kilns, key, SCENARIOS + REFUSED)
    assert f"/analyst/drafts/{key}/scenarios?only=refused" in page(analyst, f"/analyst/drafts/{key}/scenarios")
    alone = page(analyst, f"/analyst/drafts/{key}/scenarios?only=refused")
    assert "Only “refused” was run" in alone
    assert "two kilns, in order" not in alone
    assert "What no scenario went through" not in alone
    assert '"check": 1' in alone
    assert analyst.get(f"/analyst/drafts/{key}/scenarios?only=nothing").status_code == 404


def test_scenarios_are_no_business_of_others(kilns: Kilns, signed_in: SignIn, key: str) -> None:
    for who in (kilns.cast.bopha, kilns.cast.dara):
        assert signed_in(who).get(f"/analyst/drafts/{key}/scenarios").status_code == 403
