"""Activities (BPMN 2.0.2, 10.3, 13.3.2 to 13.3.7) and data (10.4)."""

from __future__ import annotations

from tests.engine.bpmn.drawings.drawing import E, S, boundary, flows, message, script, timer, user
from tests.engine.bpmn.drawings.fragments_flows import catch, ends, gate
from tests.engine.bpmn.drawings.matrix import Fragment, fragment

ERROR = '<errorEventDefinition errorRef="err"/>'
ESCALATION = '<escalationEventDefinition escalationRef="esc"/>'


def service(task_id: str) -> str:
    """A service task."""
    return (
        f'<serviceTask id="{task_id}"><extensionElements><spiffworkflow:serviceTaskOperator id="x"/>'
        "</extensionElements></serviceTask>"
    )


def sub(name: str, content: str, attributes: str = "", tag: str = "subProcess") -> str:
    """A sub-process of any kind."""
    return f'<{tag} id="{name}" {attributes}>{content}</{tag}>'


def inner(name: str, *tasks: str, body: str = "") -> str:
    """A start event, these tasks in a line, an end event; ids carry the name of the sub-process."""
    path = " > ".join([f"{name}_s", *tasks, f"{name}_e"])
    return f'<startEvent id="{name}_s"/>{body or user(*tasks)}{ends(f"{name}_e")}' + flows(path)


def looped(task_id: str, attributes: str, condition: str = "", tag: str = "userTask", content: str = "") -> str:
    """An activity with a standard loop."""
    written = f"<loopCondition><![CDATA[{condition}]]></loopCondition>" if condition else ""
    loop = f"<standardLoopCharacteristics {attributes}>{written}</standardLoopCharacteristics>"
    return f'<{tag} id="{task_id}">{loop}{content}</{tag}>'


def several(
    task_id: str, number: str, attributes: str = "", more: str = "", tag: str = "userTask", content: str = ""
) -> str:
    """An activity with several instances; ``number`` is a number, or the id of a list."""
    how_many = f"<loopCardinality>{number}</loopCardinality>"
    if not number.isdigit():
        how_many = f"<loopDataInputRef>{number}</loopDataInputRef>"
    loop = f"<multiInstanceLoopCharacteristics {attributes}>{how_many}{more}</multiInstanceLoopCharacteristics>"
    return f'<{tag} id="{task_id}">{loop}{content}</{tag}>'


SEQUENTIAL = 'isSequential="true"'
COUNT = "<script>n = n + 1</script>"

TASKS: list[Fragment] = [
    fragment("user task", S + user("a") + E + flows("s > a > e"), "s", "do a: a e"),
    fragment("manual task", S + '<manualTask id="a"/>' + E + flows("s > a > e"), "s", "do a: a e"),
    fragment("plain task", S + '<task id="a"/>' + E + flows("s > a > e"), "s", "do a: a e"),
    fragment(
        "script task",
        S + script("a", "n = n * 2") + E + flows("s > a > e"),
        "s a e",
        variables={"n": 4},
        result={"n": 8},
    ),
    fragment("service task", S + service("a") + E + flows("s > a > e"), "s", "answer a: a e"),
    fragment(
        "service task that ends in an error",
        S + service("a") + boundary("b", "a", ERROR) + user("h") + E + flows("s > a > e", "b > h > e"),
        "s",
        "fail a E1: b",
        "do h: h e",
    ),
    fragment("send task", S + '<sendTask id="a" messageRef="m"/>' + E + flows("s > a > e"), "s a e"),
    fragment(
        "receive task", S + '<receiveTask id="a" messageRef="m"/>' + E + flows("s > a > e"), "s", "send answer: a e"
    ),
    fragment(
        "receive task that begins the process",
        '<receiveTask id="a" messageRef="m" instantiate="true"/>' + user("b") + E + flows("a > b > e"),
        "a",
        "do b: b e",
        start="a",
        alone=True,
    ),
    fragment(
        "call activity",
        S + '<callActivity id="a" calledElement="q"/>' + E + flows("s > a > e"),
        "s q_s",
        "do q1: q1 q_e a e",
        root=f'<process id="q">{inner("q", "q1")}</process>',
    ),
    fragment(
        "call activity of a process without start and end",
        S + '<callActivity id="a" calledElement="q"/>' + E + flows("s > a > e"),
        "s",
        "do q1: q1",
        "do q2: q2 a e",
        root=f'<process id="q">{user("q1", "q2")}</process>',
    ),
    fragment(
        "call activity of a global task",
        S + '<callActivity id="a" calledElement="q"/>' + E + flows("s > a > e"),
        "s",
        "do q: q a e",
        root='<globalUserTask id="q"/>',
    ),
    fragment(
        "script that raises an error",
        S
        + script("a", "bpmn_error('E1')")
        + boundary("b", "a", ERROR)
        + user("h")
        + E
        + flows("s > a > e", "b > h > e"),
        "s b",
        "do h: h e",
    ),
]

