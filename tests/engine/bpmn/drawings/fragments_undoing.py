"""Compensation and transactions (BPMN 2.0.2, 10.7, 13.3.3 and 13.5.5)."""

from __future__ import annotations

from tests.engine.bpmn.drawings.drawing import E, S, boundary, flows, message, script, user
from tests.engine.bpmn.drawings.fragments_activities import ERROR, looped, several, sub
from tests.engine.bpmn.drawings.fragments_events import end, throw
from tests.engine.bpmn.drawings.fragments_flows import ends, gate
from tests.engine.bpmn.drawings.matrix import Fragment, fragment

UNDO = "<compensateEventDefinition/>"
CANCEL = "<cancelEventDefinition/>"
LOG: dict[str, list[str]] = {"log": []}


def undo(reference: str) -> str:
    """The compensation of one activity."""
    return f'<compensateEventDefinition activityRef="{reference}"/>'


def undoable(name: str, task: str | None = None) -> str:
    """An activity whose compensation handler notes its name."""
    handler = script(f"u_{name}", f"log = append(log, '{name}')")
    handler = handler.replace("<scriptTask", '<scriptTask isForCompensation="true"')
    joined = f'<association id="as_{name}" sourceRef="b_{name}" targetRef="u_{name}"/>'
    return (task or script(name, "x = 1")) + boundary(f"b_{name}", name, UNDO) + handler + joined


def on_undo(name: str, expression: str, *more: str) -> str:
    """A compensation event sub-process that notes what the expression gives."""
    content = f'<startEvent id="{name}_hs">{UNDO}</startEvent>' + script(
        f"{name}_h", f"log = append(log, {expression})"
    )
    content += "".join(more) + flows(" > ".join([f"{name}_hs", f"{name}_h", *(f"{name}_ht" for _ in more)]))
    return sub(f"{name}_on", content, 'triggeredByEvent="true"')


def marked(body: str) -> str:
    """The same, with the mark for compensation at its event sub-processes, which some tools set."""
    return body.replace('triggeredByEvent="true"', 'triggeredByEvent="true" isForCompensation="true"')


def scope(name: str, *inside: str, body: str, **more: str) -> str:
    """A sub-process that passes the activities ``inside`` in a line."""
    return sub(name, f'<startEvent id="{name}_s"/>' + body + flows(" > ".join([f"{name}_s", *inside])), **more)


