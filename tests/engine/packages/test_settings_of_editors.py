"""Settings that Camunda Modeler writes mean what those of SpiffWorkflow mean, and a contradiction is refused."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.packages import build_package, check_files, run_scenarios
from engine.problems import Problem
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from tests.engine.packages import looks
from tests.engine.packages.small import FILES, PROCESS
from tests.engine.packages.test_decisions import package

SPACES = {"camunda": "http://camunda.org/schema/1.0/bpmn", "zeebe": "http://camunda.org/schema/zeebe/1.0"}
OF_PAYMENT = '<s:properties><s:property name="kind" value="payment" /></s:properties>'
EDITORS = pytest.mark.parametrize("editor", sorted(SPACES))


def said(files: Mapping[str, bytes]) -> list[Problem]:
    return [problem for problem in check_files(files) if problem.severity != "note"]


def known_in(drawing: str, editor: str) -> str:
    """The drawing with the namespace of the editor declared."""
    return drawing.replace("<definitions ", f'<definitions xmlns:{editor}="{SPACES[editor]}" ', 1)


def written_by(editor: str, drawing: str) -> str:
    """The drawing with every setting in the list of another editor."""
    for part in ("properties", "property "):
        drawing = drawing.replace(f"<s:{part}", f"<{editor}:{part}").replace(f"</s:{part}", f"</{editor}:{part}")
    return known_in(drawing, editor)


@EDITORS
def test_a_drawing_with_the_settings_of_another_editor_is_the_same_service(editor: str) -> None:
    theirs = FILES | {"process.bpmn": written_by(editor, PROCESS).encode()}
    assert f"{editor}:property" in theirs["process.bpmn"].decode()
    assert said(theirs) == []
    assert build_package(theirs).tasks == build_package(FILES).tasks


@EDITORS
def test_nothing_is_noted_of_settings_that_are_read(editor: str) -> None:
    theirs = FILES | {"process.bpmn": written_by(editor, PROCESS).encode()}
    assert [str(one) for one in check_files(theirs)] == [str(one) for one in check_files(FILES)]


@EDITORS
def test_a_shared_process_and_its_calls_may_be_drawn_with_another_editor(editor: str) -> None:
    theirs = dict(looks.FILES)
    for name in ("process.bpmn", "shared/look/process.bpmn"):
        theirs[name] = written_by(editor, theirs[name].decode()).encode()
    assert theirs != looks.FILES
    assert said(theirs) == []
    assert build_package(theirs).tasks == build_package(looks.FILES).tasks


def both(editor: str, name: str, value: str) -> dict[str, bytes]:
    """The small service with a setting of its payment in a second list too."""
    again = f'<{editor}:properties><{editor}:property name="{name}" value="{value}" /></{editor}:properties>'
    drawing = known_in(PROCESS.replace(OF_PAYMENT, OF_PAYMENT + again, 1), editor)
    return FILES | {"process.bpmn": drawing.encode()}


@EDITORS
def test_the_same_setting_twice_with_one_value_is_well(editor: str) -> None:
    assert said(both(editor, "kind", "payment")) == []


@EDITORS
def test_the_same_setting_twice_with_two_values_is_refused(editor: str) -> None:
    found = [one for one in said(both(editor, "kind", "form")) if one.element_id == "pay"]
    words = "The property kind is written twice, with different values: payment, form. Keep one."
    assert any(words in one.message for one in found), found


@EDITORS
def test_a_field_that_an_editor_left_empty_says_nothing(editor: str) -> None:
    assert said(both(editor, "due", "")) == []
    assert said(both(editor, "kind", " ")) == []


def test_what_an_editor_notes_for_itself_is_no_setting() -> None:
    files = both("zeebe", "camundaModeler:exampleOutputJson", "{}")
    assert said(files) == []
    assert build_package(files).tasks == build_package(FILES).tasks
    assert any(one.severity == "note" and "zeebe" in one.message for one in check_files(files))


OPERATOR = PROCESS[PROCESS.index("<s:serviceTaskOperator") : PROCESS.index("</s:serviceTaskOperator>")]
OPERATOR += "</s:serviceTaskOperator>"


def with_operation(**properties: str) -> dict[str, bytes]:
    """The small service in which the message is sent as another editor writes it."""
    listed = "".join(
        f'<camunda:property name="{name.replace("_", ".")}" value="{value}" />' for name, value in properties.items()
    )
    drawing = known_in(PROCESS.replace(OPERATOR, f"<camunda:properties>{listed}</camunda:properties>"), "camunda")
    return FILES | {"process.bpmn": drawing.encode()}


def test_an_operation_with_its_parameters_may_be_written_in_properties() -> None:
    files = with_operation(operator="messages.send", parameter_message="&quot;done&quot;")
    assert said(files) == []
    (result,) = run_scenarios(build_package(files), WorkingTime(USUAL_WEEK, frozenset()))
    assert result.differences == ()


def test_an_operation_in_properties_is_checked_like_any_other() -> None:
    (problem,) = said(with_operation(operator="messages.send", parameter_message="&quot;gone&quot;"))
    assert problem.element_id == "tell"
    assert "“gone” is not the key of a message" in problem.message


def test_a_property_of_a_service_task_that_nobody_reads_is_refused() -> None:
    (problem,) = said(with_operation(operator="messages.send", parameter_message="&quot;done&quot;", due="soon"))
    assert (problem.element_id, "due" in problem.message) == ("tell", True)


def test_a_decision_may_be_named_by_a_property() -> None:
    files = package()
    named = '<zeebe:properties><zeebe:property name="decision" value="risk" /></zeebe:properties>'
    drawing = files["process.bpmn"].decode().replace("<s:calledDecisionId>risk</s:calledDecisionId>", named)
    assert named in drawing
    assert said(files | {"process.bpmn": known_in(drawing, "zeebe").encode()}) == []
    other = known_in(drawing.replace('value="risk"', 'value="rain"'), "zeebe").encode()
    assert any(one.element_id == "weigh" for one in said(files | {"process.bpmn": other}))
