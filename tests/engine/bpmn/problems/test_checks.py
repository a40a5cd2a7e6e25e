"""What ``check`` tells the analyst: structure, soundness, pools, in both languages, with the place and the remedy."""

from __future__ import annotations

import re
import string

import pytest

from engine import bpmn
from engine.bpmn.problems.catalogue import CATALOGUE
from tests.engine.bpmn.drawings.drawing import HEAD, E, S, boundary, document, flows, message, rules_broken, timer, user

G = '<{0}Gateway id="{1}"/>'


def found(body: str, root: str = "") -> dict[str, str]:
    """Rule → severity of everything found in a drawing."""
    return {problem.rule: problem.severity for problem in bpmn.check({"f.bpmn": document(body, root)})}


def test_a_problem_names_file_element_name_rule_and_remedy_in_both_languages() -> None:
    body = S + '<userTask id="a" name="Check documents"/>' + flows("s > a", "s > s")
    (problem,) = [one for one in bpmn.check({"guesthouse.bpmn": document(body)}) if one.rule == "start-incoming"]
    assert (problem.file, problem.element_id, problem.severity) == ("guesthouse.bpmn", "s", "error")
    assert problem.message.endswith("Remove the flow.")
    assert "សូម" in problem.message_km
    loose = '<serviceTask id="z" name="Issue"/>'
    (problem,) = [one for one in bpmn.check({"f": document(S + loose + flows("s > z"))}) if one.severity == "error"]
    assert str(problem) == (
        "f: z (Issue): The service task names no operator. Choose the operation it performs. [operator-missing]"
    )


@pytest.mark.parametrize("rule", CATALOGUE)
def test_every_sentence_exists_in_khmer_and_english_with_the_same_details(rule: str) -> None:
    english, khmer = CATALOGUE[rule]
    details = [sorted(name for _, name, _, _ in string.Formatter().parse(text) if name) for text in (english, khmer)]
    assert set(details[0]) >= set(details[1])
    assert english.endswith(("។", ".", "{reason}"))
    assert re.search(r"[\u1780-\u17ff]", khmer)
    assert khmer.rstrip().endswith(("។", "}"))