COMPENSATION: list[Fragment] = [
    fragment(
        "an event sub-process that is marked for compensation is begun by its event",
        S
        + scope("i", "a", body=script("a", "x = 1") + marked(on_undo("i", "'i'")))
        + throw("t", undo("i"))
        + E
        + flows("s > i > t > e"),
        "s i_s a i i_hs i_h i_on t e",
        variables=LOG,
        result={"log": ["i"]},
    ),
    fragment(
        "a person repairs in an event sub-process that is marked for compensation",
        S
        + scope("i", "a", body=user("a") + marked(on_undo("i", "'i'", user("i_ht"))))
        + throw("t", undo("i"))
        + E
        + flows("s > i > t > e"),
        "s i_s",
        "do a: a i i_hs i_h",
        "do i_ht: i_ht i_on t e",
        variables=LOG,
    ),
    fragment(
        "what was done is undone, latest first",
        S + undoable("a") + undoable("b") + throw("t", UNDO) + E + flows("s > a > b > t > e"),
        "s a b u_b u_a t e",
        variables=LOG,
        result={"log": ["b", "a"]},
    ),
    fragment(
        "one activity is undone",
        S + undoable("a") + undoable("b") + throw("t", undo("a")) + E + flows("s > a > b > t > e"),
        "s a b u_a t e",
        variables=LOG,
    ),
    fragment(
        "nothing is undone twice",
        S + undoable("a") + throw("t", UNDO) + throw("t2", UNDO) + E + flows("s > a > t > t2 > e"),
        "s a u_a t t2 e",
        variables=LOG,
    ),
    fragment(
        "two activities are undone by one event, one after the other",
        S + undoable("a") + user("c") + boundary("b", "c", UNDO) + '<userTask id="h" isForCompensation="true"/>'
        '<association id="as" sourceRef="b" targetRef="h"/>'
        + throw("t", undo("c") + undo("a"))
        + E
        + flows("s > a > c > t > e"),
        "s a",
        "do c: c",
        "do h: h u_a t e",
        variables=LOG,
    ),
    fragment(
        "what is not done is not undone",
        S
        + gate("parallel", "f")
        + undoable("a", user("a"))
        + throw("t", undo("a"))
        + ends("z")
        + E
        + flows("s > f", "f > a > e", "f > t > z"),
        "s f t z",
        "do a: a e",
        variables=LOG,
        flat=False,
    ),
    fragment(
        "what was done in a loop is undone each time",
        S
        + gate("exclusive", "k1")
        + undoable("a", user("a"))
        + gate("exclusive", "x", default="t")
        + throw("t", UNDO)
        + E
        + flows("s > k1 > a > x", "x > k1: again", "x > t > e"),
        "s k1",
        "do a again=True: a x k1",
        "do a again=False: a x u_a u_a t e",
        variables={"log": [], "again": True},
        result={"log": ["a", "a"]},
    ),
    fragment(
        "a handler is called once for a looping activity",
        S + undoable("a", looped("a", 'loopMaximum="2"')) + throw("t", UNDO) + E + flows("s > a > t > e"),
        "s",
        "do a: a",
        "do a: a u_a t e",
        variables=LOG,
    ),
    fragment(
        "a handler is called once for several instances",
        S + undoable("a", several("a", "2")) + throw("t", UNDO) + E + flows("s > a > t > e"),
        "s",
        "do a: a",
        "do a: a u_a t e",
        variables=LOG,
    ),
    fragment(
        "a handler of a sub-process stands for what was done inside",
        S + undoable("i", scope("i", "a", body=undoable("a"))) + throw("t", UNDO) + E + flows("s > i > t > e"),
        "s i_s a i u_i t e",
        variables=LOG,
    ),
    fragment(
        "what was done in a sub-process is undone with it",
        S
        + scope("i", "a", "b", body=undoable("a") + undoable("b"))
        + throw("t", undo("i"))
        + E
        + flows("s > i > t > e"),
        "s i_s a b i u_b u_a t e",
        variables=LOG,
        result={"log": ["b", "a"]},
    ),
    fragment(
        "a sub-process that still runs is not undone",
        S
        + gate("parallel", "f")
        + scope("i", "a", "b", body=undoable("a") + user("b"))
        + user("u")
        + throw("t", UNDO)
        + ends("z")
        + E
        + flows("s > f", "f > i > e", "f > u > t > z"),
        "s f i_s a",
        "do u: u t z",
        "do b: b i e",
        variables=LOG,
        flat=False,
    ),
    fragment(
        "compensation in a sub-process undoes only what was done there",
        S + undoable("a") + scope("i", "b", "t", body=undoable("b") + throw("t", UNDO)) + E + flows("s > a > i > e"),
        "s a i_s b u_b t i e",
        variables=LOG,
    ),
    fragment(
        "an event sub-process undoes its sub-process",
        S
        + scope("i", "a", body=undoable("a") + on_undo("i", "'i'", throw("i_ht", UNDO)))
        + throw("t", UNDO)
        + E
        + flows("s > i > t > e"),
        "s i_s a i i_hs i_h u_a i_ht i_on t e",
        variables=LOG,
        result={"log": ["i", "a"]},
    ),
    fragment(
        "an event sub-process for each instance, with its data",
        S
        + several(
            "i",
            "2",
            'isSequential="true"',
            "",
            "subProcess",
            '<startEvent id="i_s"/><dataObject id="note"/>'
            + script("a", "note = loopCounter * 10")
            + flows("i_s > a")
            + on_undo("i", "note"),
        )
        + throw("t", UNDO)
        + E
        + flows("s > i > t > e"),
        "s i_s a i i_s a i i_hs i_h i_on i_hs i_h i_on t e",
        variables=LOG,
        result={"log": [20, 10]},
    ),
    fragment(
        "an event sub-process for each round, with its data",
        S
        + looped(
            "i",
            'loopMaximum="2"',
            "",
            "subProcess",
            '<startEvent id="i_s"/><dataObject id="note"/>'
            + script("a", "note = loopCounter")
            + flows("i_s > a")
            + on_undo("i", "note"),
        )
        + throw("t", UNDO)
        + E
        + flows("s > i > t > e"),
        "s i_s a i i_s a i i_hs i_h i_on i_hs i_h i_on t e",
        variables=LOG,
        result={"log": [2, 1]},
    ),
    fragment(
        "a handler that is a sub-process",
        S
        + user("a")
        + boundary("b", "a", UNDO)
        + scope("h", "h1", body=user("h1"), attributes='isForCompensation="true"')
        + '<association id="as" sourceRef="b" targetRef="h"/>'
        + throw("t", UNDO)
        + E
        + flows("s > a > t > e"),
        "s",
        "do a: a h_s",
        "do h1: h1 h t e",
    ),
    fragment(
        "compensation that is not waited for",
        S + user("a") + boundary("b", "a", UNDO) + '<userTask id="h" isForCompensation="true"/>'
        '<association id="as" sourceRef="b" targetRef="h"/>'
        + throw("t", '<compensateEventDefinition waitForCompletion="false"/>')
        + user("c")
        + E
        + flows("s > a > t > c > e"),
        "s",
        "do a: a t",
        "do h: h",
        "do c: c e",
    ),
    fragment(
        "an inclusive join does not wait for compensation that nobody waits for",
        S
        + gate("parallel", "f")
        + gate("inclusive", "j")
        + user("a", "d")
        + boundary("b", "a", UNDO)
        + '<userTask id="h" isForCompensation="true"/><association id="as" sourceRef="b" targetRef="h"/>'
        + throw("t", '<compensateEventDefinition waitForCompletion="false"/>')
        + ends("z")
        + flows("s > f", "f > a > t > j", "f > d > j", "j > z"),
        "s f",
        "do a: a t",
        "do d: d j z",
        "do h: h",
    ),
    fragment(
        "an end event undoes before it ends",
        S + user("a") + boundary("b", "a", UNDO) + '<userTask id="h" isForCompensation="true"/>'
        '<association id="as" sourceRef="b" targetRef="h"/>' + end("t", UNDO) + flows("s > a > t"),
        "s",
        "do a: a t",
        "do h: h",
    ),
    fragment(
        "an error handler undoes its scope",
        S
        + undoable("a")
        + user("c")
        + end("x", ERROR)
        + flows("s > a > c > x")
        + sub(
            "on_x",
            f'<startEvent id="h_s">{ERROR}</startEvent>' + throw("h_t", UNDO) + flows("h_s > h_t"),
            'triggeredByEvent="true"',
        ),
        "s a",
        "do c: c x h_s u_a h_t on_x",
        variables=LOG,
    ),
    fragment(
        "what was done in a call is undone with it",
        S + '<callActivity id="i" calledElement="q"/>' + throw("t", UNDO) + E + flows("s > i > t > e"),
        "s q_s",
        "do q1: q1 i",
        "do qh: qh t e",
        root='<process id="q"><startEvent id="q_s"/>'
        + user("q1")
        + boundary("q_b", "q1", UNDO)
        + '<userTask id="qh" isForCompensation="true"/>'
        + flows("q_s > q1")
        + '<association id="q_as" sourceRef="q_b" targetRef="qh"/></process>',
    ),
]


