"""The page of a decision or fee table: what is told of it while it is written, and what it gives for typed values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.studio import drafts
from engine.studio.bounds import LARGEST_FILE
from engine.studio.saving import save
from tests.cast import NOW, Member
from tests.small.cases import SERVICE, Kilns
from web.analyst.decisions import LONGEST_FIELD, MOST_FIELDS

SignIn = Callable[[Member], FlaskClient]
FEES = "fees.dmn"
EXAM = Path(__file__).parents[3] / "processes/tourism/tour_guide_licence/decisions/exam_result.dmn"


@pytest.fixture
def draft(kilns: Kilns) -> str:
    """The key of a draft of the brick kiln permit."""
    with kilns.house.database.transaction() as session:
        return drafts.begin_from_version(session, kilns.house, kilns.cast.chenda.actor, SERVICE, words="Begun", now=NOW)


@pytest.fixture
def analyst(kilns: Kilns, signed_in: SignIn) -> FlaskClient:
    browser = signed_in(kilns.cast.chenda)
    browser.set_cookie("lang", "en")
    return browser


def keep(kilns: Kilns, draft: str, path: str, content: bytes) -> None:
    with kilns.house.database.transaction() as session:
        save(session, kilns.cast.chenda.actor, draft, {path: content}, based_on=1, now=NOW)


def text_of(analyst: FlaskClient, draft: str) -> str:
    return analyst.get(f"/analyst/drafts/{draft}/files/{FEES}?raw").text


def told(analyst: FlaskClient, draft: str, text: str, path: str = FEES, **fields: str) -> dict[str, Any]:
    answer = analyst.post(f"/analyst/drafts/{draft}/decision/{path}", json={"text": text, "fields": fields})
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.get_json()
    return data


def two_rules(text: str, first: str, second: str) -> str:
    """The table with its rule twice, each with another cell."""
    begin, end = text.index("<rule"), text.index("</rule>") + len("</rule>")
    rule = text[begin:end]
    again = rule.replace('id="', 'id="other_')
    return text.replace(rule, rule.replace("&gt;= 1", first) + again.replace("&gt;= 1", second))


def test_the_page_has_the_table_for_the_script_its_help_and_a_way_to_the_text(analyst: FlaskClient, draft: str) -> None:
    page = analyst.get(f"/analyst/drafts/{draft}/decision/{FEES}")
    assert page.status_code == 200
    assert f'data-typed="/analyst/drafts/{draft}/decision/{FEES}"' in page.text
    assert f'href="/analyst/drafts/{draft}/files/{FEES}"' in page.text
    assert "from 5 to 20, both of them too" in page.text
    assert "Every possible case is answered" in page.text
    for address in (f"/analyst/drafts/{draft}", f"/analyst/drafts/{draft}/files/{FEES}"):
        assert f'href="/analyst/drafts/{draft}/decision/{FEES}"' in analyst.get(address).text


def test_only_style_attributes_are_allowed_there_and_no_programs_of_text(analyst: FlaskClient, draft: str) -> None:
    policy = analyst.get(f"/analyst/drafts/{draft}/decision/{FEES}").headers["Content-Security-Policy"]
    assert "style-src-attr 'unsafe-inline'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy


def test_every_gap_is_told_with_the_cells_of_a_rule_for_it(analyst: FlaskClient, draft: str) -> None:
    found = told(analyst, draft, two_rules(text_of(analyst, draft), "[1..3]", "[6..8]"))
    assert "Gap:" in found["told"]
    assert found["gaps"] == [["[4..5], [9..50]"]]
    assert "4 to 5 or 9 to 50" in found["told"]
    assert found["marks"] == []


def test_an_overlap_names_its_rules_and_marks_both(analyst: FlaskClient, draft: str) -> None:
    found = told(analyst, draft, two_rules(text_of(analyst, draft), "&gt;= 1", "[2..4]"))
    assert "the rules 1, 2 all match this: " in found["told"]
    assert "2 to 4" in found["told"]
    assert {(one["rule"], one["level"]) for one in found["marks"]} == {(1, "error"), (2, "error")}
    assert "both match when" not in found["told"]


def test_the_keys_that_a_fee_gives_are_offered_with_their_words(analyst: FlaskClient, draft: str) -> None:
    found = told(analyst, draft, text_of(analyst, draft))
    assert found["given"]["line"] == [{"key": "kiln", "label": "Fee for each kiln"}]
    assert [one["key"] for one in found["given"]["citation"]] == ["rule"]
    assert {"name": "kilns", "label": "Number of kilns", "kind": "number", "values": []} in found["offered"]


def test_rules_may_overlap_where_the_first_counts(analyst: FlaskClient, draft: str) -> None:
    text = two_rules(text_of(analyst, draft), "&gt;= 1", "[2..4]").replace("UNIQUE", "FIRST")
    found = told(analyst, draft, text, _tried="1", kilns="3")
    assert "Overlap:" not in found["told"]
    assert found["hits"] == [1]


def test_a_cell_that_cannot_be_read_is_marked_at_its_rule(analyst: FlaskClient, draft: str) -> None:
    found = told(analyst, draft, text_of(analyst, draft).replace("&gt;= 1", "some"))
    assert [(one["rule"], one["level"]) for one in found["marks"]] == [(1, "error")]
    assert "Gaps and overlaps of this table cannot be found" in found["told"]


def test_typed_values_give_the_rule_and_the_fee_as_the_applicant_reads_it(analyst: FlaskClient, draft: str) -> None:
    found = told(analyst, draft, text_of(analyst, draft).replace("20000", "25000"), _tried="1", kilns="4")
    assert found["hits"] == [1]
    assert "KHR\u00a0100,000" in found["trial"]
    assert "4 × " in found["trial"]


def test_values_that_no_rule_answers_and_answers_that_cannot_be_are_told(analyst: FlaskClient, draft: str) -> None:
    text = text_of(analyst, draft)
    open_above = text.replace("&gt;= 1", "[1..3]")
    assert "no rule matches kilns = 4" in told(analyst, draft, open_above, _tried="1", kilns="4")["trial"]
    wrong = told(analyst, draft, text, _tried="1", kilns="many")
    assert "Error:" in wrong["trial"]
    assert wrong["hits"] == []


def test_the_answers_of_a_scenario_are_taken(analyst: FlaskClient, draft: str) -> None:
    page = analyst.get(f"/analyst/drafts/{draft}/decision/{FEES}").text
    name = page.partition('name="_scenario"')[2].partition('<option value="')[2]
    options = [part.partition('"')[0] for part in name.split('<option value="')]
    taken = told(analyst, draft, text_of(analyst, draft), _scenario=next(filter(None, options)))
    assert taken["hits"] == [1]
    assert "Total" in taken["trial"]


def test_without_a_script_the_form_on_the_page_tries_the_newest_save(analyst: FlaskClient, draft: str) -> None:
    page = analyst.get(f"/analyst/drafts/{draft}/decision/{FEES}?_tried=1&kilns=2").text
    assert "KHR\u00a040,000" in page
    assert 'value="2"' in page
    shown = page.partition("<noscript>")[2].partition("</noscript>")[0]
    assert "<td>&gt;= 1</td>" in shown
    assert "<td>20000</td>" in shown


def test_a_decision_of_the_diagram_is_told_and_tried_with_its_outputs(
    analyst: FlaskClient, draft: str, kilns: Kilns
) -> None:
    path = "decisions/exam_result.dmn"
    text = EXAM.read_text("utf-8").replace("50<", "2<")
    for name in ("written", "spoken"):
        text = text.replace(f"<text>{name}", "<text>kilns")
    keep(kilns, draft, path, text.encode())
    found = told(analyst, draft, text, path, _tried="1", kilns="3")
    assert found["hits"] == [1]
    assert "passed" in found["trial"]
    assert "Overlap:" not in found["told"]
    assert {"name": "kilns", "kind": "number"}.items() <= next(
        one for one in found["offered"] if one["name"] == "kilns"
    ).items()


def test_what_is_no_answer_is_asked_as_text_and_the_table_says_what_it_cannot_find(
    analyst: FlaskClient, draft: str, kilns: Kilns
) -> None:
    path = "decisions/exam_result.dmn"
    keep(kilns, draft, path, EXAM.read_bytes())
    found = told(analyst, draft, EXAM.read_text("utf-8"), path, _tried="1", written="70", spoken="20")
    assert found["hits"] == [3]
    assert "failed" in found["trial"]
    assert "Gaps and overlaps of this table cannot be found" in found["told"]


DAY = """{"type": "datetime", "subtype": "date", "key": "begins", "dateLabel": "Begins",
    "validate": {"required": true}}"""
EARLY = """\
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
  <decision id="early" name="Early"><decisionTable>
    <input><inputExpression><text>begins</text></inputExpression></input><output name="early" />
    <rule><inputEntry><text>&gt;= "2026-01-01"</text></inputEntry><outputEntry><text>false</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>
