"""Corners of BPMN 2.0.2 where constructs meet: nested scopes, rounds and instances, several catchers at once."""

from __future__ import annotations

import re

from tests.engine.bpmn.drawings.drawing import E, S, boundary, flows, message, script, signal, timer, user
from tests.engine.bpmn.drawings.fragments_activities import ERROR, ESCALATION, inner, looped, several, sub
from tests.engine.bpmn.drawings.fragments_events import CONDITION, TERMINATE, end, handler, throw
from tests.engine.bpmn.drawings.fragments_flows import catch, ends, gate
from tests.engine.bpmn.drawings.fragments_undoing import UNDO
from tests.engine.bpmn.drawings.matrix import Fragment, fragment

ANY_ERROR = "<errorEventDefinition/>"
OTHER_ERROR = '<errorEventDefinition errorRef="other"/>'
TRIGGERED = 'triggeredByEvent="true"'


def failing(name: str, task: str, definition: str = ERROR) -> str:
    """A scope whose task leads to an end event that throws."""
    content = f'<startEvent id="{name}_s"/>' + user(task) + end(f"{name}_x", definition)
    return content + flows(f"{name}_s > {task} > {name}_x")


JOINS: list[Fragment] = [
    fragment(
        "complex gateway whose second token never comes begins anew in the next round",
        S
        + gate("exclusive", "k1")
        + gate("inclusive", "f")
        + user("a", "b")
        + '<complexGateway id="j"><activationCondition>activationCount >= 1</activationCondition></complexGateway>'
        + user("c")
        + gate("exclusive", "x", default="e")
        + E
        + flows("s > k1 > f", "f > a: True", "f > b: both", "a > j", "b > j", "j > c > x", "x > k1: again", "x > e"),
        "s k1 f",
        "do a: a j",
        "do c again=True both=True: c x k1 f",
        "do a: a j",
        "do b: b",
        "do c again=False: c x e",
        variables={"both": False, "again": True},
    ),
    fragment(
        "a complex gateway that was interrupted does not begin anew",
        S
        + gate("parallel", "f")
        + user("a", "b", "c")
        + '<complexGateway id="j"><activationCondition>activationCount >= 1</activationCondition></complexGateway>'
        + ends("z")
        + flows("s > f", "f > a > j", "f > b > j", "j > c: waitingForStart", "c > z", "j > z: not waitingForStart")
        + handler(message("m")),
        "s f",
        "do a: a j",
        "send answer: h_s",
        "do h: h h_e on_h",
    ),
    fragment(
        "a complex gateway that begins anew takes the flows whose condition says so",
        S
        + gate("parallel", "f")
        + user("a", "b", "c")
        + '<complexGateway id="j"><activationCondition>activationCount >= 1</activationCondition></complexGateway>'
        + ends("z", "y")
        + flows("s > f", "f > a > j", "f > b > j", "j > c: waitingForStart", "c > z", "j > y: not waitingForStart"),
        "s f",
        "do a: a j",
        "do b: b y",
        "do c: c z",
    ),
    fragment(
        "two inclusive joins one behind the other",
        S
        + gate("parallel", "f")
        + gate("inclusive", "j1", "j2")
        + user("a", "b", "c")
        + E
        + flows("s > f", "f > a > j1", "f > b > j1", "f > c > j2", "j1 > j2", "j2 > e"),
        "s f",
        "do c: c",
        "do a: a",
        "do b: b j1 j2 e",
    ),
    fragment(
        "an inclusive join in a loop with a second branch that leaves",
        S
        + gate("inclusive", "j")
        + gate("parallel", "f")
        + user("a", "b")
        + gate("exclusive", "x", default="y")
        + '<endEvent id="y"/>'
        + ends("z")
        + flows("s > j > f", "f > a > x", "f > b > z", "x > j: again", "x > y"),
        "s j f",
        "do a again=True: a x j f",
        "do b: b z",
        "do a again=False: a x y",
        "do b: b z",
        variables={"again": True},
    ),
    fragment(
        "parallel join of three flows fed by an inclusive split",
        S
        + gate("parallel", "f", "j")
        + user("a", "b")
        + gate("parallel", "g")
        + E
        + flows("s > f", "f > a > j", "f > g", "g > b > j", "g > j", "j > e"),
        "s f g",
        "do a: a",
        "do b: b j e",
    ),
]

