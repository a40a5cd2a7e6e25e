"""What is compared with an answer can be answered: in diagrams, fee tables, decisions, documents and forms."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest

from engine.packages import check_files
from engine.problems import Problem
from tests.engine.packages.small import APPLY, FEES, FILES, PROCESS, SCENARIOS, SERVICE, TEXTS

KHMER = re.compile(r"[\u1780-\u17b3]")
SORT = {
    "type": "select",
    "key": "sort",
    "values": [{"value": "food"}, {"value": "craft"}],
    "validate": {"required": True},
}
OPEN = {"type": "checkbox", "key": "open"}
WORDS = """\
      sort:
        label: {km: ប្រភេទ, en: Sort}
        options: {food: {km: ម្ហូប, en: Food}, craft: {km: សិប្បកម្ម, en: Craft}}
      open: {label: {km: បើក, en: Open}}
      name: {label"""


def stall(
    *, flow: str = 'result == "ok"', cell: str = "-", required: str = "tables > 4", hide: str = ""
) -> dict[str, bytes]:
    """The small service that also asks its sort, with these conditions; ``cell`` looks at the sort in the fee table."""
    form = json.loads(APPLY)
    questions = form["components"][0]["components"]
    questions[0] |= {"conditional": {"hide": hide}} if hide else {}
    questions[:0] = [SORT, OPEN]
    head, tail = FEES.split("</input>", 1)
    fees = f'{head}</input><input id="i2"><inputExpression id="ie2"><text>sort</text></inputExpression></input>{tail}'
    fees = fees.replace("</inputEntry>", f'</inputEntry><inputEntry id="x1"><text>{cell}</text></inputEntry>', 1)
    few, many = fees.split('<rule id="many">')
    fees = (
        few
        + '<rule id="many">'
        + many.replace("</inputEntry>", '</inputEntry><inputEntry id="x2"><text>-</text></inputEntry>')
    )
    seen = "{tables: apply.tables, sort: apply.sort, open: apply.open}"
    return FILES | {
        "forms/apply.json": json.dumps(form).encode(),
        "texts.yaml": TEXTS.replace("      name: {label", WORDS).encode(),
        "process.bpmn": PROCESS.replace('result == "ok"', flow).encode(),
        "fees.dmn": fees.replace("UNIQUE", "COLLECT").encode(),
        "tests.yaml": SCENARIOS.replace("tables: 3}", "tables: 3, sort: food, open: true}").encode(),
        "service.yaml": SERVICE.replace("{tables: apply.tables}", seen).replace("tables > 4", required).encode(),
    }


def told(files: Mapping[str, bytes]) -> list[Problem]:
    return [one for one in check_files(files) if one.severity == "error" and one.rule == "choice"]


@pytest.mark.parametrize(
    "written",
    [
        {"flow": 'result == "ok" and sort == "food"'},
        {"flow": 'sort in ["food", "craft"] or result != "wrong"'},
        {"flow": "tables > 3 and sort != null and open == true"},
        {"cell": '"food", "craft"'},
        {"cell": 'not("food")'},
        {"required": 'sort = "craft" and tables > 4'},
        {"hide": '=sort = "food" or open = true'},
    ],
)
def test_a_choice_that_the_question_has_is_accepted(written: dict[str, str]) -> None:
    assert told(stall(**written)) == []


@pytest.mark.parametrize(
    ("written", "place", "said"),
    [
        ({"flow": 'result == "okay"'}, ("process.bpmn", "f3"), '“result” is compared with "okay", which is no choice'),
        ({"flow": '"Food" == sort'}, ("process.bpmn", "f3"), "the choices are: food, craft."),
        ({"flow": 'sort in ["food", "toys"]'}, ("process.bpmn", "f3"), 'with "toys", which is no choice'),
        ({"flow": 'not (result != "no") and tables > 1'}, ("process.bpmn", "f3"), 'with "no", which is no choice'),
        ({"flow": "sort == 1"}, ("process.bpmn", "f3"), "with 1, which is no choice"),
        ({"flow": 'tables == "4"'}, ("process.bpmn", "f3"), "answered by another kind of value (number)"),
        ({"flow": 'open == "yes"'}, ("process.bpmn", "f3"), "answered by another kind of value (checkbox)"),
        ({"cell": '"food", "toys"'}, ("fees.dmn", "few"), 'with "toys", which is no choice'),
        ({"cell": 'not("Craft")'}, ("fees.dmn", "few"), 'with "Craft", which is no choice'),
        ({"required": 'sort = "crafts"'}, ("service.yaml", "plan"), 'with "crafts", which is no choice'),
        ({"hide": '=sort = "toys"'}, ("forms/apply.json", "name"), 'with "toys", which is no choice'),
    ],
)
def test_a_value_that_nobody_can_choose_is_refused(written: dict[str, str], place: tuple[str, str], said: str) -> None:
    (found,) = told(stall(**written))
    assert (found.file, found.element_id) == place
    assert said in found.message
    assert KHMER.search(found.message_km)
    assert found.line is not None


def test_a_variable_that_the_diagram_writes_may_hold_anything() -> None:
    script = (
        '<scriptTask id="set"><incoming>f6</incoming><outgoing>f8</outgoing><script>sort = "toys"</script></scriptTask>'
    )
    files = stall(flow='sort == "toys"')
    process = (
        files["process.bpmn"]
        .decode()
        .replace("<incoming>f6</incoming><incoming>f4", "<incoming>f8</incoming><incoming>f4")
    )
    process = process.replace('<exclusiveGateway id="way"', f'{script}<exclusiveGateway id="way"', 1)
    process = process.replace(
        '<sequenceFlow id="f6" sourceRef="pay" targetRef="check" />',
        '<sequenceFlow id="f6" sourceRef="pay" targetRef="set" />'
        '<sequenceFlow id="f8" sourceRef="set" targetRef="check" />',
    )
    assert told(files | {"process.bpmn": process.encode()}) == []
    assert [
        str(one) for one in check_files(files | {"process.bpmn": process.encode()}) if one.severity == "error"
    ] == []


def test_a_decision_is_asked_only_what_can_be_answered() -> None:
    table = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:t">'
        '<decision id="risk" name="Risk"><decisionTable id="t" hitPolicy="FIRST"><input id="i"><inputExpression id="e">'
        '<text>sort</text></inputExpression></input><output id="o" name="visit" /><rule id="r1"><inputEntry id="c">'
        '<text>"toys"</text></inputEntry><outputEntry id="p"><text>true</text></outputEntry></rule></decisionTable>'
        "</decision></definitions>"
    )
    (found,) = told(stall() | {"decisions/risk.dmn": table.encode()})
    assert (found.file, found.element_id, found.line) == ("decisions/risk.dmn", "risk", 1)
    assert told(stall() | {"decisions/risk.dmn": table.replace("toys", "food").encode()}) == []