@pytest.mark.parametrize(
    ("body", "rule", "severity"),
    [
        (S, "start-outgoing", "error"),
        (user("a") + E, "end-incoming", "error"),
        (
            f'<intermediateCatchEvent id="c">{message("m")}</intermediateCatchEvent>' + user("a") + flows("c > a"),
            "event-incoming",
            "error",
        ),
        (S + user("a", "b") + flows("s > a", "a > b: n == 1"), "condition-alone", "warning"),
        (S + G.format("exclusive", "x") + user("a") + flows("s > x > a"), "gateway-idle", "error"),
        (
            S
            + '<eventBasedGateway id="g" eventGatewayType="Parallel"/>'
            + f'<intermediateCatchEvent id="c">{message("m")}</intermediateCatchEvent>'
            + f'<intermediateCatchEvent id="d">{timer("Duration", "P1D")}</intermediateCatchEvent>'
            + user("a")
            + flows("s > g", "g > c > a", "g > d > a"),
            "event-gateway-parallel",
            "error",
        ),
        (
            S
            + '<userTask id="a"><ioSpecification><dataInput id="i"/><inputSet/><outputSet/></ioSpecification>'
            + "</userTask>"
            + flows("s > a"),
            "data-sets",
            "error",
        ),
        (S + user("a", "b") + flows("s > a"), "start-and-loose", "error"),
        (S + user("a", "b", "c") + flows("s > a", "b > c", "c > b"), "unreachable", "error"),
        (S + user("a", "b") + flows("s > a > b > a"), "never-ends", "error"),
        (S + user("a", "b") + '<startEvent id="s2"/>' + flows("s > a", "s2 > b"), "start-several", "error"),
        (
            S + G.format("exclusive", "x") + user("a", "b") + flows("s > x", "x > a: n", "x > b"),
            "flow-without-condition",
            "error",
        ),
        (
            S + G.format("parallel", "x") + user("a", "b") + flows("s > x", "x > a: n", "x > b"),
            "condition-place",
            "error",
        ),
        (S + user("a") + flows("s > a: n"), "condition-place", "error"),
        (S + G.format("exclusive", "x") + flows("s > x"), "gateway-outgoing", "error"),
        (
            S
            + '<exclusiveGateway id="x" default="flow_1_0_x"/>'
            + user("a", "b")
            + flows("s > x", "x > a: n", "x > b: m"),
            "condition-default",
            "error",
        ),
        (
            S + '<exclusiveGateway id="x" default="flow_0_0_s"/>' + user("a") + flows("s > x", "x > a"),
            "default-flow",
            "error",
        ),
        (S + user("a") + boundary("b", "a", timer("Duration", "P1D")) + flows("s > a"), "event-outgoing", "error"),
        (
            S + user("a") + boundary("b", "a", timer("Duration", "P1D")) + E + flows("s > a", "a > b", "b > e"),
            "boundary-incoming",
            "error",
        ),
        (
            S
            + user("a", "x", "y")
            + boundary("b", "a", "<errorEventDefinition/>")
            + boundary("c", "a", "<errorEventDefinition/>")
            + flows("s > a", "b > x", "c > y"),
            "caught-twice",
            "error",
        ),
        (S + "<eventBasedGateway id='g'/>" + user("a") + flows("s > g > a"), "event-gateway-targets", "error"),
        (
            S + "<eventBasedGateway id='g'/>" + user("a", "b") + flows("s > g", "g > a", "g > b"),
            "event-gateway-target",
            "error",
        ),
        (
            S + '<exclusiveGateway id="x" gatewayDirection="Diverging"/>' + user("a") + flows("s > x > a"),
            "gateway-direction",
            "error",
        ),
        (S + G.format("complex", "x") + user("a") + flows("s > x", "s > x", "x > a"), "complex-condition", "error"),
        (
            '<receiveTask id="r" instantiate="true" messageRef="m"/>' + user("a") + S + flows("s > a > r"),
            "instantiate-incoming",
            "error",
        ),
        (
            S
            + f'<subProcess id="u"><startEvent id="i">{message("m")}</startEvent>'
            + user("a")
            + flows("i > a")
            + "</subProcess>",
            "sub-process-start",
            "error",
        ),
    ],
)
def test_the_structure_of_bpmn_is_kept(body: str, rule: str, severity: str) -> None:
    assert found(body, '<message id="m" name="m"/>').get(rule) == severity


def test_a_parallel_join_behind_a_choice_can_never_go_on() -> None:
    body = S + '<exclusiveGateway id="x" default="flow_2_0_x"/>' + user("a", "b") + G.format("parallel", "j") + E
    body += flows("s > x", "x > a: n == 1", "x > b", "a > j", "b > j", "j > e")
    assert found(body)["join-never"] == "error"


def test_a_join_that_may_miss_a_flow_is_warned_about() -> None:
    body = S + G.format("parallel", "f") + '<exclusiveGateway id="x" default="flow_4_0_x"/>' + user("a", "b")
    body += G.format("parallel", "j") + '<endEvent id="out"/>' + E
    body += flows("s > f", "f > a > j", "f > b > x", "x > j: n == 1", "x > out", "j > e")
    assert found(body)["join-may-wait"] == "warning"


def test_parallel_flows_that_are_not_joined_run_what_follows_twice() -> None:
    body = S + G.format("parallel", "f") + user("a", "b", "c") + E + flows("s > f", "f > a > c", "f > b > c", "c > e")
    assert found(body) == {"runs-twice": "warning"}