SCOPES: list[Fragment] = [
    fragment("sub-process", S + sub("i", inner("i", "a")) + E + flows("s > i > e"), "s i_s", "do a: a i_e i e"),
    fragment(
        "sub-process without start and end",
        S + sub("i", user("a", "b")) + E + flows("s > i > e"),
        "s",
        "do b: b",
        "do a: a i e",
    ),
    fragment(
        "sub-process with two tokens at its end",
        S
        + sub("i", '<startEvent id="i_s"/>' + user("a", "b") + ends("i_e") + flows("i_s > a > i_e", "i_s > b > i_e"))
        + E
        + flows("s > i > e"),
        "s i_s",
        "do a: a i_e",
        "do b: b i_e i e",
    ),
    fragment(
        "transaction that is done",
        S + sub("i", inner("i", "a"), tag="transaction") + E + flows("s > i > e"),
        "s i_s",
        "do a: a i_e i e",
    ),
    fragment(
        "ad-hoc sub-process, parallel",
        S + sub("i", user("a", "b", "c") + flows("a > b"), tag="adHocSubProcess") + E + flows("s > i > e"),
        "s",
        "do c: c",
        "do a: a",
        "do b: b i e",
    ),
    fragment(
        "ad-hoc sub-process, sequential",
        S + sub("i", user("a", "b"), 'ordering="Sequential"', "adHocSubProcess") + E + flows("s > i > e"),
        "s",
        "do a: a",
        "do b: b i e",
    ),
    fragment(
        "ad-hoc sub-process with a condition, the rest cancelled",
        S
        + sub("i", user("a", "b") + "<completionCondition>n == 1</completionCondition>", tag="adHocSubProcess")
        + E
        + flows("s > i > e"),
        "s",
        "do b n=1: b i e",
        variables={"n": 0},
    ),
    fragment(
        "ad-hoc sub-process with a condition, the rest carried on",
        S
        + sub(
            "i",
            user("a", "b") + "<completionCondition>n == 1</completionCondition>",
            'cancelRemainingInstances="false"',
            "adHocSubProcess",
        )
        + E
        + flows("s > i > e"),
        "s",
        "do b n=1: b",
        "do a: a i e",
        variables={"n": 0},
    ),
    fragment(
        "ad-hoc sub-process, sequential, again until the condition holds",
        S
        + sub(
            "i",
            user("a", "b") + "<completionCondition>n == 1</completionCondition>",
            'ordering="Sequential"',
            "adHocSubProcess",
        )
        + E
        + flows("s > i > e"),
        "s",
        "do a: a",
        "do b: b",
        "do a n=1: a i e",
        variables={"n": 0},
    ),
]

