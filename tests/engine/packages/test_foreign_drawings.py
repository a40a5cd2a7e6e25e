"""Drawings in the manner of other tools as part of a package: what the core runs, a package may have, and what no case
could go on from is refused at its place."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from engine.packages import build_package, check_files, run_scenarios
from engine.problems import Problem
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from tests.engine.packages.kiln import KILN, led

OFFICE = WorkingTime(USUAL_WEEK)
KHMER = re.compile(r"[\u1780-\u17b3]")
CHECK = '<bpmn:userTask id="check" name="Check the application">'
DONE = "<bpmn:incoming>f3</bpmn:incoming><bpmn:incoming>f7</bpmn:incoming><bpmn:outgoing>f4</bpmn:outgoing>"


def drawn(*changes: tuple[str, str], files: Mapping[str, bytes] = KILN) -> dict[str, bytes]:
    """The kiln permit with these texts of its drawing replaced."""
    process = files["process.bpmn"].decode()
    for before, after in changes:
        assert before in process, before
        process = process.replace(before, after)
    return {**files, "process.bpmn": process.encode()}


def errors(files: Mapping[str, bytes]) -> list[Problem]:
    return [problem for problem in check_files(files) if problem.severity == "error"]


def the_error(files: Mapping[str, bytes]) -> Problem:
    (found,) = errors(files)
    assert KHMER.search(found.message_km)
    return found


def came_true(files: Mapping[str, bytes]) -> bool:
    assert errors(files) == []
    return not any(result.differences for result in run_scenarios(build_package(files), OFFICE))


def before_the_check(element: str, *more: tuple[str, str]) -> dict[str, bytes]:
    """The permit with an element ``x`` between the payment and the check."""
    return drawn(
        ('sourceRef="was_paid" targetRef="check" />', 'sourceRef="was_paid" targetRef="x" />'),
        ("<bpmn:incoming>f3</bpmn:incoming>", "<bpmn:incoming>fx</bpmn:incoming>"),
        (CHECK, f'{element}<bpmn:sequenceFlow id="fx" sourceRef="x" targetRef="check" />{CHECK}'),
        *more,
    )


def timer(kind: str, written: str) -> str:
    inner = f"<bpmn:time{kind}>{written}</bpmn:time{kind}>"
    definition = f"<bpmn:timerEventDefinition>{inner}</bpmn:timerEventDefinition>"
    return f'<bpmn:intermediateCatchEvent id="x">{definition}</bpmn:intermediateCatchEvent>'


def test_a_task_without_a_type_is_a_persons_with_the_same_settings() -> None:
    ends = drawn((CHECK, CHECK.replace("userTask", "task")))["process.bpmn"].decode()
    head, tail = ends.split('<bpmn:task id="check"')
    files = {**KILN, "process.bpmn": f'{head}<bpmn:task id="check"{tail.replace("userTask>", "task>", 1)}'.encode()}
    assert came_true(files)


def test_a_task_without_a_type_that_says_nothing_is_refused_as_a_users_is() -> None:
    lane = "<bpmn:flowNodeRef>check<", "<bpmn:flowNodeRef>x</bpmn:flowNodeRef><bpmn:flowNodeRef>check<"
    found = errors(before_the_check('<bpmn:task id="x" />', lane))
    assert {(one.rule, one.element_id) for one in found} == {("task", "x")}
    assert "needs a form" in found[0].message


@pytest.mark.parametrize(
    "rounds",
    [
        '<bpmn:standardLoopCharacteristics><bpmn:loopCondition>result == "return" and loopCounter &lt; 3'
        "</bpmn:loopCondition></bpmn:standardLoopCharacteristics>",
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality><bpmn:completionCondition>"
        'result == "ok" and numberOfCompletedInstances &gt; 0</bpmn:completionCondition>'
        "</bpmn:multiInstanceLoopCharacteristics>",
    ],
)
def test_the_next_round_is_decided_by_what_the_task_itself_answers(rounds: str) -> None:
    assert came_true(drawn((DONE, DONE + rounds)))


def test_a_loop_that_is_asked_before_its_first_round_needs_the_answer_before() -> None:
    rounds = '<bpmn:standardLoopCharacteristics testBefore="true"><bpmn:loopCondition>result == "return"'
    rounds += "</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    found = the_error(drawn((DONE, DONE + rounds)))
    assert (found.rule, found.element_id) == ("variables", "check")
    assert "“result” is read here" in found.message


def complex_gateway(condition: str) -> str:
    activation = f"<bpmn:activationCondition>{condition}</bpmn:activationCondition>"
    return f'<bpmn:complexGateway id="x">{activation}</bpmn:complexGateway>'


def test_a_complex_gateway_counts_its_tokens_without_a_variable() -> None:
    twice = '<bpmn:parallelGateway id="p" /><bpmn:sequenceFlow id="p1" sourceRef="p" targetRef="x" />'
    twice += '<bpmn:intermediateThrowEvent id="q" /><bpmn:sequenceFlow id="p2" sourceRef="p" targetRef="q" />'
    twice += '<bpmn:sequenceFlow id="p3" sourceRef="q" targetRef="x" />'
    split = before_the_check(twice + complex_gateway("activationCount &gt;= 2 and waitingForStart"))
    assert came_true(drawn(('sourceRef="was_paid" targetRef="x"', 'sourceRef="was_paid" targetRef="p"'), files=split))


def test_elsewhere_nobody_counts_tokens_and_the_names_that_there_are_stand_without_quotes() -> None:
    condition = drawn(('result == "return"', "activationCount &gt; 1"))
    found = the_error(condition)
    assert (found.rule, found.element_id) == ("variables", "which")
    assert "there are: certificate_count, certificate_number, kilns, result." in found.message


def test_a_conditional_event_may_wait_for_an_answer_that_is_not_there_yet() -> None:
    event = '<bpmn:boundaryEvent id="b" attachedToRef="pay" cancelActivity="false"><bpmn:conditionalEventDefinition>'
    event += (
        '<bpmn:condition>result == "refuse"</bpmn:condition></bpmn:conditionalEventDefinition></bpmn:boundaryEvent>'
    )
    event += '<bpmn:endEvent id="e" /><bpmn:sequenceFlow id="fb" sourceRef="b" targetRef="e" />'
    assert errors(led(more=event)) == []
    unknown = led(more=event.replace("result ==", "resutl =="))
    assert (the_error(unknown).rule, the_error(unknown).element_id) == ("variables", "b")


def test_an_answer_of_an_ad_hoc_sub_process_is_known_to_the_check() -> None:
    task = '<bpmn:userTask id="check"'
    begin = '<bpmn:adHocSubProcess id="x" ordering="Sequential">'
    end = '<bpmn:completionCondition>resutl == "ok"</bpmn:completionCondition></bpmn:adHocSubProcess>'
    process = KILN["process.bpmn"].decode()
    inner = process[process.index(task) : process.index('<bpmn:sequenceFlow id="f4"')]
    text = process.replace(inner, f"{begin}{inner.replace(DONE, '')}{end}")
    text = text.replace('targetRef="check"', 'targetRef="x"').replace('sourceRef="check"', 'sourceRef="x"')
    (found,) = (one for one in errors({**KILN, "process.bpmn": text.encode()}) if one.element_id == "x")
    assert "“resutl”, which nothing gives it" in found.message
    known = errors({**KILN, "process.bpmn": text.replace("resutl", "result").encode()})
    assert "x" not in {one.element_id for one in known}


@pytest.mark.parametrize(("kind", "written"), [("Date", "kilns"), ("Duration", "kilns"), ("Cycle", "kilns")])
def test_a_timer_takes_no_answer_that_is_a_number(kind: str, written: str) -> None:
    found = the_error(before_the_check(timer(kind, written)))
    assert (found.rule, found.element_id, found.file) == ("timer", "x", "process.bpmn")


def test_a_length_of_time_may_be_computed_from_a_number() -> None:
    assert errors(before_the_check(timer("Duration", "'P' + text(kilns) + 'D'"))) == []


@pytest.mark.parametrize("name", ["rooms", "result"])
def test_a_variable_as_a_timer_is_told_once_and_never_as_a_word(name: str) -> None:
    rules = [problem.rule for problem in check_files(before_the_check(timer("Date", name)))]
    assert "timer-word" not in rules


def test_a_day_that_was_answered_is_a_moment_and_no_length_of_time() -> None:
    form = (
        KILN["forms/apply.json"]
        .decode()
        .replace(
            '{"type": "number"',
            '{"type": "datetime", "subtype": "date", "key": "day", "validate": {"required": true}}, {"type": "number"',
        )
    )
    service = KILN["service.yaml"].decode().replace("{kilns: apply.kilns}", "{kilns: apply.kilns, day: apply.day}")
    texts = (
        KILN["texts.yaml"].decode().replace("      kilns: {", "      day: {label: {km: ថ្ងៃ, en: Day}}\n      kilns: {")
    )
    tests = KILN["tests.yaml"].decode().replace("kilns: 2}", "kilns: 2, day: 2026-04-01}")
    more = {"forms/apply.json": form, "service.yaml": service, "texts.yaml": texts, "tests.yaml": tests}
    files = {name: text.encode() for name, text in more.items()}
    assert errors(before_the_check(timer("Date", "day")) | files) == []
    assert the_error(before_the_check(timer("Duration", "day")) | files).rule == "timer"


@pytest.mark.parametrize(
    "task", ['<bpmn:serviceTask id="x" implementation="urn:mail" />', '<bpmn:serviceTask id="x" operationRef="o" />']
)
def test_an_operation_that_bpmn_names_in_its_own_way_is_one_that_the_house_has(task: str) -> None:
    interface = '<bpmn:interface id="i" name="Mail"><bpmn:operation id="o" name="urn:mail"><bpmn:inMessageRef>m'
    interface += '</bpmn:inMessageRef></bpmn:operation></bpmn:interface><bpmn:message id="m" name="mail" />'
    found = the_error(before_the_check(task, ('<bpmn:process id="kiln', f'{interface}<bpmn:process id="kiln')))
    assert (found.rule, found.element_id) == ("operation", "x")
    assert "There is no operation “urn:mail”" in found.message


def test_one_that_needs_parameters_is_refused_where_it_has_none() -> None:
    found = errors(before_the_check('<bpmn:serviceTask id="x" implementation="messages.send" />'))
    assert [(one.rule, one.element_id) for one in found] == [("operation", "x")]


def test_what_a_task_takes_as_its_data_and_what_a_store_holds_are_variables_there() -> None:
    data = '<bpmn:ioSpecification><bpmn:dataInput id="taken" /><bpmn:inputSet><bpmn:dataInputRefs>taken'
    data += "</bpmn:dataInputRefs></bpmn:inputSet><bpmn:outputSet /></bpmn:ioSpecification><bpmn:dataInputAssociation>"
    data += "<bpmn:sourceRef>kept</bpmn:sourceRef><bpmn:targetRef>taken</bpmn:targetRef>{}</bpmn:dataInputAssociation>"
    task = (
        f'<bpmn:scriptTask id="x" scriptFormat="python">{data}<bpmn:script>more = taken</bpmn:script></bpmn:scriptTask>'
    )
    store = '<bpmn:dataStoreReference id="kept" name="Kept" dataStoreRef="store" />'
    declared = '<bpmn:process id="kiln', '<bpmn:dataStore id="store" name="Kept" /><bpmn:process id="kiln'
    assert errors(before_the_check(task.format("") + store, declared)) == []
    made = "<bpmn:transformation>0 if store is null else store + 1</bpmn:transformation>"
    assert errors(before_the_check(task.format(made) + store, declared)) == []


def test_a_data_object_is_a_variable_that_holds_nothing_until_it_is_given_a_value() -> None:
    task = '<bpmn:dataObject id="count" /><bpmn:scriptTask id="x" scriptFormat="python"><bpmn:script>more = '
    task += "0 if count is null else count</bpmn:script></bpmn:scriptTask>"
    assert came_true(before_the_check(task))


@pytest.mark.parametrize(("name", "is_told"), [("papers", True), ("withdrawal", False), ("silence", False)])
def test_a_message_that_nothing_in_the_service_throws_is_told_where_it_is_awaited(name: str, is_told: bool) -> None:
    event = '<bpmn:messageEventDefinition messageRef="m" />'
    declared = '<bpmn:process id="kiln', f'<bpmn:message id="m" name="{name}" /><bpmn:process id="kiln'
    catch = f'<bpmn:intermediateCatchEvent id="x">{event}</bpmn:intermediateCatchEvent>'
    waits = before_the_check(catch, declared)
    told = [one for one in check_files(waits) if "Nothing in this service throws “papers”" in one.message]
    assert [(one.severity, one.rule, one.element_id) for one in told] == [("warning", "message", "x")] * is_told
    throw = f'<bpmn:intermediateThrowEvent id="y">{event}</bpmn:intermediateThrowEvent>'
    flow = '<bpmn:sequenceFlow id="fx" sourceRef="x"', '<bpmn:sequenceFlow id="fy" sourceRef="x" targetRef="y" />'
    thrown = drawn((flow[0], flow[1] + flow[0].replace('"x"', '"y"')), (catch, catch + throw), files=waits)
    assert not [one for one in check_files(thrown) if "Nothing in this service throws" in one.message]


@pytest.mark.parametrize("own", ["Activity 1", "a/b%3F#c", "{9F-1}", "ក១"])
def test_a_task_has_words_under_whatever_id_its_tool_gave_it(own: str) -> None:
    named = drawn(
        ('id="check"', f'id="{own}"'), ('Ref="check"', f'Ref="{own}"'), ("flowNodeRef>check<", f"flowNodeRef>{own}<")
    )
    texts, tests = (KILN[name].decode() for name in ("texts.yaml", "tests.yaml"))
    more = {
        "texts.yaml": texts.replace("  check: {", f'  "{own}": {{', 1),
        "tests.yaml": tests.replace("complete: check", f'complete: "{own}"'),
    }
    assert came_true(named | {name: text.encode() for name, text in more.items()})


def test_a_decision_that_is_there_and_wrong_is_not_told_as_missing() -> None:
    table = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="D" namespace="x">'
    table += '<decision id="dec" name="Dec"><decisionTable id="t" hitPolicy="BEST"><input id="i">'
    table += '<inputExpression id="n"><text>kilns</text></inputExpression></input><output id="o" name="way"/>'
    table += "</decisionTable></decision></definitions>"
    task = '<bpmn:businessRuleTask id="x"><bpmn:extensionElements><spiffworkflow:calledDecisionId>{}'
    task += "</spiffworkflow:calledDecisionId></bpmn:extensionElements></bpmn:businessRuleTask>"
    files = {"decisions/dec.dmn": table.encode()}
    assert the_error(before_the_check(task.format("dec")) | files).rule == "decision-policy"
    assert "decision-unknown" in {one.rule for one in errors(before_the_check(task.format("other")) | files)}


@pytest.mark.parametrize("name", ["ពាក្យ", "Note2", "a/b"])
def test_a_form_whose_name_can_be_no_key_is_told_how_to_be_named(name: str) -> None:
    found = the_error({**KILN, f"forms/{name}.json": KILN["forms/check.json"]})
    assert f"“{name}” cannot be the name of a form" in found.message


@pytest.mark.parametrize("place", ["office!r", "office:>99", "office!s:5"])
def test_a_place_in_a_text_is_told_as_it_is_written(place: str) -> None:
    texts = KILN["texts.yaml"].decode().replace("Please come to {office}.", f"Please come to {{{place}}}.")
    assert f"“{{{place}}}” is not a placeholder" in the_error({**KILN, "texts.yaml": texts.encode()}).message


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("outcome: rejected", "but it was nothing."),
        ("variables: {kilns: true}", "expected kilns = true, but it was 2."),
    ],
)
def test_what_a_scenario_expected_is_told_in_words(expected: str, said: str) -> None:
    tests = (
        KILN["tests.yaml"]
        .decode()
        .replace("waits_at: [hand_over]", expected)
        .replace("      - {complete: check", "      # ")
    )
    (result,) = run_scenarios(build_package({**KILN, "tests.yaml": tests.encode()}), OFFICE)
    assert any(said in difference for difference in result.differences)


ROWS = '<bpmn:dataObject id="rows" /><bpmn:scriptTask id="w" scriptFormat="python"><bpmn:script>rows = [1, 2]'
ROWS += '</bpmn:script></bpmn:scriptTask><bpmn:sequenceFlow id="fw" sourceRef="w" targetRef="x" />'
EACH = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>rows</bpmn:loopDataInputRef>"
EACH += '<bpmn:inputDataItem id="row" /></bpmn:multiInstanceLoopCharacteristics>'
SUB = f'<bpmn:subProcess id="x">{EACH}<bpmn:dataObject id="own" /><bpmn:startEvent id="x1" />'
SUB += '<bpmn:scriptTask id="x2" scriptFormat="python"><bpmn:script>own = row + loopCounter</bpmn:script>'
SUB += '</bpmn:scriptTask><bpmn:sequenceFlow id="x3" sourceRef="x1" targetRef="x2" /></bpmn:subProcess>'
ROWS_FIRST = 'sourceRef="was_paid" targetRef="x"', 'sourceRef="was_paid" targetRef="w"'


def test_an_entry_and_a_round_are_variables_in_what_is_done_for_each() -> None:
    assert came_true(before_the_check(SUB + ROWS, ROWS_FIRST))


@pytest.mark.parametrize("name", ["row", "loopCounter", "own"])
def test_what_is_known_only_in_an_activity_is_no_variable_behind_it(name: str) -> None:
    behind = 'result == "return"', f'result == "return" or {name} == 7'
    found = the_error(before_the_check(SUB + ROWS, ROWS_FIRST, behind))
    assert (found.rule, found.element_id) == ("variables", "which")
    assert f"“{name}”, which nothing gives it" in found.message


def test_an_event_that_waits_for_what_is_answered_only_behind_it_waits_for_ever() -> None:
    waits = '<bpmn:intermediateCatchEvent id="x"><bpmn:conditionalEventDefinition><bpmn:condition>{}</bpmn:condition>'
    waits += "</bpmn:conditionalEventDefinition></bpmn:intermediateCatchEvent>"
    found = the_error(before_the_check(waits.format('result == "ok"')))
    assert (found.rule, found.element_id) == ("variables", "x")
    assert errors(before_the_check(waits.format("kilns > 0"))) == []


@pytest.mark.parametrize(
    ("order", "first", "is_told"),
    [
        ('cancelRemainingInstances="false"', True, True),
        ('ordering="Sequential"', False, False),
        ('ordering="Sequential" cancelRemainingInstances="false"', True, True),
    ],
)
def test_an_ad_hoc_sub_process_asks_after_each_of_its_activities(order: str, first: bool, is_told: bool) -> None:
    process = KILN["process.bpmn"].decode()
    task = process[process.index('<bpmn:userTask id="check"') : process.index('<bpmn:sequenceFlow id="f4"')]
    beside = '<bpmn:scriptTask id="y" scriptFormat="python"><bpmn:script>more = 1</bpmn:script></bpmn:scriptTask>'
    held = task.replace(DONE, "")
    inner = beside + held if first else held + beside
    end = '<bpmn:completionCondition>result == "ok"</bpmn:completionCondition></bpmn:adHocSubProcess>'
    text = process.replace(task, f'<bpmn:adHocSubProcess id="x" {order}>{inner}{end}')
    text = text.replace('targetRef="check"', 'targetRef="x"').replace('sourceRef="check"', 'sourceRef="x"')
    text = text.replace("flowNodeRef>check<", "flowNodeRef>x<")
    found = errors({**KILN, "process.bpmn": text.encode()})
    assert ("y" in {one.element_id for one in found}) is is_told


def test_a_version_of_before_that_has_a_task_without_a_type_somewhere_still_opens() -> None:
    once = before_the_check('<bpmn:task id="x" name="Wait" />')
    assert errors(once)
    package = build_package(once, was_published=True)
    assert "x" not in package.tasks
    assert "check" in package.tasks