ENDING: list[Fragment] = [
    fragment(
        "terminate in a nested scope leaves the scope around it",
        S
        + sub(
            "o",
            '<startEvent id="o_s"/>'
            + sub("i", failing("i", "a", TERMINATE) + user("a2") + flows("i_s > a2").replace("flow_", "g_"))
            + user("b")
            + flows("o_s > i > b"),
        )
        + E
        + flows("s > o > e"),
        "s o_s i_s",
        "do a: a i_x i",
        "do b: b o e",
    ),
    fragment(
        "terminate in one of several instances ends that one",
        S
        + several(
            "i",
            "2",
            "",
            "",
            "subProcess",
            failing("i", "a", TERMINATE) + user("a2") + flows("i_s > a2").replace("flow_", "g_"),
        )
        + E
        + flows("s > i > e"),
        "s i_s i_s",
        "do a: a i_x i",
        "do a: a i_x i e",
    ),
    fragment(
        "terminate in one round ends that round",
        S
        + looped(
            "i",
            'loopMaximum="2"',
            "",
            "subProcess",
            failing("i", "a", TERMINATE) + user("a2") + flows("i_s > a2").replace("flow_", "g_"),
        )
        + E
        + flows("s > i > e"),
        "s i_s",
        "do a: a i_x i i_s",
        "do a: a i_x i e",
    ),
    fragment(
        "terminate in a called process ends that call",
        S + '<callActivity id="i" calledElement="q"/>' + user("b") + E + flows("s > i > b > e"),
        "s q_s",
        "do q1: q1 q_x i",
        "do b: b e",
        root='<process id="q">'
        + failing("q", "q1", TERMINATE)
        + user("q2")
        + flows("q_s > q2").replace("flow_", "g_")
        + "</process>",
    ),
    fragment(
        "an end event that is reached twice ends nothing but tokens",
        S + user("a") + script("b", "x = 1") + E + flows("s > a > e", "s > b > e"),
        "s b e",
        "do a: a e",
    ),
    fragment(
        "a loop beside a branch that terminates it",
        S + gate("exclusive", "k1") + user("a", "b") + end("x", TERMINATE) + flows("s > k1 > a > k1", "s > b > x"),
        "s k1",
        "do a: a k1",
        "do b: b x",
        status="terminated",
    ),
]