def test_a_circle_that_makes_more_and_more_tokens_is_warned_about() -> None:
    body = S + user("a", "z") + G.format("parallel", "f0") + G.format("parallel", "f") + G.format("parallel", "j")
    body += G.format("exclusive", "m") + E
    body += flows("s > f0", "f0 > m", "f0 > z > j", "m > a > f", "f > m", "f > j", "j > e")
    assert found(body)["multiplies"] == "warning"


def test_a_circle_back_into_a_gateway_that_also_forks_is_found() -> None:
    body = S + G.format("parallel", "f") + G.format("parallel", "j") + user("a", "b", "fix") + E
    body += '<exclusiveGateway id="x" default="flow_4_0_x"/>'
    body += flows("s > f", "f > a > j", "f > b > j", "j > x", "x > e", "x > fix: again", "fix > f")
    assert found(body) == {"join-never": "error"}


def test_a_good_parallel_review_in_a_loop_is_not_complained_about() -> None:
    body = S + G.format("parallel", "f") + G.format("parallel", "j") + '<exclusiveGateway id="x" default="flow_4_0_x"/>'
    body += user("a", "b", "fix") + G.format("exclusive", "m") + E
    body += flows("s > m > f", "f > a > j", "f > b > j", "j > x", "x > e", "x > fix: again", "fix > m")
    assert found(body) == {}


def test_an_endless_reminder_inside_something_that_can_be_interrupted_is_accepted() -> None:
    inner = user("a", "b", "i") + flows("i > a > b > a").replace("flow_", "i_")
    body = S + f'<subProcess id="sub">{inner}</subProcess>' + boundary("stop", "sub", timer("Duration", "P1D")) + E
    assert found(body + flows("s > sub > e", "stop > e")) == {}


POOLS = (
    '<message id="m" name="m"/><collaboration id="c"><participant id="one" processRef="p"/>'
    '<participant id="two" processRef="q"/><participant id="black"/>{}</collaboration>'
    '<process id="q" isExecutable="false"><userTask id="qa"/><scriptTask id="qs"><script>n = 1</script></scriptTask>'
    "</process>"
)


@pytest.mark.parametrize(
    ("flow", "rule"),
    [
        ('<messageFlow id="f" sourceRef="a" targetRef="qa"/>', None),
        ('<messageFlow id="f" sourceRef="a" targetRef="black"/>', None),
        ('<messageFlow id="f" sourceRef="black" targetRef="one"/>', None),
        ('<messageFlow id="f" sourceRef="a" targetRef="b"/>', "message-flow-ends"),
        ('<messageFlow id="f" sourceRef="a" targetRef="nothing"/>', "message-flow-ends"),
        ('<messageFlow id="f" sourceRef="s" targetRef="qa"/>', "message-flow-type"),
        ('<messageFlow id="f" sourceRef="a" targetRef="qs"/>', None),
    ],
)
def test_message_flows_lead_from_pool_to_pool(flow: str, rule: str | None) -> None:
    broken = rules_broken(document(S + user("a", "b") + flows("s > a > b"), POOLS.format(flow)))
    assert broken == ({rule} if rule else set())


def test_a_pool_without_its_process_is_refused() -> None:
    pool = '<collaboration id="c"><participant id="one" processRef="nothing"/></collaboration>'
    assert rules_broken(document(S + user("a") + flows("s > a"), pool)) == {"reference-unknown"}


def test_a_task_in_two_lanes_is_refused() -> None:
    lanes = '<laneSet id="ls"><lane id="l1" name="A"><flowNodeRef>a</flowNodeRef></lane>'
    lanes += '<lane id="l2" name="B"><flowNodeRef>a</flowNodeRef><flowNodeRef>zz</flowNodeRef></lane></laneSet>'
    assert rules_broken(document(lanes + S + user("a") + flows("s > a"))) >= {"lane-twice", "lane-reference"}


def test_a_misspelt_attribute_is_found() -> None:
    body = S + user("a") + boundary("b", "a", message("m")).replace("cancelActivity", "cancelActivty") + E
    assert rules_broken(document(body + flows("s > a > e", "b > e"), '<message id="m"/>')) == {"schema"}


