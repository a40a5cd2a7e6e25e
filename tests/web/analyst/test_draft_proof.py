"""What a draft would change, on its pages: beside the version that it began from, and with cases that were."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.khmer import Bilingual
from engine.studio import drafts, saving
from engine.versions import trials
from tests.cast import NOW, Member
from tests.small.cases import PACKAGE, SERVICE, Kilns

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
SignIn = Callable[[Member], FlaskClient]
FEES = (PACKAGE / "fees.dmn").read_bytes()


@pytest.fixture
def key(kilns: Kilns) -> str:
    with kilns.house.database.transaction() as session:
        return drafts.begin_from_version(session, kilns.house, kilns.cast.chenda.actor, SERVICE, words="Begun", now=NOW)


@pytest.fixture
def analyst(kilns: Kilns, signed_in: SignIn) -> FlaskClient:
    browser = signed_in(kilns.cast.chenda)
    browser.set_cookie("lang", "en")
    return browser


def save(kilns: Kilns, key: str, path: str, content: bytes) -> None:
    with kilns.house.database.transaction() as session:
        actor = kilns.cast.chenda.actor
        saving.save(session, actor, key, {path: content}, based_on=1, words="", now=NOW)


def words(answer: object) -> str:
    return answer.get_data(as_text=True)  # type: ignore[attr-defined,no-any-return]


def test_a_draft_is_told_beside_its_version_and_tried_on_cases(analyst: FlaskClient, kilns: Kilns, key: str) -> None:
    sent = kilns.send()
    assert "Nothing differs" in words(analyst.get(f"/analyst/drafts/{key}/against"))
    save(kilns, key, "fees.dmn", FEES.replace(b"20000", b"25000"))
    page = words(analyst.get(f"/analyst/drafts/{key}/against"))
    for said in ("Against version 1", "riel each", "25000", "dearer by", f"/analyst/drafts/{key}/drawn/process.bpmn"):
        assert said in page
    assert f"/analyst/drafts/{key}/against" in words(analyst.get(f"/analyst/drafts/{key}"))
    asked = analyst.post(f"/analyst/drafts/{key}/trials", data={"most": "10"})
    assert asked.status_code == 303
    trials.go_on_due(kilns.house, now=NOW)
    assert "Files that are no version yet" in words(analyst.get(asked.location))
    assert sent.reference in words(analyst.get(f"{asked.location}/cases?kind=dearer"))


def test_a_draft_is_tried_on_the_cases_of_a_period_and_an_office(analyst: FlaskClient, kilns: Kilns, key: str) -> None:
    kilns.send()
    for typed, cases in (
        ({"from": "2026-01", "to": "2026-12"}, 1),
        ({"from": "2025-01", "to": "2025-12"}, 0),
        ({"from": "2026-01", "to": "2026-12", "office": "02"}, 1),
        ({"from": "2026-01", "to": "2026-12", "office": "12"}, 0),
    ):
        answer = analyst.post(f"/analyst/drafts/{key}/trials", data=typed)
        assert f"0 of {cases} cases were tried." in words(analyst.get(answer.location))
        assert answer.location in words(analyst.get(f"/analyst/drafts/{key}/against"))
    assert analyst.post(f"/analyst/drafts/{key}/trials", data={"office": "zz"}).status_code == 404


def test_a_drawing_of_a_draft_is_sent_as_text(analyst: FlaskClient, key: str) -> None:
    drawn = analyst.get(f"/analyst/drafts/{key}/drawn/process.bpmn")
    assert drawn.data == (PACKAGE / "process.bpmn").read_bytes()
    assert drawn.mimetype == "text/plain"
    assert drawn.headers["Content-Disposition"].startswith("attachment")
    assert analyst.get(f"/analyst/drafts/{key}/drawn/texts.yaml").status_code == 404


def test_a_draft_with_errors_is_told_as_far_as_it_can_be_read(analyst: FlaskClient, kilns: Kilns, key: str) -> None:
    save(kilns, key, "fees.dmn", FEES.replace(b"UNIQUE", b"NEVER"))
    page = words(analyst.get(f"/analyst/drafts/{key}/against"))
    assert "The draft has errors" in page
    assert "NEVER" in page
    assert "What example cases pay" not in page
    assert analyst.post(f"/analyst/drafts/{key}/trials", data={}).status_code in (409, 422)


def test_a_draft_that_began_from_no_version_has_none_beside_it(analyst: FlaskClient, kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        actor = kilns.cast.chenda.actor
        title = Bilingual("ឡ", "Oven")
        new = drafts.begin_empty(session, kilns.house, actor, "industry/oven", title=title, words="Begun", now=NOW)
    assert analyst.get(f"/analyst/drafts/{new}/against").status_code == 404


def test_a_draft_is_no_business_of_others(kilns: Kilns, signed_in: SignIn, key: str) -> None:
    for who in (kilns.cast.bopha, kilns.cast.dara):
        assert signed_in(who).get(f"/analyst/drafts/{key}/against").status_code == 403