LOOPS: list[Fragment] = [
    fragment(
        "loop that tests after",
        S + looped("a", "", "again") + E + flows("s > a > e"),
        "s",
        "do a again=True: a",
        "do a again=False: a e",
        variables={"again": True},
    ),
    fragment(
        "loop that tests before, not once",
        S + looped("a", 'testBefore="true"', "again") + E + flows("s > a > e"),
        "s e",
        variables={"again": False},
    ),
    fragment(
        "loop that tests before, with a maximum",
        S + looped("a", 'testBefore="true" loopMaximum="2"', "n >= 0", "scriptTask", COUNT) + E + flows("s > a > e"),
        "s a a e",
        variables={"n": 0},
        result={"n": 2},
    ),
    fragment(
        "loop that tests after, with a maximum of one",
        S + looped("a", 'loopMaximum="1"', "n >= 0", "scriptTask", COUNT) + E + flows("s > a > e"),
        "s a e",
        variables={"n": 0},
    ),
    fragment(
        "loop that counts its rounds",
        S + looped("a", 'testBefore="true"', "loopCounter < 3", "scriptTask", COUNT) + E + flows("s > a > e"),
        "s a a a e",
        variables={"n": 0},
        result={"n": 3},
    ),
    fragment(
        "loop of a sub-process",
        S + looped("i", 'loopMaximum="2"', "", "subProcess", inner("i", "a")) + E + flows("s > i > e"),
        "s i_s",
        "do a: a i_e i i_s",
        "do a: a i_e i e",
    ),
    fragment(
        "loop of a call",
        S
        + looped("i", 'loopMaximum="2"', "", "callActivity").replace('id="i"', 'id="i" calledElement="q"')
        + E
        + flows("s > i > e"),
        "s",
        "do q1: q1 i",
        "do q1: q1 i e",
        root=f'<process id="q">{user("q1")}</process>',
    ),
    fragment(
        "several instances side by side",
        S + several("a", "3") + E + flows("s > a > e"),
        "s",
        "do a: a",
        "do a: a",
        "do a: a e",
    ),
    fragment(
        "several instances in turn",
        S + several("a", "2", SEQUENTIAL) + E + flows("s > a > e"),
        "s",
        "do a: a",
        "do a: a e",
    ),
    fragment("no instance side by side", S + several("a", "0") + E + flows("s > a > e"), "s e"),
    fragment("no instance in turn", S + several("a", "0", SEQUENTIAL) + E + flows("s > a > e"), "s e"),
    fragment(
        "an instance for each entry of a list",
        S
        + several(
            "a",
            "names",
            "",
            '<loopDataOutputRef>told</loopDataOutputRef><inputDataItem id="one"/><outputDataItem id="said"/>',
            "scriptTask",
            "<script>said = one + text(loopCounter)</script>",
        )
        + E
        + flows("s > a > e"),
        "s a a a e",
        variables={"names": ["x", "y", "z"]},
        result={"told": ["x1", "y2", "z3"]},
    ),
    fragment(
        "a completion condition ends the other instances",
        S
        + several("a", "3", "", "<completionCondition>numberOfCompletedInstances == 2</completionCondition>")
        + E
        + flows("s > a > e"),
        "s",
        "do a: a",
        "do a: a e",
    ),
    fragment(
        "a completion condition begins no further instance",
        S
        + several("a", "3", SEQUENTIAL, "<completionCondition>loopCounter == 2</completionCondition>")
        + E
        + flows("s > a > e"),
        "s",
        "do a: a",
        "do a: a e",
    ),
    fragment(
        "several instances of a sub-process",
        S + several("i", "2", "", "", "subProcess", inner("i", "a", "b")) + E + flows("s > i > e"),
        "s i_s i_s",
        "do a: a",
        "do b: b i_e i",
        "do a: a",
        "do b: b i_e i e",
    ),
    fragment(
        "several instances of a call",
        S
        + several("i", "2", "", "", "callActivity").replace('id="i"', 'id="i" calledElement="q"')
        + E
        + flows("s > i > e"),
        "s",
        "do q1: q1 i",
        "do q1: q1 i e",
        root=f'<process id="q">{user("q1")}</process>',
    ),
    fragment(
        "several receive tasks",
        S
        + several("a", "2", "", "", "receiveTask").replace('id="a"', 'id="a" messageRef="m"')
        + E
        + flows("s > a > e"),
        "s",
        "send answer: a",
        "send answer: a e",
    ),
    fragment(
        "several service calls",
        S
        + several("a", "2", "", "", "serviceTask").replace('id="a"', 'id="a" implementation="x"')
        + E
        + flows("s > a > e"),
        "s",
        "answer a: a",
        "answer a: a e",
    ),
    *(
        fragment(
            f"several instances throw {behavior}",
            S
            + several("a", "3", f'behavior="{behavior}" {attribute}', more)
            + boundary("b", "a", ESCALATION, False)
            + ends("z")
            + E
            + flows("s > a > e", "b > z"),
            "s",
            f"do a: a {'b z' if 1 in times else ''}",
            f"do a: a {'b z' if 2 in times else ''}",
            f"do a: a e {'b z' if 3 in times else ''}",
            root='<escalationEventDefinition id="def" escalationRef="esc"/>',
        )
        for behavior, attribute, more, times in (
            ("None", 'noneBehaviorEventRef="def"', "", {1, 2, 3}),
            ("One", 'oneBehaviorEventRef="def"', "", {1}),
            ("All", "", "", set[int]()),
            (
                "Complex",
                "",
                "<complexBehaviorDefinition><condition>numberOfCompletedInstances == 2</condition>"
                f'<event id="th">{ESCALATION}</event></complexBehaviorDefinition>',
                {2},
            ),
        )
    ),
    fragment(
        "several instances interrupted as a whole",
        S
        + several("a", "3")
        + boundary("b", "a", timer("Duration", "PT1H"))
        + user("h")
        + E
        + flows("s > a > e", "b > h > e"),
        "s",
        "do a: a",
        "wait 60: b",
        "do h: h e",
    ),
    fragment(
        "an error of one instance ends them all",
        S
        + several(
            "i",
            "3",
            "",
            "",
            "subProcess",
            '<startEvent id="i_s"/>' + user("a") + f'<endEvent id="i_e">{ERROR}</endEvent>' + flows("i_s > a > i_e"),
        )
        + boundary("b", "i", ERROR)
        + user("h")
        + E
        + flows("s > i > e", "b > h > e"),
        "s i_s i_s i_s",
        "do a: a i_e b",
        "do h: h e",
    ),
]