def test_the_one_process_that_is_executable_is_chosen_and_another_can_be_named() -> None:
    data = HEAD + f'<process id="p" isExecutable="false">{user("a")}</process>'
    data += f'<process id="q">{user("b")}</process></definitions>'
    files = {"f": data.encode()}
    assert bpmn.parse(files).process_id == "q"
    assert bpmn.parse(files, "p").process_id == "p"
    with pytest.raises(bpmn.DefinitionRejected, match="process-unknown"):
        bpmn.parse(files, "r")


def test_a_definition_tells_what_screens_and_publishing_need() -> None:
    body = S + '<userTask id="a" name="Ask"/>' + '<scriptTask id="t"><script>total = n * 2</script></scriptTask>'
    body += f'<intermediateCatchEvent id="c">{message("m")}</intermediateCatchEvent>' + E + flows("s > a > t > c > e")
    definition = bpmn.parse({"f.bpmn": document(body, '<message id="m" name="answer"/>')})
    assert definition.elements["a"].name == "Ask"
    assert definition.elements["a"].type == "userTask"
    assert (definition.messages, definition.variables_read, definition.variables_written) == (
        ("answer",),
        {"n"},
        {"total"},
    )
    assert definition.files == ("f.bpmn",)
    assert len(definition.digest) == 64


def test_references_that_nothing_executes_are_refused() -> None:
    body = S + '<dataObject id="d" itemSubjectRef="nothing"/><dataObjectReference id="r" dataObjectRef="a"/>'
    body += user("a") + '<association id="as" sourceRef="a" targetRef="void"/>' + E + flows("s > a > e")
    assert found(body) == {"reference-unknown": "error", "reference-type": "error"}


def test_lists_of_flows_that_contradict_the_flows_are_refused() -> None:
    body = S + '<userTask id="a"><outgoing>f1</outgoing></userTask><sequenceFlow id="f1" sourceRef="s" targetRef="a"/>'
    assert found(body)["flow-lists"] == "error"


def test_a_wide_fork_is_not_taken_for_tokens_that_multiply() -> None:
    names = [f"t{number}" for number in range(14)]
    body = S + G.format("parallel", "f") + G.format("parallel", "j") + user(*names) + E
    assert found(body + flows("s > f", *(f"f > {name} > j" for name in names), "j > e")) == {}


def test_a_join_that_is_fed_by_a_reminder_is_not_called_impossible() -> None:
    body = S + user("a", "b") + boundary("late", "a", timer("Duration", "P1D"), interrupting=False)
    body += G.format("parallel", "j") + E + flows("s > a > j", "late > b > j", "j > e")
    assert found(body) == {"join-may-wait": "warning"}


def test_a_join_behind_two_starts_of_which_only_one_happens_is_found() -> None:
    body = S + f'<startEvent id="other">{message("m")}</startEvent>' + user("a", "b") + G.format("parallel", "j") + E
    assert found(body + flows("s > a > j", "other > b > j", "j > e"), '<message id="m"/>')["join-never"] == "error"


def test_two_pools_that_both_run_are_sound_but_one_must_be_named() -> None:
    files = {"f": document(user("a"), '<process id="r" isExecutable="true"><userTask id="k"/></process>')}
    assert {(one.rule, one.severity) for one in bpmn.check(files)} == {("process-ambiguous", "warning")}
    with pytest.raises(bpmn.DefinitionRejected, match="process-ambiguous"):
        bpmn.parse(files)
    assert bpmn.parse(files, "r").process_id == "r"


def test_no_files_at_all_are_a_problem_too() -> None:
    assert [one.rule for one in bpmn.check({})] == ["no-process"]