ERRORS: list[Fragment] = [
    fragment(
        "an error of a called process reaches the call",
        S
        + '<callActivity id="i" calledElement="q"/>'
        + boundary("b", "i", ERROR)
        + user("h")
        + E
        + flows("s > i > e", "b > h > e"),
        "s q_s",
        "do q1: q1 q_x b",
        "do h: h e",
        root=f'<process id="q">{failing("q", "q1")}</process>',
    ),
    fragment(
        "an event sub-process of the called process comes before the call's boundary",
        S
        + '<callActivity id="i" calledElement="q"/>'
        + boundary("b", "i", ERROR)
        + user("w1")
        + E
        + flows("s > i > e", "b > w1 > e"),
        "s q_s",
        "do q1: q1 q_x h_s",
        "do h: h h_e on_h i e",
        root=f'<process id="q">{failing("q", "q1")}{handler(ERROR)}</process>',
    ),
    fragment(
        "the boundary that names the error comes before the one that takes any",
        S
        + sub("i", failing("i", "a"))
        + boundary("b1", "i", ANY_ERROR)
        + boundary("b2", "i", ERROR)
        + ends("z")
        + E
        + flows("s > i > e", "b1 > z", "b2 > e"),
        "s i_s",
        "do a: a i_x b2 e",
    ),
    fragment(
        "the boundary that takes any error gets what the other does not name",
        S
        + sub("i", failing("i", "a", OTHER_ERROR))
        + boundary("b1", "i", ANY_ERROR)
        + boundary("b2", "i", ERROR)
        + ends("z")
        + E
        + flows("s > i > e", "b1 > z", "b2 > e"),
        "s i_s",
        "do a: a i_x b1 z",
    ),
    fragment(
        "the nearest scope that takes any error comes before a further one that names it",
        S
        + sub(
            "o",
            '<startEvent id="o_s"/>'
            + sub("i", failing("i", "a"))
            + boundary("b1", "i", ANY_ERROR)
            + ends("z")
            + flows("o_s > i", "b1 > z"),
        )
        + boundary("b2", "o", ERROR)
        + user("h")
        + E
        + flows("s > o > e", "b2 > h > e"),
        "s o_s i_s",
        "do a: a i_x b1 z o e",
    ),
    fragment(
        "an error that the inner scope does not name goes further out",
        S
        + sub(
            "o",
            '<startEvent id="o_s"/>'
            + sub("i", failing("i", "a"))
            + boundary("b1", "i", OTHER_ERROR)
            + ends("z")
            + flows("o_s > i", "b1 > z"),
        )
        + boundary("b2", "o", ERROR)
        + user("h")
        + E
        + flows("s > o > e", "b2 > h > e"),
        "s o_s i_s",
        "do a: a i_x b2",
        "do h: h e",
    ),
    fragment(
        "an error in an error handler goes to the boundary",
        S
        + sub(
            "i",
            failing("i", "a")
            + sub(
                "on_h",
                f'<startEvent id="h_s">{ERROR}</startEvent>' + user("h") + end("h_x", ERROR) + flows("h_s > h > h_x"),
                TRIGGERED,
            ),
        )
        + boundary("b", "i", ERROR)
        + E
        + flows("s > i > e", "b > e"),
        "s i_s",
        "do a: a i_x h_s",
        "do h: h h_x b e",
    ),
    fragment(
        "an error in one event sub-process is caught by another",
        S
        + user("a")
        + flows("s > a")
        + handler(ERROR, name="g")
        + sub(
            "on_h",
            f'<startEvent id="h_s" isInterrupting="false">{message("m")}</startEvent>'
            + user("h")
            + end("h_x", ERROR)
            + flows("h_s > h > h_x"),
            TRIGGERED,
        ),
        "s",
        "send answer: h_s",
        "do h: h h_x g_s",
        "do g: g g_e on_g",
        several=False,
    ),
    fragment(
        "an event sub-process does not catch the escalation that it throws itself",
        S
        + user("a")
        + end("x", ESCALATION)
        + flows("s > a > x")
        + sub(
            "on_h",
            f'<startEvent id="h_s" isInterrupting="false">{ESCALATION}</startEvent>'
            + user("h")
            + end("h_x", ESCALATION)
            + flows("h_s > h > h_x"),
            TRIGGERED,
        ),
        "s",
        "do a: a x h_s",
        "do h: h h_x on_h",
    ),
    fragment(
        "an event sub-process within an event sub-process",
        S
        + user("a")
        + E
        + flows("s > a > e")
        + sub(
            "on_h",
            f'<startEvent id="h_s" isInterrupting="false">{message("m")}</startEvent>'
            + user("h")
            + end("h_x", ERROR)
            + flows("h_s > h > h_x")
            + handler(ERROR, name="g"),
            TRIGGERED,
        ),
        "s",
        "send answer: h_s",
        "do h: h h_x g_s",
        "do g: g g_e on_g on_h",
        "do a: a e",
    ),
    fragment(
        "an error stops the other branches and their deadlines",
        S
        + sub(
            "i",
            failing("i", "a")
            + user("a2")
            + boundary("t", "a2", timer("Duration", "PT1H"))
            + ends("z")
            + flows("i_s > a2 > z", "t > z").replace("flow_", "g_"),
        )
        + boundary("b", "i", ERROR)
        + user("h")
        + E
        + flows("s > i > e", "b > h > e"),
        "s i_s",
        "do a: a i_x b",
        "wait 120:",
        "do h: h e",
    ),
]