"""


def test_days_of_a_gap_stand_in_quotes_in_decisions_and_without_in_fees(
    analyst: FlaskClient, draft: str, kilns: Kilns
) -> None:
    fees = text_of(analyst, draft).replace(">kilns</text></inputExpression>", ">submitted_on</text></inputExpression>")
    found = told(analyst, draft, fees.replace("&gt;= 1", "&gt;= 2026-01-01"))
    assert found["gaps"] == [["<= 2025-12-31"]]
    path, form = "decisions/early.dmn", "forms/apply.json"
    files = {name: analyst.get(f"/analyst/drafts/{draft}/files/{name}?raw").text for name in ("service.yaml", form)}
    dated = files["service.yaml"].replace("{kilns: apply.kilns}", "{kilns: apply.kilns, begins: apply.begins}")
    asked = files[form].replace('{"type": "number", "key": "kilns"', f'{DAY},\n{{"type": "number", "key": "kilns"')
    changes = {"service.yaml": dated.encode(), form: asked.encode(), path: EARLY.encode()}
    with kilns.house.database.transaction() as session:
        save(session, kilns.cast.chenda.actor, draft, changes, based_on=1, now=NOW)
    assert told(analyst, draft, EARLY, path)["gaps"] == [['<= "2025-12-31"']]


NEEDING = """\
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
  <decision id="points"><variable name="points" />
    <literalExpression><text>kilns * 10</text></literalExpression></decision>
  <decision id="size" name="How large">
    <informationRequirement><requiredDecision href="#points" /></informationRequirement>
    <decisionTable><input><inputExpression><text>points</text></inputExpression></input><output name="size" />
      <rule><inputEntry><text>&gt;= 30</text></inputEntry><outputEntry><text>"large"</text></outputEntry></rule>
    </decisionTable></decision>