def test_what_the_file_demands_and_cannot_have_is_refused() -> None:
    assert "not-run" in rules_broken(document(user("a"), '<extension mustUnderstand="true" definition="x"/>'))
    body = f'<transaction id="t" method="##Image">{user("a")}</transaction>'
    assert "not-run" in rules_broken(document(body))


def test_another_expression_language_of_the_file_is_noted() -> None:
    loop = "<standardLoopCharacteristics><loopCondition>n == 1</loopCondition></standardLoopCharacteristics>"
    data = document(f'<userTask id="a">{loop}</userTask>').replace(
        b"<definitions ", b'<definitions expressionLanguage="http://www.w3.org/1999/XPath" '
    )
    assert [(one.rule, one.severity) for one in bpmn.check({"f": data})] == [("expression-default", "note")]


def said(body: str, root: str = "") -> list[bpmn.Problem]:
    return [one for one in bpmn.check({"f.bpmn": document(body, root)}) if one.severity == "error"]


@pytest.mark.parametrize("own", ["", 'id="errorEventDefinition_1"'])
@pytest.mark.parametrize(
    "definition",
    [
        '<errorEventDefinition {} errorRef="nowhere"/>',
        '<escalationEventDefinition {} escalationRef="nowhere"/>',
        '<messageEventDefinition {} messageRef="nowhere"/>',
        '<signalEventDefinition {} signalRef="nowhere"/>',
        '<compensateEventDefinition {} activityRef="nowhere"/>',
    ],
)
def test_what_an_event_throws_is_told_at_the_event(definition: str, own: str) -> None:
    """Nobody finds ``errorEventDefinition_without_id_1`` in a drawing; the event that holds it has a name."""
    body = S + user("a") + f'<endEvent id="x" name="Broken off">{definition.format(own)}</endEvent>'
    problems = said(body + flows("s > a > x"))
    assert {(one.element_id, one.element_name) for one in problems} == {("x", "Broken off")}


def test_an_activity_that_wants_several_tokens_is_not_called_a_gateway() -> None:
    (problem,) = said(S + '<task id="a" startQuantity="2"/>' + E + flows("s > a > e"))
    assert problem.rule == "join-never"
    assert "gateway" not in problem.message
    assert "2 tokens" in problem.message
    assert "startQuantity" in problem.message_km
    choice = '<exclusiveGateway id="x" default="d"/><sequenceFlow id="d" sourceRef="x" targetRef="j"/>'
    join = user("a") + choice + G.format("parallel", "j") + E + flows("s > a > x", "x > j: n == 1", "j > e")
    (problem,) = said(S + join)
    assert problem.message.startswith("The gateway waits")


def test_what_lies_too_deep_is_not_called_empty() -> None:
    body = user("a")
    for number in range(40):
        body = f'<subProcess id="p{number}">{body}</subProcess>'
    assert [one.rule for one in said(S + body + E + flows("s > p39 > e"))] == ["nested-too-deep"]


def test_an_element_with_too_many_attributes_is_named_with_its_line() -> None:
    many = " ".join(f'a{number}="1"' for number in range(200))
    (problem,) = said("\n\n" + S + f'<userTask id="a" {many}/>')
    assert "the element userTask in line 3 has more than 100 attributes" in problem.message
    assert "userTask" in problem.message_km


def test_drawings_that_were_looked_at_lately_are_not_read_again_and_others_are() -> None:
    sound = {"f.bpmn": document(S + user("a") + E + flows("s > a", "a > e"))}
    broken = {"f.bpmn": document(S + user("a") + E + flows("s > a"))}
    looked = bpmn.look(sound)
    assert looked.holds
    assert bpmn.look(dict(sound)) is looked
    assert not bpmn.look(broken).holds
    assert bpmn.look({"other.bpmn": sound["f.bpmn"]}).process != looked.process
    assert [one.file for one in bpmn.look({"other.bpmn": broken["f.bpmn"]}).problems] == ["other.bpmn"] * len(
        bpmn.look(broken).problems
    )