ESCALATIONS: list[Fragment] = [
    fragment(
        "each instance may escalate, and all go on",
        S
        + several(
            "i",
            "2",
            "",
            "",
            "subProcess",
            '<startEvent id="i_s"/>' + user("a") + throw("t", ESCALATION) + user("c") + flows("i_s > a > t > c"),
        )
        + boundary("b", "i", ESCALATION, False)
        + ends("z")
        + E
        + flows("s > i > e", "b > z"),
        "s i_s i_s",
        "do a: a t b z",
        "do a: a t b z",
        "do c: c i",
        "do c: c i e",
    ),
    fragment(
        "an escalation of a called process",
        S
        + '<callActivity id="i" calledElement="q"/>'
        + boundary("b", "i", ESCALATION, False)
        + ends("z")
        + E
        + flows("s > i > e", "b > z"),
        "s q_s",
        "do q1: q1 q_x b z i e",
        root=f'<process id="q">{failing("q", "q1", ESCALATION)}</process>',
    ),
    fragment(
        "the nearest scope catches an escalation, the further one does not",
        S
        + sub(
            "o",
            '<startEvent id="o_s"/>'
            + sub("i", failing("i", "a", ESCALATION))
            + boundary("b1", "i", ESCALATION, False)
            + ends("z")
            + flows("o_s > i", "b1 > z"),
        )
        + boundary("b2", "o", ESCALATION)
        + E
        + flows("s > o > e", "b2 > e"),
        "s o_s i_s",
        "do a: a i_x b1 z i o e",
    ),
    fragment(
        "an escalation of another code is not caught",
        S
        + sub("i", failing("i", "a", ESCALATION))
        + boundary("b", "i", '<escalationEventDefinition escalationRef="esc2"/>')
        + ends("z")
        + E
        + flows("s > i > e", "b > z"),
        "s i_s",
        "do a: a i_x i e",
    ),
]

