"""The page on which a process of a draft is drawn: who may open it, and what it is allowed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.packages import check_files
from engine.studio import drafts
from tests.cast import NOW, Member
from tests.engine.packages.small import FILES, PROCESS
from tests.small.cases import SERVICE, Kilns
from web.analyst.drawing import NOT_OFFERED

SignIn = Callable[[Member], FlaskClient]
DRAWING = "process.bpmn"


@pytest.fixture
def draft(kilns: Kilns) -> str:
    """The key of a draft of the brick kiln permit."""
    with kilns.house.database.transaction() as session:
        return drafts.begin_from_version(session, kilns.house, kilns.cast.chenda.actor, SERVICE, words="Begun", now=NOW)


def test_the_page_holds_the_addresses_of_the_draft_and_the_settings_there_are(
    kilns: Kilns, signed_in: SignIn, draft: str
) -> None:
    browser = signed_in(kilns.cast.chenda)
    browser.set_cookie("lang", "en")
    answer = browser.get(f"/analyst/drafts/{draft}/process/{DRAWING}")
    assert answer.status_code == 200
    assert f'data-file="/analyst/drafts/{draft}/files/{DRAWING}"' in answer.text
    assert "Escalate to" in answer.text


def test_only_this_page_may_have_style_attributes_and_none_may_make_programs_of_text(
    kilns: Kilns, signed_in: SignIn, draft: str
) -> None:
    browser = signed_in(kilns.cast.chenda)
    policy = browser.get(f"/analyst/drafts/{draft}/process/{DRAWING}").headers["Content-Security-Policy"]
    assert "style-src-attr 'unsafe-inline'" in policy
    assert "style-src 'self'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in browser.get("/analyst").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "status"), [("process/nothing.bpmn", 404), ("process/service.yaml", 404), ("process/../x.bpmn", 404)]
)
def test_what_is_no_drawing_of_the_draft_is_not_drawn(
    kilns: Kilns, signed_in: SignIn, draft: str, path: str, status: int
) -> None:
    assert signed_in(kilns.cast.chenda).get(f"/analyst/drafts/{draft}/{path}").status_code == status


def test_a_draft_that_is_not_there_has_no_drawing(kilns: Kilns, signed_in: SignIn) -> None:
    assert signed_in(kilns.cast.chenda).get(f"/analyst/drafts/none/process/{DRAWING}").status_code == 404


@pytest.mark.parametrize("member", ["dara", "kunthea"])
def test_whoever_is_no_analyst_does_not_draw(kilns: Kilns, signed_in: SignIn, draft: str, member: str) -> None:
    browser = signed_in(getattr(kilns.cast, member))
    assert browser.get(f"/analyst/drafts/{draft}/process/{DRAWING}").status_code == 403


def test_what_the_menus_do_not_offer_is_refused_or_is_a_user_task_that_says_less() -> None:
    assert set(NOT_OFFERED) == {"replace-with-task", "replace-with-conditional-start"}
    untyped = PROCESS.replace('<userTask id="check"', '<task id="check"').replace(
        "<outgoing>f2</outgoing>\n    </userTask>", "<outgoing>f2</outgoing>\n    </task>"
    )
    condition = '<condition xsi:type="tFormalExpression">tables &gt; 3</condition>'
    conditional = PROCESS.replace(
        '<startEvent id="begin"><outgoing>f1</outgoing>',
        f'<startEvent id="begin"><outgoing>f1</outgoing><conditionalEventDefinition id="c">{condition}'
        "</conditionalEventDefinition>",
    )
    assert PROCESS not in (untyped, conditional)
    assert not [one for one in check_files(FILES | {"process.bpmn": untyped.encode()}) if one.severity == "error"]
    found = check_files(FILES | {"process.bpmn": conditional.encode()})
    assert any(one.severity == "error" and one.element_id == "begin" for one in found)