def transaction(name: str, *inside: str, body: str, loop: str = "") -> str:
    """A transaction that passes the elements ``inside`` in a line."""
    return sub(
        name,
        loop + f'<startEvent id="{name}_s"/>' + body + flows(" > ".join([f"{name}_s", *inside])),
        tag="transaction",
    )


CANCELLED = boundary("b", "i", CANCEL) + user("h") + E + flows("s > i > e", "b > h > e")
TWO = "<multiInstanceLoopCharacteristics{}><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"

TRANSACTIONS: list[Fragment] = [
    fragment(
        "a cancelled transaction is undone",
        S
        + transaction("i", "a", "a2", "c", "x", body=undoable("a") + undoable("a2") + user("c") + end("x", CANCEL))
        + CANCELLED,
        "s i_s a a2",
        "do c: c x u_a2 u_a b",
        "do h: h e",
        variables=LOG,
        result={"log": ["a2", "a"]},
    ),
    fragment(
        "cancelling stops what goes on beside",
        S
        + transaction("i", "c", "x", body=user("c", "c2") + end("x", CANCEL) + flows("i_s > c2").replace("flow_", "g_"))
        + CANCELLED,
        "s i_s",
        "do c: c x b",
        "do h: h e",
    ),
    fragment(
        "cancelling from a sub-process undoes the whole transaction",
        S
        + transaction(
            "i",
            "a",
            "k",
            body=undoable("a") + scope("k", "a2", "c", "x", body=undoable("a2") + user("c") + end("x", CANCEL)),
        )
        + CANCELLED,
        "s i_s a k_s a2",
        "do c: c x u_a2 u_a b",
        "do h: h e",
        variables=LOG,
        result={"log": ["a2", "a"]},
    ),
    fragment(
        "cancelling from one of several sub-processes",
        S
        + transaction(
            "i",
            "a",
            "k",
            body=undoable("a")
            + several(
                "k",
                "2",
                "",
                "",
                "subProcess",
                '<startEvent id="k_s"/>' + user("c") + end("x", CANCEL) + flows("k_s > c > x"),
            ),
        )
        + CANCELLED,
        "s i_s a k_s k_s",
        "do c: c x u_a b",
        "do h: h e",
        variables=LOG,
    ),
    fragment(
        "cancelling one of several transactions cancels the activity",
        S
        + transaction("i", "a", "c", "x", body=undoable("a") + user("c") + end("x", CANCEL), loop=TWO.format(""))
        + CANCELLED,
        "s i_s i_s a a",
        "do c: c x u_a u_a b",
        "do h: h e",
        variables=LOG,
    ),
    fragment(
        "cancelling the inner of two transactions",
        S
        + transaction(
            "o",
            "a",
            "i",
            "d",
            body=undoable("a")
            + user("d")
            + transaction("i", "a2", "c", "x", body=undoable("a2") + user("c") + end("x", CANCEL))
            + boundary("b", "i", CANCEL)
            + ends("z")
            + flows("b > z").replace("flow_", "g_"),
        )
        + E
        + flows("s > o > e"),
        "s o_s a i_s a2",
        "do c: c x u_a2 b z o e",
        variables=LOG,
    ),
    fragment(
        "an error leaves a transaction without undoing it",
        S
        + transaction("i", "a", "c", "x", body=undoable("a") + user("c") + end("x", ERROR))
        + boundary("b", "i", ERROR)
        + user("h")
        + E
        + flows("s > i > e", "b > h > e"),
        "s i_s a",
        "do c: c x b",
        "do h: h e",
        variables=LOG,
    ),
    fragment(
        "a transaction that was done is undone by compensation",
        S + transaction("i", "a", body=undoable("a")) + user("c") + throw("t", UNDO) + E + flows("s > i > c > t > e"),
        "s i_s a i",
        "do c: c u_a t e",
        variables=LOG,
    ),
    fragment(
        "a message cancels nothing that is undoing itself",
        S
        + transaction(
            "i",
            "a",
            "c",
            "x",
            body=user("a")
            + boundary("ab", "a", UNDO)
            + '<userTask id="ah" isForCompensation="true"/><association id="as" sourceRef="ab" targetRef="ah"/>'
            + user("c")
            + end("x", CANCEL),
        )
        + boundary("b2", "i", message("m"))
        + flows("b2 > e").replace("flow_", "g_")
        + CANCELLED,
        "s i_s",
        "do a: a",
        "do c: c x",
        "do ah: ah b",
        "do h: h e",
    ),
]

UNDOING = [*COMPENSATION, *TRANSACTIONS]