LISTENING: list[Fragment] = [
    fragment(
        "a signal reaches catchers, boundaries and event sub-processes at once",
        S
        + gate("parallel", "f")
        + catch("c", signal("sig"))
        + user("a")
        + boundary("b", "a", signal("sig"), False)
        + ends("z")
        + E
        + flows("s > f", "f > c > z", "f > a > e", "b > z")
        + handler(signal("sig"), False)
        + handler(signal("sig"), False, name="g"),
        "s f",
        "signal holiday: c z b z h_s g_s",
        "do a: a e",
        "do h: h h_e on_h",
        "do g: g g_e on_g",
    ),
    fragment(
        "an interrupting signal in the scope of its thrower stops the thrower",
        S
        + user("u")
        + throw("t", signal("sig"))
        + script("a", "x = 1")
        + flows("s > u > t > a")
        + handler(signal("sig")),
        "s",
        "do u: u h_s",
        "do h: h h_e on_h",
        several=False,
    ),
    fragment(
        "a signal thrown as another branch comes to listen is heard",
        S
        + gate("parallel", "f")
        + throw("t", signal("sig"))
        + script("a", "x = 1")
        + catch("c", signal("sig"))
        + E
        + ends("z")
        + flows("s > f", "f > t > z", "f > a > c > e"),
        "s f t z a c e",
    ),
    fragment(
        "an event sub-process that was interrupted by another does not go on",
        S + user("a") + flows("s > a") + handler(message("m"), False) + handler(signal("sig"), name="g"),
        "s",
        "send answer: h_s",
        "signal holiday: g_s",
        "do g: g g_e on_g",
    ),
    fragment(
        "a condition starts an event sub-process each time it becomes true",
        S + user("a", "a2", "a3", "a4") + flows("s > a > a2 > a3 > a4") + handler(CONDITION, False),
        "s",
        "do a n=1: a h_s",
        "do a2 n=1: a2",
        "do a3 n=2: a3",
        "do a4 n=1: a4 h_s",
        "do h: h h_e on_h",
        "do h: h h_e on_h",
        variables={"n": 0},
    ),
    fragment(
        "a condition that is true when somebody begins to wait",
        S + script("a", "n = 1") + catch("c", CONDITION) + E + flows("s > a > c > e"),
        "s a c e",
        variables={"n": 0},
    ),
    fragment(
        "a late clock begins nothing in a process that has ended meanwhile",
        S + catch("c", timer("Duration", "PT1H")) + E + flows("s > c > e") + handler(timer("Duration", "PT2H")),
        "s",
        "wait 180: c e",
        alone=True,
    ),
    fragment(
        "an ad-hoc sub-process that was interrupted does not begin again",
        S
        + sub(
            "i",
            user("a", "b") + handler(message("m")) + "<completionCondition>n == 1</completionCondition>",
            tag="adHocSubProcess",
        )
        + E
        + flows("s > i > e"),
        "s",
        "do a: a",
        "send answer: h_s",
        "do h: h h_e on_h i e",
        variables={"n": 0},
    ),
    fragment(
        "of two event sub-processes that one signal interrupts for, the first begins",
        S + user("a") + flows("s > a") + handler(signal("sig")) + handler(signal("sig"), name="g"),
        "s",
        "signal holiday: h_s",
        "do h: h h_e on_h",
    ),
    fragment(
        "of two boundaries that one signal interrupts for, the first is taken",
        S
        + user("a")
        + boundary("b1", "a", signal("sig"))
        + boundary("b2", "a", signal("sig"))
        + ends("z", "y")
        + flows("s > a > y", "b1 > z", "b2 > y"),
        "s",
        "signal holiday: b1 z",
    ),
    fragment(
        "a condition interrupts before what follows runs",
        S
        + sub("i", '<startEvent id="i_s"/>' + script("a", "n = 1") + script("c", "x = 1") + flows("i_s > a > c"))
        + boundary("b", "i", CONDITION)
        + ends("z")
        + E
        + flows("s > i > e", "b > z"),
        "s i_s a b z",
        variables={"n": 0},
        result={"x": None},
    ),
    fragment(
        "a condition that was true for a moment is noticed",
        S
        + gate("parallel", "f")
        + catch("c", CONDITION)
        + script("a", "n = 1")
        + script("d", "n = 0")
        + ends("z")
        + E
        + flows("s > f", "f > c > e", "f > a > d > z"),
        "s f a d z c e",
        variables={"n": 0},
    ),
    fragment(
        "a message ends work in a call within a sub-process",
        S
        + sub("i", '<startEvent id="i_s"/><callActivity id="k" calledElement="q"/>' + flows("i_s > k"))
        + boundary("b", "i", message("m"))
        + E
        + flows("s > i > e", "b > e"),
        "s i_s q_s",
        "send answer: b e",
        root=f'<process id="q">{inner("q", "q1")}</process>',
    ),
    fragment(
        "reminders of an activity with several instances belong to the whole",
        S
        + several("a", "2")
        + boundary("b", "a", timer("Cycle", "R/PT1H"), False)
        + ends("z")
        + E
        + flows("s > a > e", "b > z"),
        "s",
        "wait 60: b z",
        "do a: a",
        "wait 60: b z",
        "do a: a e",
        several=False,
    ),
    fragment(
        "two boundaries on one activity, the interrupting one ends the other",
        S
        + user("a", "h")
        + boundary("b1", "a", timer("Cycle", "R/PT1H"), False)
        + boundary("b2", "a", message("m"))
        + ends("z")
        + E
        + flows("s > a > e", "b1 > z", "b2 > h > e"),
        "s",
        "wait 60: b1 z",
        "send answer: b2",
        "wait 600:",
        "do h: h e",
    ),
    fragment(
        "a sub-process goes on while what its event sub-process began goes on",
        S + sub("i", inner("i", "a") + handler(message("m"), False)) + E + flows("s > i > e"),
        "s i_s",
        "send answer: h_s",
        "do a: a i_e",
        "send answer: h_s",
        "do h: h h_e on_h",
        "do h: h h_e on_h i e",
    ),
]

