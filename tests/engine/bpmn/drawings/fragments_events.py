"""Events: every trigger at every place that Table 10.93 of BPMN 2.0.2 allows (10.5, 13.5)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.engine.bpmn.drawings.drawing import E, S, boundary, flows, message, script, signal, timer, user
from tests.engine.bpmn.drawings.fragments_activities import ERROR, ESCALATION, inner, service, sub
from tests.engine.bpmn.drawings.fragments_flows import catch, ends, gate
from tests.engine.bpmn.drawings.matrix import Fragment, fragment

CONDITION = "<conditionalEventDefinition><condition>n == 1</condition></conditionalEventDefinition>"
TERMINATE = "<terminateEventDefinition/>"
NEEDS_ALL = 'parallelMultiple="true"'

OUTSIDE = {
    "message": (message("m"), "", ("send answer",)),
    "signal": (signal("sig"), "", ("signal holiday",)),
    "timer date": (timer("Date", "2026-03-02T09:00:00+07:00"), "", ("wait 60",)),
    "timer duration": (timer("Duration", "PT1H"), "", ("wait 60",)),
    "timer cycle": (timer("Cycle", "R1/PT1H"), "", ("wait 60",)),
    "multiple, the first": (message("m") + signal("sig"), "", ("send answer",)),
    "multiple, the second": (message("m") + signal("sig"), "", ("signal holiday",)),
    "parallel multiple": (message("m") + signal("sig"), NEEDS_ALL, ("signal holiday", "send answer")),
}
"""What comes from outside: (definition, attributes, inputs that make it happen)."""

FROM_WITHIN = {"error": ERROR, "error of any code": "<errorEventDefinition/>", "escalation": ESCALATION,
               "escalation of any code": "<escalationEventDefinition/>"}  # fmt: skip


def happen(inputs: tuple[str, ...], path: str) -> list[str]:
    """Steps: nothing until the last input, then the path."""
    return [*(f"{one}:" for one in inputs[:-1]), f"{inputs[-1]}: {path}"]


def cyclic(kind: str) -> bool:
    """True for a date that is over in a second round."""
    return kind == "timer date"


def throw(event_id: str, definition: str) -> str:
    """An intermediate throwing event."""
    return f'<intermediateThrowEvent id="{event_id}">{definition}</intermediateThrowEvent>'


def end(event_id: str, definition: str) -> str:
    """An end event that throws."""
    return f'<endEvent id="{event_id}">{definition}</endEvent>'


def handler(definition: str, interrupting: bool = True, attributes: str = "", name: str = "h") -> str:
    """An event sub-process with one task."""
    start = (
        f'<startEvent id="{name}_s" isInterrupting="{str(interrupting).lower()}" {attributes}>{definition}</startEvent>'
    )
    content = start + user(name) + ends(f"{name}_e") + flows(f"{name}_s > {name} > {name}_e")
    return sub(f"on_{name}", content, 'triggeredByEvent="true"')


def caught() -> Iterator[Fragment]:
    """Intermediate catching events, boundary events and event sub-processes that wait for something from outside."""
    for kind, (definition, attributes, inputs) in OUTSIDE.items():
        alone = cyclic(kind)
        yield fragment(
            f"catch {kind}",
            S + catch("c", definition, attributes) + E + flows("s > c > e"),
            "s",
            *happen(inputs, "c e"),
            alone=alone,
        )
        edge = S + user("a", "h") + E + flows("s > a > e", "b > h > e")
        yield fragment(
            f"boundary {kind}, interrupting",
            edge + boundary("b", "a", definition).replace("<boundaryEvent", f"<boundaryEvent {attributes}"),
            "s",
            *happen(inputs, "b"),
            "do h: h e",
            alone=alone,
        )
        beside = S + user("a", "h") + ends("z") + E + flows("s > a > e", "b > h > z")
        yield fragment(
            f"boundary {kind}, not interrupting",
            beside + boundary("b", "a", definition, False).replace("<boundaryEvent", f"<boundaryEvent {attributes}"),
            "s",
            *happen(inputs, "b"),
            "do h: h z",
            "do a: a e",
            alone=alone,
            several=not attributes,
        )
        if not attributes:
            work = S + user("a") + E + flows("s > a > e")
            yield fragment(
                f"event sub-process {kind}, interrupting",
                work + handler(definition),
                "s",
                *happen(inputs, "h_s"),
                "do h: h h_e on_h",
                alone=alone,
            )
            yield fragment(
                f"event sub-process {kind}, not interrupting",
                work + handler(definition, False),
                "s",
                *happen(inputs, "h_s"),
                "do h: h h_e on_h",
                "do a: a e",
                alone=alone,
            )


def conditional() -> Iterator[Fragment]:
    """Conditional events: another branch makes the condition true."""
    fork = S + gate("parallel", "f") + user("u") + ends("z") + E
    yield fragment(
        "catch conditional",
        fork + catch("c", CONDITION) + flows("s > f", "f > c > e", "f > u > z"),
        "s f",
        "do u n=1: u z c e",
        variables={"n": 0},
    )
    yield fragment(
        "boundary conditional, interrupting",
        fork + user("a", "h") + boundary("b", "a", CONDITION) + flows("s > f", "f > a > e", "f > u > z", "b > h > e"),
        "s f",
        "do u n=1: u z b",
        "do h: h e",
        variables={"n": 0},
    )
    yield fragment(
        "boundary conditional, not interrupting, each time it becomes true",
        S
        + gate("parallel", "f", "j")
        + user("a", "u", "u2", "u3")
        + ends("z")
        + E
        + boundary("b", "a", CONDITION, False)
        + flows("s > f", "f > a > j", "f > u > u2 > u3 > j", "b > z", "j > e"),
        "s f",
        "do u n=1: u b z",
        "do u2 n=2: u2",
        "do u3 n=1: u3 b z",
        "do a: a j e",
        variables={"n": 0},
    )
    for interrupting in (True, False):
        rest = ["do h: h h_e on_h"] if interrupting else ["do a: a e", "do h: h h_e on_h"]
        yield fragment(
            f"event sub-process conditional, {'' if interrupting else 'not '}interrupting",
            fork + user("a") + handler(CONDITION, interrupting) + flows("s > f", "f > a > e", "f > u > z"),
            "s f",
            f"do u n=1: u {'' if interrupting else 'z'} h_s",
            *rest,
            variables={"n": 0},
        )
    yield fragment(
        "event gateway conditional",
        S
        + gate("parallel", "f")
        + user("u")
        + '<eventBasedGateway id="g"/>'
        + catch("c", CONDITION)
        + catch("d", message("m"))
        + ends("z")
        + E
        + flows("s > f", "f > g", "f > u > z", "g > c > e", "g > d > e"),
        "s f",
        "do u n=1: u z g c e",
        variables={"n": 0},
    )


def outward() -> Iterator[Fragment]:
    """Errors and escalations that a sub-process throws."""
    for kind, definition in FROM_WITHIN.items():
        thrown = ERROR if kind.startswith("error") else ESCALATION
        content = '<startEvent id="i_s"/>' + user("a", "a2") + end("x", thrown) + flows("i_s > a > x", "i_s > a2")
        yield fragment(
            f"boundary {kind}, interrupting",
            S + sub("i", content) + boundary("b", "i", definition) + user("h") + E + flows("s > i > e", "b > h > e"),
            "s i_s",
            "do a: a x b",
            "do h: h e",
        )
        yield fragment(
            f"event sub-process {kind}, interrupting",
            S + user("a", "a2") + end("x", thrown) + flows("s > a > x", "s > a2") + handler(definition),
            "s",
            "do a: a x h_s",
            "do h: h h_e on_h",
        )
        if thrown == ERROR:
            continue
        yield fragment(
            f"boundary {kind}, not interrupting",
            S
            + sub("i", content)
            + boundary("b", "i", definition, False)
            + user("h")
            + ends("z")
            + E
            + flows("s > i > e", "b > h > z"),
            "s i_s",
            "do a: a x b",
            "do a2: a2 i e",
            "do h: h z",
        )
        yield fragment(
            f"event sub-process {kind}, not interrupting",
            S + user("a", "a2") + end("x", thrown) + flows("s > a > x", "s > a2") + handler(definition, False),
            "s",
            "do a: a x h_s",
            "do h: h h_e on_h",
            "do a2: a2",
        )


THROWN: list[Fragment] = [
    fragment("throw none", S + throw("t", "") + E + flows("s > t > e"), "s t e"),
    fragment("throw message", S + throw("t", message("m")) + E + flows("s > t > e"), "s t e"),
    fragment("end message", S + user("a") + end("t", message("m")) + flows("s > a > t"), "s", "do a: a t"),
    fragment(
        "throw signal, heard by a catch and a boundary",
        S
        + gate("parallel", "f")
        + catch("c", signal("sig"))
        + user("a", "u")
        + boundary("b", "a", signal("sig"))
        + throw("t", signal("sig"))
        + ends("z")
        + E
        + flows("s > f", "f > c > z", "f > a > z", "b > z", "f > u > t > e"),
        "s f",
        "do u: u t e c z b z",
    ),
    fragment(
        "end signal starts an event sub-process",
        S + user("a", "u") + end("t", signal("sig")) + handler(signal("sig"), False) + flows("s > a", "s > u > t"),
        "s",
        "do u: u t h_s",
        "do a: a",
        "do h: h h_e on_h",
        several=False,
    ),
    fragment(
        "a signal thrown before anybody listens is lost",
        S
        + throw("t", signal("sig"))
        + '<eventBasedGateway id="g"/>'
        + catch("c", signal("sig"))
        + catch("d", timer("Duration", "PT1H"))
        + E
        + flows("s > t > g", "g > c > e", "g > d > e"),
        "s t",
        "wait 60: g d e",
        several=False,
    ),
    fragment("throw escalation that nothing catches", S + throw("t", ESCALATION) + E + flows("s > t > e"), "s t e"),
    fragment(
        "throw escalation and go on",
        S
        + sub("i", '<startEvent id="i_s"/>' + throw("t", ESCALATION) + user("a") + flows("i_s > t > a"))
        + boundary("b", "i", ESCALATION, False)
        + ends("z")
        + E
        + flows("s > i > e", "b > z"),
        "s i_s t b z",
        "do a: a i e",
    ),
    fragment(
        "throw escalation that interrupts stops what follows",
        S
        + sub("i", '<startEvent id="i_s"/>' + throw("t", ESCALATION) + script("a", "x = 1") + flows("i_s > t > a"))
        + boundary("b", "i", ESCALATION)
        + user("h")
        + E
        + flows("s > i > e", "b > h > e"),
        "s i_s b",
        "do h: h e",
    ),
    fragment(
        "end error that nothing catches",
        S + user("a", "b") + end("x", ERROR) + flows("s > a > x", "s > b"),
        "s",
        "do a: a x",
        status="failed",
    ),
    fragment(
        "terminate ends its scope",
        S + user("a", "b") + end("x", TERMINATE) + flows("s > a > x", "s > b"),
        "s",
        "do a: a x",
        status="terminated",
    ),
    fragment(
        "terminate ends what goes on inside",
        S + user("a") + end("x", TERMINATE) + sub("i", inner("i", "b")) + flows("s > a > x", "s > i"),
        "s i_s",
        "do a: a x",
        status="terminated",
    ),
    fragment(
        "terminate in an event sub-process ends that alone",
        S
        + user("a")
        + E
        + flows("s > a > e")
        + sub(
            "on_h",
            f'<startEvent id="h_s" isInterrupting="false">{message("m")}</startEvent>'
            + user("h", "h2")
            + end("x", TERMINATE)
            + flows("h_s > h > x", "h_s > h2"),
            'triggeredByEvent="true"',
        ),
        "s",
        "send answer: h_s",
        "do h: h x on_h",
        "do a: a e",
    ),
    fragment(
        "throw several things",
        S + throw("t", message("m") + signal("sig")) + E + flows("s > t > e"),
        "s t e",
    ),
    fragment(
        "end several things",
        S + user("a", "b") + end("t", message("m") + TERMINATE) + flows("s > a > t", "s > b"),
        "s",
        "do a: a t",
        status="terminated",
    ),
]

TIMERS: list[Fragment] = [
    fragment(
        "three times and no more",
        S
        + user("a")
        + boundary("b", "a", timer("Cycle", "R3/PT1H"), False)
        + ends("z")
        + E
        + flows("s > a > e", "b > z"),
        "s",
        "wait 60: b z",
        "wait 600: b z b z",
        "do a: a e",
    ),
    fragment(
        "without a limit",
        S
        + user("a")
        + boundary("b", "a", timer("Cycle", "R/PT1H"), False)
        + ends("z")
        + E
        + flows("s > a > e", "b > z"),
        "s",
        "wait 240: b z b z b z b z",
        "do a: a e",
    ),
    fragment(
        "an event sub-process twice",
        S + user("a") + E + flows("s > a > e") + handler(timer("Cycle", "R2/PT1H"), False),
        "s",
        "wait 600: h_s h_s",
        "do h: h h_e on_h",
        "do h: h h_e on_h",
        "do a: a e",
    ),
    fragment(
        "a date in the past",
        S + catch("c", timer("Date", "2020-01-01T00:00:00Z")) + E + flows("s > c > e"),
        "s c e",
    ),
    fragment(
        "what follows a date in the past counts from now",
        S
        + catch("c", timer("Date", "2020-01-01T00:00:00Z"))
        + catch("d", timer("Duration", "PT1H"))
        + E
        + flows("s > c > d > e"),
        "s c",
        "wait 59:",
        "wait 1: d e",
    ),
    fragment(
        "a cycle that began in the past goes on with what is left of it",
        S
        + user("a")
        + boundary("b", "a", timer("Cycle", "R3/2026-03-02T07:30:00+07:00/PT1H"), False)
        + ends("z")
        + E
        + flows("s > a > e", "b > z"),
        "s",
        "wait 600: b z b z",
        "do a: a e",
        alone=True,
    ),
    fragment(
        "a cycle that is over in the past reminds nobody, and a path does not wait for it",
        S
        + user("a")
        + boundary("b", "a", timer("Cycle", "R3/2020-03-02T07:30:00+07:00/PT1H"), False)
        + ends("z")
        + catch("c", timer("Cycle", "R3/2020-03-02T07:30:00+07:00/PT1H"))
        + E
        + flows("s > a > c > e", "b > z"),
        "s",
        "wait 600:",
        "do a: a c e",
    ),
    fragment(
        "a boundary with a date in the past",
        S
        + user("a", "h")
        + boundary("b", "a", timer("Date", "2020-01-01T00:00:00Z"))
        + E
        + flows("s > a > e", "b > h > e"),
        "s b",
        "do h: h e",
    ),
    fragment(
        "a deadline for a service",
        S + service("a") + boundary("b", "a", timer("Duration", "PT1H")) + E + flows("s > a > e", "b > e"),
        "s",
        "wait 60: b e",
    ),
    fragment(
        "a deadline for a call",
        S
        + '<callActivity id="a" calledElement="q"/>'
        + boundary("b", "a", timer("Duration", "PT1H"))
        + E
        + flows("s > a > e", "b > e"),
        "s",
        "wait 60: b e",
        root=f'<process id="q">{user("q1")}</process>',
    ),
]

STARTS: list[Fragment] = [
    fragment(
        f"start {kind}",
        f'<startEvent id="b">{definition}</startEvent>' + S + user("a", "c") + E + flows("s > c > e", "b > a > e"),
        "b",
        "do a: a e",
        start="b",
        alone=True,
        variables={"n": 1},
    )
    for kind, definition in (
        ("message", message("m")),
        ("signal", signal("sig")),
        ("timer date", timer("Date", "2026-03-02T09:00:00+07:00")),
        ("timer duration", timer("Duration", "PT1H")),
        ("timer cycle", timer("Cycle", "R/P1D")),
        ("conditional", CONDITION),
        ("multiple", message("m") + signal("sig")),
    )
] + [
    fragment(
        f"start at an event gateway, {kind}",
        f'<eventBasedGateway id="g" instantiate="true" eventGatewayType="{kind}"/>'
        + catch("c", message("m"))
        + catch("d", message("m2"))
        + user("a", "b")
        + E
        + flows("g > c > a > e", "g > d > b > e"),
        "g c",
        *(["send question: d", "do b: b e"] if kind == "Parallel" else []),
        "do a: a e",
        start="c",
        alone=True,
    )
    for kind in ("Exclusive", "Parallel")
]

EVENTS = [*caught(), *conditional(), *outward(), *THROWN, *TIMERS, *STARTS]