</definitions>
"""


def test_of_several_decisions_each_is_tried_with_those_that_it_needs(
    analyst: FlaskClient, draft: str, kilns: Kilns
) -> None:
    path = "decisions/size.dmn"
    keep(kilns, draft, path, NEEDING.encode())
    needing = told(analyst, draft, NEEDING, path, _tried="1", kilns="4", _decision="size")
    assert "large" in needing["trial"]
    assert 'name="points"' not in needing["trial"]
    assert needing["hits"] == [1]
    assert "40" in told(analyst, draft, NEEDING, path, _tried="1", kilns="4", _decision="points")["trial"]
    page = analyst.get(f"/analyst/drafts/{draft}/decision/{path}").text
    assert "How large" in page
    assert "_decision=size" in page


def test_a_decision_that_cannot_decide_says_why(analyst: FlaskClient, draft: str, kilns: Kilns) -> None:
    path = "decisions/exam_result.dmn"
    text = EXAM.read_text("utf-8").replace("&lt; 50", "&gt;= 50")
    keep(kilns, draft, path, text.encode())
    found = told(analyst, draft, text, path, _tried="1", written="70", spoken="70")
    assert "UNIQUE" in found["trial"]


def test_what_is_hostile_in_a_file_is_shown_as_text_and_never_runs(analyst: FlaskClient, draft: str) -> None:
    bad = "&lt;script&gt;alert(1)&lt;/script&gt;"
    text = text_of(analyst, draft).replace("kilns</text></inputExpression>", f"{bad}</text></inputExpression>")
    found = told(analyst, draft, text.replace("&gt;= 1", bad), _tried="1", kilns="<script>")
    assert "<script>" not in found["told"] + found["trial"]
    assert "&lt;script&gt;" in found["told"]


@pytest.mark.parametrize("text", ["", "<a", "<definitions/>", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "[]"])
def test_what_is_no_table_is_told_and_tried_by_nobody(analyst: FlaskClient, draft: str, text: str) -> None:
    found = told(analyst, draft, text, _tried="1")
    assert found["hits"] == []
    assert "There is no decision in this file to try." in found["trial"]
    assert "Error:" in found["told"]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"text": 1},
        [],
        {"text": "", "fields": []},
        {"text": "", "fields": {"kilns": 1}},
        {"text": "", "fields": {"kilns": "1" * (LONGEST_FIELD + 1)}},
        {"text": "", "fields": {f"f{at}": "" for at in range(MOST_FIELDS + 1)}},
        {"text": "x" * (LARGEST_FILE + 1)},
    ],
)
def test_what_no_editor_sends_is_refused_before_it_is_looked_at(analyst: FlaskClient, draft: str, sent: Any) -> None:
    answer = analyst.post(f"/analyst/drafts/{draft}/decision/{FEES}", json=sent)
    assert answer.status_code in (400, 413, 422)
    assert answer.get_json()["message"]


@pytest.mark.parametrize("path", ["texts.yaml", "process.bpmn", "none.dmn"])
def test_only_tables_of_the_draft_have_the_page(analyst: FlaskClient, draft: str, path: str) -> None:
    assert analyst.get(f"/analyst/drafts/{draft}/decision/{path}").status_code == 404
    assert analyst.get(f"/analyst/drafts/none/decision/{FEES}").status_code == 404


@pytest.mark.parametrize("member", ["dara", "kunthea"])
def test_whoever_is_no_analyst_neither_sees_nor_tries_a_table(
    kilns: Kilns, signed_in: SignIn, draft: str, member: str
) -> None:
    browser = signed_in(getattr(kilns.cast, member))
    assert browser.get(f"/analyst/drafts/{draft}/decision/{FEES}").status_code == 403
    assert browser.post(f"/analyst/drafts/{draft}/decision/{FEES}", json={"text": ""}).status_code == 403