ROUNDS: list[Fragment] = [
    fragment(
        "several instances of several instances",
        S
        + several("i", "2", "", "", "subProcess", '<startEvent id="i_s"/>' + several("a", "2") + flows("i_s > a"))
        + E
        + flows("s > i > e"),
        "s i_s i_s",
        "do a: a",
        "do a: a i",
        "do a: a",
        "do a: a i e",
    ),
    fragment(
        "a completion condition ends sub-processes that still run",
        S
        + several(
            "i",
            "3",
            "",
            "<completionCondition>numberOfCompletedInstances == 1</completionCondition>",
            "subProcess",
            inner("i", "a"),
        )
        + E
        + flows("s > i > e"),
        "s i_s i_s i_s",
        "do a: a i_e i e",
    ),
    fragment(
        "each instance has variables of its own",
        S
        + several(
            "i",
            "names",
            "",
            '<inputDataItem id="one"/>',
            "subProcess",
            '<startEvent id="i_s"/><dataObject id="own"/>'
            + script("a", "own = one")
            + user("c")
            + script("d", "seen = append(seen, own)")
            + flows("i_s > a > c > d"),
        )
        + E
        + flows("s > i > e"),
        "s i_s a i_s a",
        "do c: c d i",
        "do c: c d i e",
        variables={"names": ["x", "y"], "seen": []},
        result={"seen": ["x", "y"], "own": None},
    ),
    fragment(
        "results go through data associations",
        '<dataObject id="people" isCollection="true"/><dataObject id="answers" isCollection="true"/>'
        + S
        + script("a0", "people = ['x', 'y']")
        + several(
            "a",
            "who",
            "",
            '<loopDataOutputRef>said</loopDataOutputRef><inputDataItem id="one"/><outputDataItem id="word"/>',
            "scriptTask",
            "<script>word = upper(one)</script>",
        ).replace(
            "<multi",
            '<ioSpecification><dataInput id="who"/><dataOutput id="said"/><inputSet>'
            "<dataInputRefs>who</dataInputRefs></inputSet>"
            "<outputSet><dataOutputRefs>said</dataOutputRefs></outputSet></ioSpecification>"
            "<dataInputAssociation><sourceRef>people</sourceRef><targetRef>who</targetRef></dataInputAssociation>"
            "<dataOutputAssociation><sourceRef>said</sourceRef><targetRef>answers</targetRef></dataOutputAssociation><multi",
            1,
        )
        + script("b", "shown = answers")
        + E
        + flows("s > a0 > a > b > e"),
        "s a0 a a b e",
        result={"shown": ["X", "Y"]},
    ),
    fragment(
        "a call gives back only what it changed",
        S
        + gate("parallel", "f", "j")
        + '<callActivity id="i" calledElement="q"/>'
        + user("a")
        + E
        + flows("s > f", "f > i > j", "f > a > j", "j > e"),
        "s f q_s",
        "do a n=2: a",
        "do q1 k=5: q1 q_e i j e",
        root=f'<process id="q">{inner("q", "q1")}</process>',
        variables={"n": 1, "k": 0},
        result={"n": 2, "k": 5},
    ),
]

POOLS = (
    '<process id="p2" isExecutable="true"><receiveTask id="r2" messageRef="m" instantiate="true"/></process>'
    '<collaboration id="col"><participant id="pool1" name="one" processRef="p"/>'
    '<participant id="pool2" name="two" processRef="p2"/>'
    '<messageFlow id="mf" sourceRef="t" targetRef="r2"/></collaboration>'
)

DRAWN: list[Fragment] = [
    fragment(
        "two executable pools",
        S + user("a") + throw("t", message("m")) + E + flows("s > a > t > e"),
        "s",
        "do a: a t e",
        root=POOLS,
        alone=True,
    ),
    fragment(
        "lanes",
        '<laneSet id="ls"><lane id="l1" name="front"><flowNodeRef>a</flowNodeRef></lane>'
        '<lane id="l2" name="head"><flowNodeRef>b</flowNodeRef></lane></laneSet>'
        + S
        + user("a", "b")
        + E
        + flows("s > a > b > e"),
        "s",
        "do a: a",
        "do b: b e",
        alone=True,
    ),
    fragment(
        "flows without id",
        S + user("a", "b") + E + re.sub('sequenceFlow id="[^"]*"', "sequenceFlow", flows("s > a > b > e")),
        "s",
        "do a: a",
        "do b: b e",
    ),
    fragment(
        "an event definition that is referred to",
        S
        + catch("c", "<eventDefinitionRef>hour</eventDefinitionRef>")
        + user("a")
        + boundary("b", "a", "<eventDefinitionRef>hour</eventDefinitionRef>")
        + E
        + flows("s > c > a > e", "b > e"),
        "s",
        "wait 60: c",
        "wait 60: b e",
        root='<timerEventDefinition id="hour"><timeDuration>PT1H</timeDuration></timerEventDefinition>',
    ),
    fragment(
        "a message and a signal without a name",
        S + catch("c", message("m0")) + catch("d", signal("sig0")) + E + flows("s > c > d > e"),
        "s",
        "send m0: c",
        "signal sig0: d e",
        root='<message id="m0"/><signal id="sig0"/>',
    ),
    fragment(
        "a process that calls itself until it is enough",
        S
        + script("a", "n = n + 1")
        + gate("exclusive", "x", default="e")
        + '<callActivity id="i" calledElement="p"/>'
        + E
        + flows("s > a > x", "x > i: n < 3", "x > e", "i > e"),
        "s a x s a x s a x e i e i e",
        variables={"n": 0},
        alone=True,
    ),
]

