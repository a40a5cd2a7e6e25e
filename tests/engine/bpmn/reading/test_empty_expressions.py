"""An empty expression says nothing, unless it says in another way that there is one: then it is never left out."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import HEAD, E, S, boundary, flows, user

CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
FORMAL = ' xsi:type="tFormalExpression"'
PLACES = {
    "the condition of a flow": (
        user("a", "b") + E + flows("s > a > e", "b > e"),
        '<sequenceFlow id="x" sourceRef="a" targetRef="b"><conditionExpression{}/></sequenceFlow>',
    ),
    "the condition of a loop": (
        E + flows("s > a > e"),
        '<userTask id="a"><standardLoopCharacteristics loopMaximum="2"><loopCondition{}/>'
        "</standardLoopCharacteristics></userTask>",
    ),
    "when several instances are complete": (
        E + flows("s > a > e"),
        '<userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>'
        "<completionCondition{}/></multiInstanceLoopCharacteristics></userTask>",
    ),
    "how many instances": (
        '<dataObject id="list" isCollection="true"/>' + E + flows("s > a > e"),
        '<userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality{}/>'
        "<loopDataInputRef>list</loopDataInputRef></multiInstanceLoopCharacteristics></userTask>",
    ),
    "when a free order is complete": (
        E + flows("s > a > e"),
        '<adHocSubProcess id="a"><userTask id="b"/><completionCondition{}/></adHocSubProcess>',
    ),
    "what a complex gateway waits for": (
        user("b") + E + flows("s > a", "a > b > e"),
        '<complexGateway id="a"><activationCondition{}/></complexGateway>'
        '<sequenceFlow id="x" sourceRef="a" targetRef="e"/>',
    ),
}
LOOKS = [
    (f'{FORMAL} language="groovy"', "expression-language"),
    (f'{FORMAL} language="http://www.w3.org/1999/XPath"', "expression-language"),
    (f' {CAMUNDA} camunda:resource="rule.groovy"', "expression-elsewhere"),
    (' xmlns:own="urn:own" own:script="rule"', "expression-elsewhere"),
]


def problems(place: str, attributes: str) -> dict[str, str]:
    around, element = PLACES[place]
    body = S + (
        element.format(attributes) + around
        if "<sequenceFlow" not in element[:13]
        else around + element.format(attributes)
    )
    found = bpmn.check({"f": f"{HEAD}<process id='p' isExecutable='true'>{body}</process></definitions>".encode()})
    return {one.rule: one.severity for one in found}


@pytest.mark.parametrize(("attributes", "rule"), LOOKS)
@pytest.mark.parametrize("place", PLACES)
def test_an_empty_expression_that_stands_elsewhere_or_in_another_language_is_refused(
    place: str, attributes: str, rule: str
) -> None:
    assert problems(place, attributes).get(rule) == "error"


@pytest.mark.parametrize("attributes", ["", f'{FORMAL} language="python"', ' id="c"', FORMAL])
@pytest.mark.parametrize("place", [place for place in PLACES if place != "the condition of a flow"])
def test_an_expression_left_empty_is_as_if_it_were_not_there(place: str, attributes: str) -> None:
    assert "error" not in problems(place, attributes).values()


def test_an_empty_timer_in_another_language_is_not_passed_over_for_another() -> None:
    timer = (
        '<timerEventDefinition><timeDuration xsi:type="tFormalExpression" language="groovy"/></timerEventDefinition>'
    )
    body = S + user("a") + boundary("b", "a", timer) + E + flows("s > a > e", "b > e")
    found = bpmn.check({"f": f"{HEAD}<process id='p'>{body}</process></definitions>".encode()})
    assert [one.rule for one in found if one.severity == "error"] == ["expression-language"]
