"""Fragments of processes with the path that BPMN 2.0.2 prescribes for them, and the wrappings each is played in.

A fragment is what a process or sub-process may contain: it begins at the plain start event ``s`` and, where it can be
drawn in a line, ends at ``e``. Its steps read ``input: elements passed``, for example ``do a n=2: a x e``. What happens
in one step happens side by side, so the elements of a step are compared without order.
"""

from __future__ import annotations

import ast
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.bpmn import Input, Step
from tests.engine.bpmn.drawings.drawing import E, Player, S, document, flows, script, signal, user

ROOT = (
    '<message id="m" name="answer"/><message id="m2" name="question"/><signal id="sig" name="holiday"/>'
    '<signal id="sig2" name="weekday"/><error id="err" errorCode="E1"/><error id="other" errorCode="E2"/>'
    '<escalation id="esc" escalationCode="C1"/><escalation id="esc2" escalationCode="C2"/>'
    '<signal id="w_sig" name="w_go"/>'
)


@dataclass(frozen=True)
class Fragment:
    """A construct as drawn, what is put in, and what must be passed.

    ``alone``: only a process of its own can hold it. ``several``: two may run side by side. ``flat``: may be drawn in
    the line of a larger process (None: when one token reaches ``e`` at the very end). ``in_steps``: it is known which
    step passes what; else only what is passed in all.
    """

    name: str
    body: str
    steps: tuple[str, ...]
    variables: Mapping[str, Any] = field(default_factory=dict)
    root: str = ""
    status: str = "completed"
    start: str | None = None
    alone: bool = False
    several: bool = True
    flat: bool | None = None
    in_steps: bool = True
    result: Mapping[str, Any] = field(default_factory=dict)

    @property
    def inputs(self) -> list[str]:
        """What is put in, without the beginning."""
        return [step.partition(":")[0].strip() for step in self.steps[1:]]

    @property
    def paths(self) -> list[str]:
        """What is passed: at the beginning, and after each input."""
        return [step.rpartition(":")[2].strip() for step in self.steps]

    @property
    def source(self) -> bytes:
        """The fragment as a process."""
        return document(self.body, ROOT + self.root)

    @property
    def is_flat(self) -> bool:
        """True when the fragment can stand in the line of a larger process."""
        if self.flat is not None:
            return self.flat
        ends = [path.split().count("e") for path in self.paths]
        whole = "triggeredByEvent" not in self.body and "terminateEvent" not in self.body
        plain = f"{S}{E}" in self.body or (S in self.body and E in self.body)
        return plain and whole and ends[-1] == 1 and sum(ends) == 1 and self.status == "completed"


def fragment(name: str, body: str, *steps: str, **more: Any) -> Fragment:
    """A fragment; ``default=">b"`` at an element means its flow to ``b``."""
    return Fragment(name, _with_defaults(body), steps, **more)


def _with_defaults(body: str) -> str:
    def flow_to(found: re.Match[str]) -> str:
        source, target = found[1], found[2]
        flow = re.search(rf'<sequenceFlow id="([^"]*)" sourceRef="{source}" targetRef="{target}"', body)
        assert flow, f"no flow from {source} to {target}"
        return f'id="{source}" default="{flow[1]}"'

    return re.sub(r'id="(\w+)" default=">(\w+)"', flow_to, body)


def joined(first: list[str], *others: list[str]) -> list[str]:
    """Paths one after the other: what ends one and begins the next is passed in the same step."""
    paths = list(first)
    for other in others:
        paths[-1] = f"{paths[-1]} {other[0]}"
        paths += other[1:]
    return paths


def _inside(tag: str, name: str, body: str, inner: str = "", attributes: str = "") -> str:
    return f'<{tag} id="{name}" {attributes}>{inner}{body}</{tag}>'


def _around(one: Fragment, body: str, paths: list[str], inputs: list[str] | None = None, **more: Any) -> Fragment:
    """The fragment with other things around it."""
    taken = one.inputs if inputs is None else inputs
    steps = tuple(f"{step}: {path}" for step, path in zip(["", *taken], paths, strict=True))
    return replace(one, body=body, steps=steps, status="completed", result={}, **more)


def embedded(one: Fragment) -> Fragment:
    """In a sub-process."""
    body = '<startEvent id="w_s"/><endEvent id="w_e"/>' + _inside("subProcess", "w", one.body)
    return _around(one, body + flows("w_s > w > w_e"), joined(["w_s"], one.paths, ["w w_e"]))


def nested(one: Fragment) -> Fragment:
    """In a sub-process of a transaction."""
    inner = '<startEvent id="v_s"/><endEvent id="v_e"/>' + _inside("subProcess", "v", one.body) + flows("v_s > v > v_e")
    body = '<startEvent id="w_s"/><endEvent id="w_e"/>' + _inside("transaction", "w", inner) + flows("w_s > w > w_e")
    return _around(one, body, joined(["w_s v_s"], one.paths, ["v v_e w w_e"]))