TWICE_AT_ONCE = '<userTask id="a" completionQuantity="2"/>'

AT_ONCE: list[Fragment] = [
    fragment(
        "two tokens in one sub-process are two of it",
        S
        + TWICE_AT_ONCE
        + sub(
            "i",
            '<startEvent id="i_s"/>'
            + gate("parallel", "f")
            + gate("inclusive", "j")
            + user("b", "c")
            + ends("i_e")
            + flows("i_s > f", "f > b > j", "f > c > j", "j > i_e"),
        )
        + boundary("x", "i", message("m"))
        + ends("z", "y")
        + flows("s > a > i > z", "x > y"),
        "s",
        "do a: a i_s f i_s f",
        "do b: b",
        "do b: b",
        "do c: c j i_e i z",
        "send answer: x y",
        several=False,
    ),
    fragment(
        "two tokens in one sub-process hear the same signal",
        S + TWICE_AT_ONCE + sub("i", inner("i", "b") + handler(signal("sig"))) + ends("z") + flows("s > a > i > z"),
        "s",
        "do a: a i_s i_s",
        "signal holiday: h_s h_s",
        "do h: h h_e on_h i z",
        "do h: h h_e on_h i z",
    ),
    fragment(
        "two tokens behind one activity are undone twice",
        S + TWICE_AT_ONCE + user("b") + boundary("cb", "b", UNDO) + '<userTask id="u" isForCompensation="true"/>'
        '<association id="as" sourceRef="cb" targetRef="u"/>'
        + gate("parallel", "f")
        + user("c")
        + throw("t", UNDO)
        + ends("z", "y")
        + flows("s > f", "f > a > b > z", "f > c > t > y"),
        "s f",
        "do a: a",
        "do b: b z",
        "do b: b z",
        "do c: c",
        "do u: u",
        "do u: u t y",
    ),
    fragment(
        "two calls of one process at once",
        S
        + TWICE_AT_ONCE
        + '<callActivity id="i" calledElement="q"/>'
        + boundary("x", "i", ERROR)
        + ends("z", "y")
        + flows("s > a > i > z", "x > y"),
        "s",
        "do a: a q_s q_s",
        "do q1: q1 q_x x y",
        "do q1: q1 q_x x y",
        root=f'<process id="q">{failing("q", "q1")}</process>',
    ),
    fragment(
        "two rounds of one loop at once, each with its own count",
        S + TWICE_AT_ONCE + looped("b", 'testBefore="true"', "loopCounter < 2") + ends("z") + flows("s > a > b > z"),
        "s",
        "do a: a",
        "do b: b",
        "do b: b",
        "do b: b z",
        "do b: b z",
    ),
    fragment(
        "two event gateways at once: each message moves one",
        S
        + TWICE_AT_ONCE
        + '<eventBasedGateway id="g"/>'
        + catch("c", message("m"))
        + catch("d", timer("Duration", "PT1H"))
        + ends("z", "y")
        + flows("s > a > g", "g > c > z", "g > d > y"),
        "s",
        "do a: a",
        "send answer: g c z",
        "wait 60: g d y",
        several=False,
    ),
]

CORNERS = [*DRAWN, *AT_ONCE, *JOINS, *ENDING, *ERRORS, *ESCALATIONS, *LISTENING, *ROUNDS]
