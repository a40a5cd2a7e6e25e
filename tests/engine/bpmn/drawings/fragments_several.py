"""Events that throw several things at once: all of them occur, until one has ended the scope (2.0.2, 10.5.3).

What a scope holds ends when an error, or an escalation or signal that interrupts, takes it away (13.5.3). The event
that threw it is part of that: what it would have thrown after it does not occur.
"""

from __future__ import annotations

from tests.engine.bpmn.drawings.drawing import E, S, boundary, flows, signal, user
from tests.engine.bpmn.drawings.fragments_activities import ERROR, ESCALATION, several, sub
from tests.engine.bpmn.drawings.fragments_corners import OTHER_ERROR
from tests.engine.bpmn.drawings.fragments_events import TERMINATE, end, handler, throw
from tests.engine.bpmn.drawings.fragments_flows import ends
from tests.engine.bpmn.drawings.fragments_undoing import CANCEL, LOG, UNDO, undoable
from tests.engine.bpmn.drawings.matrix import Fragment, fragment

OTHER_ESCALATION = '<escalationEventDefinition escalationRef="esc2"/>'
SIGNAL = signal("sig")


def two_scopes(event: str, inner: str, outer: str, more: str = "", **drawn: object) -> str:
    """The event ``x`` in a sub-process ``i`` in a sub-process ``o``, and who catches on the border of which.

    ``hi`` follows what is caught at ``i``, ``ho`` what is caught at ``o``; ``c`` follows an intermediate event.
    """
    path = "i_s > a > x > c" if "intermediateThrow" in event else "i_s > a > x"
    after = user("c") if path.endswith("c") else ""
    content = '<startEvent id="i_s"/>' + user("a") + after + event + more + flows(path)
    body = '<startEvent id="o_s"/>' + sub("i", content, tag=str(drawn.get("tag", "subProcess")))
    arrows = ["o_s > i > o_e", "bi > hi > o_e"] if inner else ["o_s > i > o_e"]
    body += boundary("bi", "i", inner, bool(drawn.get("inner_interrupts", True))) + user("hi") if inner else ""
    body += ends("o_e") + flows(*arrows)
    around = boundary("bo", "o", outer, bool(drawn.get("outer_interrupts", True))) + user("ho")
    return S + sub("o", body) + around + E + flows("s > o > e", "bo > ho > e")


INNER = ("do hi: hi o_e o e",)
OUTER = ("do ho: ho e",)