def _associations_last(body: str) -> str:
    """The schema wants associations behind everything else."""
    associations = re.findall(r"<association [^>]*/>", body)
    return re.sub(r"<association [^>]*/>", "", body) + "".join(associations)


def called(one: Fragment) -> Fragment:
    """As a process that another calls."""
    body = '<startEvent id="w_s"/><endEvent id="w_e"/><callActivity id="w" calledElement="w_q"/>'
    root = f'<process id="w_q">{_associations_last(one.body)}</process>'
    return _around(one, body + flows("w_s > w > w_e"), joined(["w_s"], one.paths, ["w w_e"]), root=one.root + root)


ROUNDS = 3


def _circle(one: Fragment, content: str, entry: str, leaving: str, passed: str) -> Fragment:
    """Three rounds, each beginning with the same variables."""
    again = "\n".join(f"{name} = {value!r}" for name, value in one.variables.items())
    body = '<startEvent id="w_s"/><endEvent id="w_e"/><exclusiveGateway id="w_m"/>' + content
    body += script("w_b", f"w_n = w_n + 1\n{again}") + '<exclusiveGateway id="w_x" default="w_d"/>'
    body += flows(f"w_s > w_m > w_b > {entry}", f"{leaving} > w_x", f"w_x > w_m: w_n < {ROUNDS}")
    body += '<sequenceFlow id="w_d" sourceRef="w_x" targetRef="w_e"/>'
    once = joined(["w_m w_b"], one.paths, [f"{passed} w_x"])
    paths = joined(["w_s"], *[once] * ROUNDS, ["w_e"])
    return _around(one, body, paths, one.inputs * ROUNDS, variables={**one.variables, "w_n": 0})


def repeated(one: Fragment) -> Fragment:
    """In a sub-process that a loop passes three times."""
    return _circle(one, _inside("subProcess", "w", one.body), "w", "w", "w")


def in_line(one: Fragment) -> str:
    """The fragment with events that throw nothing in place of its start and end: it can stand in a line."""
    body = one.body.replace(S, '<intermediateThrowEvent id="s"/>')
    return body.replace(E, '<intermediateThrowEvent id="e"/>')


def circling(one: Fragment) -> Fragment:
    """Drawn itself as a loop that is passed three times."""
    return _circle(one, in_line(one), "s", "e", "")


def beside(one: Fragment) -> Fragment:
    """In a sub-process beside another branch."""
    body = _inside("subProcess", "w", one.body)
    return _forked(one, body, "w > w_j", "w", "w")


def in_a_branch(one: Fragment) -> Fragment:
    """Drawn as a branch beside another one."""
    return _forked(one, in_line(one), "e > w_j", "s", "")


def _forked(one: Fragment, content: str, arrow: str, entry: str, passed: str) -> Fragment:
    body = '<startEvent id="w_s"/><endEvent id="w_e"/><parallelGateway id="w_f"/><parallelGateway id="w_j"/>'
    body += content + user("w_u") + flows(f"w_s > w_f > {entry}", arrow, "w_f > w_u > w_j > w_e")
    paths = [*joined(["w_s w_f"], one.paths, [passed]), "w_u w_j w_e"]
    return _around(one, body, paths, [*one.inputs, "do w_u"])


def in_event_sub_process(one: Fragment) -> Fragment:
    """In an event sub-process that a signal begins."""
    started = one.body.replace(S, f'<startEvent id="s" isInterrupting="false">{signal("w_sig")}</startEvent>', 1)
    body = '<startEvent id="w_s"/><endEvent id="w_e"/>' + user("w_u") + flows("w_s > w_u > w_e")
    body += _inside("subProcess", "w", started, attributes='triggeredByEvent="true"')
    paths = ["w_s", *joined(one.paths, ["w"]), "w_u w_e"]
    return _around(one, body, paths, ["signal w_go", *one.inputs, "do w_u"])


TWICE = "<multiInstanceLoopCharacteristics{}><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"


def in_two_instances(one: Fragment) -> Fragment:
    """Two instances of it side by side: signals and time reach both, tasks are done and messages come twice."""
    once = ("signal", "wait")
    inputs = [text for text in one.inputs for _ in range(1 if text.startswith(once) else 2)]
    body = '<startEvent id="w_s"/><endEvent id="w_e"/>' + _several(one, "") + flows("w_s > w > w_e")
    paths = [" ".join(["w_s", *one.paths, *one.paths, "w w w_e"]), *[""] * len(inputs)]
    return _around(one, body, paths, inputs, in_steps=False)


