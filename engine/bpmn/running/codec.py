"""The state of a case as bytes: a short JSON list of scopes and tokens, without the definition.

[format, definition, status, ended with, counter, [scope …], [token …]], scopes as [id, role, scope, variables,
arms, marks], tokens as [id, node, scope, state, flow, parked, variables, arms, marks]; defaults at the end of a row
are left out.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from engine.bpmn.errors import StateUnreadable, StepFailed
from engine.bpmn.graph import Graph
from engine.bpmn.language.reasons import because
from engine.bpmn.running.run import Run
from engine.bpmn.spiff.tokens import ROOT, Instance, Live, SubScope, Token

FORMAT: Final = 1
LARGEST_STATE: Final = 16_000_000
_SCOPE_DEFAULTS: Final[list[Any]] = ["", "process", "", {}, {}, {}]
_TOKEN_DEFAULTS: Final[list[Any]] = ["", "", ROOT, 8, None, 0, {}, {}, {}]
_FINGERPRINT: Final = 16


def dump(graph: Graph, instance: Instance) -> bytes:
    """The case as bytes; the same case always gives the same bytes.

    Raises StepFailed for a case that ``load`` could not make again from them: whoever keeps states keeps the one from
    before. What ``load`` asks of the rows is asked here of the case, which costs a fraction of reading it again.
    """
    torn = _torn(instance)
    if torn is not None:
        raise StepFailed(torn, None, because("torn"))
    scopes = [_trimmed(_scope_row(live), _SCOPE_DEFAULTS) for live in instance.lives]
    tokens = [_trimmed(_token_row(token), _TOKEN_DEFAULTS) for token in instance.everything.values()]
    head = [FORMAT, graph.fingerprint[:_FINGERPRINT], instance.status, instance.ended_with, instance.counter]
    try:
        state = orjson.dumps([*head, scopes, tokens])
    except orjson.JSONEncodeError:  # records within records, deeper than JSON is written
        raise StepFailed(graph.process.id, None, because("torn")) from None
    if len(state) > LARGEST_STATE:
        raise StepFailed(graph.process.id, None, because("state", most=LARGEST_STATE))
    return state


def _torn(instance: Instance) -> str | None:
    """An element at which the case would not be the same when it is read again: None for a whole case.

    Tokens are read in their order: the scope of each must be the process's, or one that is carried out on behalf of a
    token before it. A scope is read for the tokens in it, so none is empty.
    """
    opened: dict[str, Live] = {ROOT: instance}
    before: set[str] = set()
    for token_id, token in instance.everything.items():
        live = token.workflow
        if opened.get(live.id) is not live:
            if instance.subprocesses.get(live.id) is not live or live.id not in before:
                return token.node.id
            opened[live.id] = live
        before.add(token_id)
    empty = next((live for live in instance.subprocesses.values() if live.id not in opened), None)
    return None if empty is None else str(empty.scope.id)


def _scope_row(live: Live) -> list[Any]:
    return [live.id, live.role, live.scope.id, live.data, live.arms, live.marks]


def _token_row(token: Token) -> list[Any]:
    scope = token.workflow.id
    parked = int(token.parked)
    marks = token.internal_data
    return [
        token.id,
        token.node.id,
        scope,
        token._state,
        token.flow if parked else None,
        parked,
        token.data,
        token.arms,
        marks,
    ]


def _trimmed(row: list[Any], defaults: list[Any]) -> list[Any]:
    end = len(row)
    while end and row[end - 1] == defaults[end - 1]:
        end -= 1
    return row[:end]


def are_same(state: bytes, other: bytes) -> bool:
    """Whether two states are the same case: byte for byte, or but for the order in which records got their fields. A
    history keeps no such order, so a case that is taken through it again may have another."""
    if state == other:
        return True
    try:
        ordered = [orjson.dumps(orjson.loads(each), option=orjson.OPT_SORT_KEYS) for each in (state, other)]
    except orjson.JSONDecodeError:
        return False
    return ordered[0] == ordered[1]


def load(graph: Graph, run: Run, state: bytes) -> Instance:
    """The case that ``dump`` wrote; raises StateUnreadable for anything else."""
    try:
        version, fingerprint, status, ended_with, counter, scopes, tokens = orjson.loads(state)
    except (orjson.JSONDecodeError, ValueError, TypeError):
        raise StateUnreadable("the stored state is damaged") from None
    if version != FORMAT:
        raise StateUnreadable(f"the stored state has format {version}, this program reads {FORMAT}")
    if fingerprint != graph.fingerprint[:_FINGERPRINT]:
        raise StateUnreadable("the stored state belongs to another version of the definition")
    instance = run.instance = Instance(graph, run)
    instance.status, instance.ended_with, instance.counter = status, ended_with, counter
    try:
        _fill(graph, instance, scopes, tokens)
    except (KeyError, IndexError, TypeError, ValueError):
        raise StateUnreadable("the stored state names elements that the definition does not have") from None
    return instance


def _fill(graph: Graph, instance: Instance, scopes: list[list[Any]], tokens: list[list[Any]]) -> None:
    rows = {row[0] if row else ROOT: [*row, *_SCOPE_DEFAULTS[len(row) :]] for row in scopes}
    lives: dict[str, Live] = {ROOT: instance}
    instance.data, instance.arms, instance.marks = _own(rows[ROOT][3:])
    for short in tokens:
        row = [*short, *_TOKEN_DEFAULTS[len(short) :]]
        live = lives.get(row[2])
        if live is None:
            live = lives[row[2]] = _open(graph, instance, rows[row[2]])
        token = Token(row[0], graph.nodes[row[1]], live, row[4])
        token._state, token.parked = row[3], bool(row[5])
        token.data, token.arms, token.internal_data = _own(row[6:])


def _open(graph: Graph, instance: Instance, row: list[Any]) -> SubScope:
    live = SubScope(row[1], graph.scopes[row[2]], instance.everything[row[0]])
    live.data, live.arms, live.marks = _own(row[3:])
    return live


def _own(records: list[Any]) -> list[dict[str, Any]]:
    """Records that belong to this case alone: the defaults must never be shared."""
    return [dict(record) if record else {} for record in records]