ENDS: list[Fragment] = [
    fragment(
        "of two errors the first ends both scopes",
        two_scopes(end("x", ERROR + OTHER_ERROR), OTHER_ERROR, ERROR),
        "s o_s i_s",
        "do a: a x bo",
        *OUTER,
    ),
    fragment(
        "of two errors the first ends the inner scope",
        two_scopes(end("x", OTHER_ERROR + ERROR), OTHER_ERROR, ERROR),
        "s o_s i_s",
        "do a: a x bi",
        *INNER,
    ),
    fragment(
        "an escalation that ends both scopes comes before an error",
        two_scopes(end("x", ERROR + ESCALATION), ERROR, ESCALATION),
        "s o_s i_s",
        "do a: a x bo",
        *OUTER,
    ),
    fragment(
        "an escalation that ends the inner scope comes before an error",
        two_scopes(end("x", ESCALATION + ERROR), ESCALATION, ERROR),
        "s o_s i_s",
        "do a: a x bi",
        *INNER,
    ),
    fragment(
        "an escalation that ends nothing and an error",
        two_scopes(end("x", ESCALATION + ERROR), ERROR, ESCALATION, outer_interrupts=False),
        "s o_s i_s",
        "do a: a x bo bi",
        "do ho: ho e",
        "do hi: hi o_e o e",
    ),
    fragment(
        "of two escalations the first ends both scopes",
        two_scopes(end("x", ESCALATION + OTHER_ESCALATION), OTHER_ESCALATION, ESCALATION),
        "s o_s i_s",
        "do a: a x bo",
        *OUTER,
    ),
    fragment(
        "of two escalations the first ends the inner scope",
        two_scopes(end("x", OTHER_ESCALATION + ESCALATION), OTHER_ESCALATION, ESCALATION),
        "s o_s i_s",
        "do a: a x bi",
        *INNER,
    ),
    fragment(
        "two escalations of which the first ends nothing",
        two_scopes(end("x", ESCALATION + OTHER_ESCALATION), OTHER_ESCALATION, ESCALATION, outer_interrupts=False),
        "s o_s i_s",
        "do a: a x bo bi",
        "do hi: hi o_e o e",
        "do ho: ho e",
    ),
    fragment(
        "what one escalation has begun in a scope ends with it at the next",
        two_scopes(end("x", OTHER_ESCALATION + ESCALATION), OTHER_ESCALATION, ESCALATION, inner_interrupts=False),
        "s o_s i_s",
        "do a: a x bo",
        *OUTER,
    ),
    fragment(
        "a signal that ends both scopes comes before an error",
        two_scopes(end("x", ERROR + SIGNAL), ERROR, SIGNAL),
        "s o_s i_s",
        "do a: a x bo",
        *OUTER,
        several=False,
    ),
    fragment(
        "a signal that ends nothing and an error",
        two_scopes(end("x", SIGNAL + ERROR), ERROR, SIGNAL, outer_interrupts=False),
        "s o_s i_s",
        "do a: a x bo bi",
        "do ho: ho e",
        "do hi: hi o_e o e",
        several=False,
    ),
    fragment(
        "of a signal and an escalation the signal ends both scopes",
        two_scopes(end("x", SIGNAL + ESCALATION), ESCALATION, SIGNAL),
        "s o_s i_s",
        "do a: a x bo",
        *OUTER,
        several=False,
    ),
    fragment(
        "of an escalation and a signal the escalation ends the inner scope",
        two_scopes(end("x", ESCALATION + SIGNAL), ESCALATION, SIGNAL, outer_interrupts=False),
        "s o_s i_s",
        "do a: a x bi",
        *INNER,
        several=False,
    ),
    fragment(
        "terminate is the last that occurs",
        two_scopes(end("x", TERMINATE + ERROR), "", ERROR),
        "s o_s i_s",
        "do a: a x i o_e o e",
    ),
    fragment(
        "an error before terminate is the last that occurs",
        two_scopes(end("x", ERROR + TERMINATE), "", ERROR),
        "s o_s i_s",
        "do a: a x bo",
        *OUTER,
    ),
    fragment(
        "an escalation and terminate, both occur",
        two_scopes(end("x", TERMINATE + ESCALATION), "", ESCALATION, outer_interrupts=False),
        "s o_s i_s",
        "do a: a x bo i o_e o e",
        "do ho: ho e",
    ),
    fragment(
        "the handler within the scope takes the error, and nothing is thrown after it",
        two_scopes(end("x", ERROR + OTHER_ERROR), "", OTHER_ERROR, handler(ERROR)),
        "s o_s i_s",
        "do a: a x h_s",
        "do h: h h_e on_h i o_e o e",
    ),
    fragment(
        "an error that nothing catches is the last that occurs",
        S + user("a") + end("x", ERROR + TERMINATE) + flows("s > a > x"),
        "s",
        "do a: a x",
        status="failed",
    ),
    fragment(
        "what ends the process by terminating is not failed by an error after it",
        S + user("a") + end("x", TERMINATE + ERROR) + flows("s > a > x"),
        "s",
        "do a: a x",
        status="terminated",
        alone=True,
    ),
]