QUANTITIES: list[Fragment] = [
    fragment(
        "start quantity",
        S
        + gate("parallel", "f")
        + user("x", "y")
        + '<userTask id="a" startQuantity="2"/>'
        + E
        + flows("s > f", "f > x > a", "f > y > a", "a > e"),
        "s f",
        "do x: x",
        "do y: y",
        "do a: a e",
    ),
    fragment(
        "completion quantity",
        S + '<userTask id="a" completionQuantity="3"/>' + script("b", "x = 1") + E + flows("s > a > b > e"),
        "s",
        "do a: a b b b e e e",
    ),
    fragment(
        "completion quantity feeds a start quantity",
        S + '<userTask id="a" completionQuantity="3"/><userTask id="b" startQuantity="3" completionQuantity="2"/>'
        '<scriptTask id="c" startQuantity="2"><script>x = 1</script></scriptTask>' + E + flows("s > a > b > c > e"),
        "s",
        "do a: a",
        "do b: b c e",
    ),
]

ASSOCIATED = (
    '<ioSpecification><dataInput id="asked"/><dataOutput id="said"/><inputSet><dataInputRefs>asked</dataInputRefs>'
    "</inputSet><outputSet><dataOutputRefs>said</dataOutputRefs></outputSet></ioSpecification>"
    "<dataInputAssociation><sourceRef>question</sourceRef><targetRef>asked</targetRef>{0}</dataInputAssociation>"
    "<dataOutputAssociation><sourceRef>said</sourceRef><targetRef>reply</targetRef></dataOutputAssociation>"
    "<script>said = asked + '!'</script>"
)

DATA: list[Fragment] = [
    fragment(
        "data objects and associations",
        '<dataObject id="question"/><dataObject id="reply"/>'
        + S
        + script("a0", "question = 'why'")
        + f'<scriptTask id="a">{ASSOCIATED.format("")}</scriptTask>'
        + script("b", "shown = reply")
        + E
        + flows("s > a0 > a > b > e"),
        "s a0 a b e",
        result={"shown": "why!"},
    ),
    fragment(
        "an association with a transformation",
        '<dataObject id="question"/><dataObject id="reply"/>'
        + S
        + script("a0", "question = 'why'")
        + f'<scriptTask id="a">{ASSOCIATED.format("<transformation>upper(question)</transformation>")}</scriptTask>'
        + script("b", "shown = reply")
        + E
        + flows("s > a0 > a > b > e"),
        "s a0 a b e",
        result={"shown": "WHY!"},
    ),
    fragment(
        "an association with assignments",
        '<dataObject id="question"/><dataObject id="reply"/>'
        + S
        + script("a0", "question = 'why'")
        + '<scriptTask id="a">'
        + ASSOCIATED.format("<assignment><from>question + '?'</from><to>asked</to></assignment>")
        + "</scriptTask>"
        + script("b", "shown = reply")
        + E
        + flows("s > a0 > a > b > e"),
        "s a0 a b e",
        result={"shown": "why?!"},
    ),
    fragment(
        "a data object of a sub-process is gone after it",
        S
        + sub(
            "i",
            '<startEvent id="i_s"/><dataObject id="note"/>'
            + script("a", "note = 'in'\nseen = note")
            + flows("i_s > a"),
        )
        + E
        + flows("s > i > e"),
        "s i_s a i e",
        result={"seen": "in", "note": None},
    ),
    fragment(
        "a property",
        '<property id="memo"/>'
        + S
        + script("a", "memo = 5")
        + script("b", "shown = memo + 1")
        + E
        + flows("s > a > b > e"),
        "s a b e",
        result={"shown": 6},
        several=False,
        flat=False,
    ),
    fragment(
        "a message's content goes to a data object",
        '<dataObject id="reply"/>'
        + S
        + catch(
            "c",
            '<dataOutput id="said"/><dataOutputAssociation><sourceRef>said</sourceRef><targetRef>reply</targetRef>'
            "</dataOutputAssociation>" + message("m"),
        )
        + script("b", "shown = reply")
        + E
        + flows("s > c > b > e"),
        "s",
        "send answer said='yes': c b e",
        result={"shown": "yes"},
    ),
]

ACTIVITIES = [*TASKS, *SCOPES, *LOOPS, *QUANTITIES, *DATA]
