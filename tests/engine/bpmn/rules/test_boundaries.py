"""Timers that end somebody's work, what they lead to, and what a drawing compares by order."""

from __future__ import annotations

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import E, S, boundary, document, flows, timer, user

TWO_DAYS = timer("Duration", "P2D")


def parsed(body: str) -> bpmn.ProcessDefinition:
    return bpmn.parse({"f.bpmn": document(body)})


def test_an_interrupting_timer_leads_as_far_as_the_next_that_is_asked() -> None:
    body = S + user("a", "b") + '<endEvent id="gone"/>' + E + boundary("late", "a", TWO_DAYS)
    body += '<intermediateThrowEvent id="noted"/>'
    body += flows("s > a > e", "late > noted > b > gone")
    (found,) = bpmn.deadlines(parsed(body))
    assert (found.element_id, found.host_id, found.written) == ("late", "a", "P2D")
    assert found.leads_to == {"late", "noted", "b"}


def test_a_timer_that_only_reminds_is_none() -> None:
    body = S + user("a") + '<endEvent id="said"/>' + E + boundary("late", "a", TWO_DAYS, interrupting=False)
    assert list(bpmn.deadlines(parsed(body + flows("s > a > e", "late > said")))) == []


def test_what_is_compared_by_order_is_told_unless_it_is_asked_whether_it_is_there() -> None:
    body = S + '<exclusiveGateway id="which"/>' + user("a", "b", "c") + E
    body += flows(
        "s > which", "which > a: n > 1 and k == 2", "which > b: m != null and m >= 3", "which > c: not (1 < p)"
    )
    body += flows("a > e", "b > e", "c > e")
    assert sorted(name for _, _, name in bpmn.ordered(parsed(body))) == ["n", "p"]


def test_an_element_gives_a_variable_when_its_script_or_answer_does() -> None:
    body = S + '<scriptTask id="a"><script>n = 1</script></scriptTask>' + user("b") + E + flows("s > a > b > e")
    assert bpmn.writers(parsed(body), "n") == {"a"}
    assert bpmn.writers(parsed(body), "m") == frozenset()