THROWS: list[Fragment] = [
    fragment(
        "of two escalations on the way the first ends both scopes",
        two_scopes(throw("x", ESCALATION + OTHER_ESCALATION), OTHER_ESCALATION, ESCALATION),
        "s o_s i_s",
        "do a: a bo",
        *OUTER,
    ),
    fragment(
        "of two escalations on the way the first ends the inner scope",
        two_scopes(throw("x", OTHER_ESCALATION + ESCALATION), OTHER_ESCALATION, ESCALATION),
        "s o_s i_s",
        "do a: a bi",
        *INNER,
    ),
    fragment(
        "of a signal and an escalation on the way the signal ends both scopes",
        two_scopes(throw("x", SIGNAL + ESCALATION), ESCALATION, SIGNAL),
        "s o_s i_s",
        "do a: a bo",
        *OUTER,
        several=False,
    ),
    fragment(
        "two escalations on the way that end nothing",
        two_scopes(
            throw("x", OTHER_ESCALATION + ESCALATION),
            OTHER_ESCALATION,
            ESCALATION,
            inner_interrupts=False,
            outer_interrupts=False,
        ),
        "s o_s i_s",
        "do a: a x bi bo",
        "do c: c i o_e",
        "do ho: ho e",
        "do hi: hi o_e o e",
    ),
]


def undoing(event: str, inner: str, outer: str, **drawn: object) -> str:
    """The same with something to undo before the event."""
    more = undoable("d") + flows("d > x").replace("flow_", "g_")
    return two_scopes(event, inner, outer, more, **drawn).replace(
        'sourceRef="a" targetRef="x"', 'sourceRef="a" targetRef="d"'
    )


UNDOES: list[Fragment] = [
    fragment(
        "what an escalation has ended undoes nothing",
        undoing(end("x", ESCALATION + UNDO), "", ESCALATION),
        "s o_s i_s",
        "do a: a d x bo",
        *OUTER,
        variables=LOG,
        result={"log": []},
    ),
    fragment(
        "what an escalation on the way has ended undoes nothing",
        undoing(throw("x", ESCALATION + UNDO), "", ESCALATION),
        "s o_s i_s",
        "do a: a d bo",
        *OUTER,
        variables=LOG,
        result={"log": []},
    ),
    fragment(
        "an escalation that ends nothing, and undoing",
        undoing(end("x", ESCALATION + UNDO), "", ESCALATION, outer_interrupts=False),
        "s o_s i_s",
        "do a: a d x bo u_d i o_e o e",
        "do ho: ho e",
        variables=LOG,
        result={"log": ["d"]},
    ),
    fragment(
        "an error comes when everything is undone",
        undoing(end("x", ERROR + UNDO), "", ERROR),
        "s o_s i_s",
        "do a: a d x u_d bo",
        *OUTER,
        variables=LOG,
        result={"log": ["d"]},
    ),
    fragment(
        "an error comes at once when there is nothing to undo",
        two_scopes(end("x", UNDO + ERROR), "", ERROR),
        "s o_s i_s",
        "do a: a x bo",
        *OUTER,
    ),
    fragment(
        "terminate comes when everything is undone",
        undoing(end("x", UNDO + TERMINATE), "", ERROR),
        "s o_s i_s",
        "do a: a d x u_d i o_e o e",
        variables=LOG,
        result={"log": ["d"]},
    ),
    fragment(
        "a transaction that is cancelled throws no error after it",
        undoing(end("x", CANCEL + ERROR), CANCEL, ERROR, tag="transaction"),
        "s o_s i_s",
        "do a: a d x u_d bi",
        *INNER,
        variables=LOG,
        result={"log": ["d"]},
    ),
    fragment(
        "an error before cancelling leaves the transaction as it is",
        undoing(end("x", ERROR + CANCEL), CANCEL, ERROR, tag="transaction"),
        "s o_s i_s",
        "do a: a d x bo",
        *OUTER,
        variables=LOG,
        result={"log": []},
    ),
]

INSTANCES: list[Fragment] = [
    fragment(
        "one of several instances throws two escalations, and the first ends them all",
        S
        + several(
            "i",
            "2",
            "",
            "",
            "subProcess",
            '<startEvent id="i_s"/>' + user("a") + end("x", ESCALATION + OTHER_ESCALATION) + flows("i_s > a > x"),
        )
        + boundary("b1", "i", ESCALATION)
        + boundary("b2", "i", OTHER_ESCALATION)
        + user("h1", "h2")
        + E
        + flows("s > i > e", "b1 > h1 > e", "b2 > h2 > e"),
        "s i_s i_s",
        "do a: a x b1",
        "do h1: h1 e",
    ),
]

SEVERAL = [*ENDS, *THROWS, *UNDOES, *INSTANCES]