def in_two_instances_in_turn(one: Fragment) -> Fragment:
    """Two instances of it one after the other."""
    body = '<startEvent id="w_s"/><endEvent id="w_e"/>' + _several(one, ' isSequential="true"')
    paths = joined(["w_s"], one.paths, ["w"], one.paths, ["w w_e"])
    return _around(one, body + flows("w_s > w > w_e"), paths, one.inputs * 2)


def _several(one: Fragment, attributes: str) -> str:
    return f'<subProcess id="w">{TWICE.format(attributes)}{one.body}</subProcess>'


Wrapping = Callable[[Fragment], Fragment]


def wrappings(one: Fragment) -> Iterator[Wrapping]:
    """Everything the fragment can be wrapped in, besides standing alone."""
    if one.alone or one.status == "failed":
        return
    yield from (embedded, nested, called, repeated, beside)
    if S in one.body:
        yield in_event_sub_process
    if one.several and not one.variables:
        yield from (in_two_instances, in_two_instances_in_turn)
    if one.is_flat:
        yield from (circling, in_a_branch)


def some_wrappings(one: Fragment, whole: bool) -> Iterator[tuple[Wrapping, ...]]:
    """What the fragment is played in: some of the wrappings and one of their pairs by its name, or all of them."""
    chance, every = random.Random(one.name), list(wrappings(one))
    for wrapping in every if whole else chance.sample(every, min(2, len(every))):
        yield (wrapping,)
    inner = chance.choice(every) if every else None
    if inner is not None:
        pairs = list(wrappings(once_more(inner(one))))
        outer = [wrapping for wrapping in pairs if wrapping not in (inner, in_a_branch, circling)]
        for wrapping in outer if whole else chance.sample(outer, 1):
            yield inner, wrapping


def wrapped(one: Fragment, wrapping: tuple[Wrapping, ...]) -> Fragment:
    """The fragment in the first of the wrappings, that in the second."""
    inner, *outer = wrapping
    return outer[0](once_more(inner(one))) if outer else inner(one)


def take(player: Player, step: str) -> list[str]:
    """Put in what the step says; the elements that were passed."""
    verb, *words = step.split()
    before = len(player.passed)
    values = values_in(step)
    if verb == "do":
        player.do(words[0], **values)
    elif verb == "send":
        player.send(words[0], **values)
    elif verb == "signal":
        player.signal(words[0], **values)
    elif verb == "wait":
        player.wait(minutes=int(words[0]))
    elif verb == "answer":
        player.complete(waiting_call(player, words[0]), **values)
    else:
        assert verb == "fail", step
        player.fail(waiting_call(player, words[0]), words[1])
    return player.passed[before:]


def values_in(step: str) -> dict[str, Any]:
    """The variables that a step gives: ``n=2``."""
    pairs = (word.partition("=") for word in step.split())
    return {name: ast.literal_eval(value) for name, _, value in pairs if value}


KINDS: Mapping[str, Any] = {
    "do": "complete", "answer": "complete", "send": "deliver", "signal": "signal", "wait": "timers", "fail": "fail"
}  # fmt: skip


def recorded(player: Player, step: str, passed: list[str]) -> Input:
    """The step that was taken just now, as it would be recorded."""
    verb, subject, *more = step.split()
    thrown = verb in ("send", "signal")
    name = subject if thrown else more[0] if verb == "fail" else ""
    taken = Step(KINDS[verb], name=name, variables=values_in(step))
    return Input(taken, player.now, None if thrown else subject, tuple(passed))


def waiting_call(player: Player, element_id: str) -> str:
    """The oldest call of that element that has not been answered."""
    for number, effect in enumerate(player.effects):
        if effect.element_id == element_id and effect.task_id is not None:
            del player.effects[number]
            return effect.task_id
    raise AssertionError(f"{element_id} calls nothing")


def counted(path: str | list[str]) -> Counter[str]:
    """The elements of a step, without order."""
    return Counter(path.split() if isinstance(path, str) else path)


def once_more(wrapped: Fragment, mark: str = "u") -> Fragment:
    """A wrapped fragment with other names, so that it can be wrapped again."""

    def other(text: str) -> str:
        text = re.sub(r"\b(s|e)\b(?=\"|\Z)", rf"{mark}_\1", text)
        text = re.sub(r"\bw_([se])\b", r"\1", text)
        return re.sub(r"\b([wv])(?=\"|\Z|_(?!sig\b|go\b))", rf"{mark}_\1", text).replace('"flow_', f'"flow_{mark}_')

    def words(text: str) -> str:
        return " ".join(other(word) for word in text.split())

    steps = tuple(f"{words(step.partition(':')[0])}: {words(step.partition(':')[2])}" for step in wrapped.steps)
    variables = {other(name): value for name, value in wrapped.variables.items()}
    return replace(wrapped, body=other(wrapped.body), root=other(wrapped.root), steps=steps, variables=variables)
