"""Large drawings for the benchmarks, as BPMN files."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="bench" targetNamespace="urn:one-window:bench">'
    '<process id="large" isExecutable="true">'
)
_CONDITION = '<conditionExpression xsi:type="tFormalExpression">rooms &gt; 10</conditionExpression>'
_SCRIPT = "<script>seen = rooms</script>"


def chain(number: int, kind: str) -> bytes:
    """So many tasks one behind the other, of a kind such as ``userTask``."""
    tasks = [f"t{place}" for place in range(number)]
    return _file([_task(kind, one) for one in tasks], pairwise(["begin", *tasks, "end"]))


def branches(number: int, kind: str) -> bytes:
    """So many tasks side by side between two parallel gateways."""
    tasks = [f"t{place}" for place in range(number)]
    flows = [("begin", "fork"), *(("fork", one) for one in tasks), *((one, "join") for one in tasks), ("join", "end")]
    gateways = ['<parallelGateway id="fork"/>', '<parallelGateway id="join"/>']
    return _file([*gateways, *(_task(kind, one) for one in tasks)], flows)


def instances(number: int, kind: str, *, sequential: bool) -> bytes:
    """One task with so many instances."""
    loop = (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f'<loopCardinality xsi:type="tFormalExpression">{number}</loopCardinality></multiInstanceLoopCharacteristics>'
    )
    return _file([_task(kind, "t", loop)], pairwise(["begin", "t", "end"]))


def district(blocks: int) -> bytes:
    """A process of six elements for each block, and two more: task, decision, task or script, together again, both."""
    elements: list[str] = []
    flows: list[tuple[str, str]] = []
    before = "begin"
    for place in range(blocks):
        check, decide, mend, note, join, wait = (
            f"{name}{place}" for name in ("check", "is", "mend", "note", "and", "wait")
        )
        elements += [
            _task("userTask", check),
            f'<exclusiveGateway id="{decide}" default="{decide}_{note}"/>',
            _task("userTask", mend),
            _task("scriptTask", note),
            f'<exclusiveGateway id="{join}"/>',
            f'<intermediateCatchEvent id="{wait}"><timerEventDefinition id="{wait}_timer">'
            '<timeDuration xsi:type="tFormalExpression">"PT1H"</timeDuration></timerEventDefinition>'
            "</intermediateCatchEvent>",
        ]
        flows += [(before, check), (check, decide), (decide, mend), (decide, note), (mend, join), (note, join)]
        flows.append((join, wait))
        before = wait
    return _file(elements, [*flows, (before, "end")])


def _task(kind: str, task_id: str, inner: str = "") -> str:
    return f'<{kind} id="{task_id}" name="Task {task_id}">{inner}{_SCRIPT if kind == "scriptTask" else ""}</{kind}>'


def _file(elements: Iterable[str], flows: Iterable[tuple[str, str]]) -> bytes:
    drawn = "".join(
        f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">'
        f"{_CONDITION if source.startswith('is') and target.startswith('mend') else ''}</sequenceFlow>"
        for source, target in flows
    )
    body = "".join(['<startEvent id="begin"/>', *elements, '<endEvent id="end"/>', drawn])
    return f"{_HEAD}{body}</process></definitions>".encode()
