"""Values on their way along data associations: into activities and events, out of them, and to and from data stores.

A data store outlives the process instance (BPMN 2.0.2, 10.4.1), so its contents belong to the caller: it supplies the
function ``data_store(name)`` for reading and keeps what an effect of the kind ``store`` brings, replacing what was
there. What was written is read again in the same step. For a caller that supplies no such function (a rehearsal) the
instance itself remembers what it wrote, and nothing else is in the store. A store that nobody has written holds nothing
(null).
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any, Final

from engine.bpmn.errors import StepFailed
from engine.bpmn.graph import DataInput, DataSet, Node
from engine.bpmn.language.reasons import because
from engine.bpmn.language.values import plain
from engine.bpmn.model import Effect
from engine.bpmn.running.run import Run
from engine.bpmn.spiff.tokens import Holder, Token, element_of, variables_seen

READER: Final = "data_store"
"""The function that a caller supplies; not one that expressions may call, so that the drawing shows every reading."""
_MARK: Final = "stores"


def read_store(run: Run, name: str, element_id: str) -> Any:
    """What the store holds now; raises StepFailed when the caller's reader fails or gives what cannot be kept."""
    if name not in run.stores:
        reader = run.supplied(READER)
        if reader is None:
            return run.instance.marks.get(_MARK, {}).get(name)
        try:
            run.stores[name] = plain(reader(name))
        except Exception as reason:  # whatever the caller's reader raises is a failure of this step alone
            raise StepFailed(element_id, None, because("store", name=name, detail=str(reason)[:200])) from None
    return run.stores[name]


def write_store(run: Run, node: Node, name: str, value: Any) -> None:
    """Put the value into the store, for this step at once and for everybody by an effect."""
    run.stores[name] = value
    run.effects.append(Effect("store", node.id, name, {"value": value}, None, node.properties))
    if run.supplied(READER) is None:
        run.instance.marks.setdefault(_MARK, {})[name] = value


def value_of(run: Run, holder: Holder, entry: DataInput, content: Mapping[str, Any]) -> Any:
    """The value that an association carries: computed, or taken from a store or from ``content`` under its source."""
    stored = {name: read_store(run, store, element_of(holder)) for name, store in entry.stores}
    if entry.expression is not None:
        return run.evaluate(entry.expression, holder, {**content, **stored})
    source = entry.source or ""
    return stored[source] if source in stored else content.get(source)


def put(run: Run, holder: Holder, node: Node, entry: DataInput, value: Any) -> None:
    """Store the value that came out of ``node`` where its association leads."""
    if entry.store is not None:
        write_store(run, node, entry.store, value)
    else:
        run.assign(holder, entry.target, value)


def take_inputs(run: Run, token: Token) -> None:
    """Copy the activity's data inputs into its own variables: those of its first input set that is available.

    Without alternatives everything that is not optional is copied, and a variable that does not exist is a failure.
    """
    node = token.node
    chosen = _chosen(node, node.input_sets, _filled(token), "input-sets") if node.input_sets else None
    for entry in node.inputs:
        seen = variables_seen(token)
        if chosen is not None and entry.target not in chosen.required and not _may_be_taken(entry, chosen, seen):
            token.data[entry.target] = None
            continue
        copied = entry.expression is None and not entry.stores
        if copied and entry.source not in seen:
            raise StepFailed(node.id, entry.source, because("variable-missing", name=entry.source))
        value = seen[entry.source or ""] if copied else value_of(run, token, entry, {})
        token.data[entry.target] = run.counted(value, node.id)
    for entry in node.outputs:
        if entry.source and entry.source not in token.data:
            token.data[entry.source] = None


def give_outputs(run: Run, token: Token) -> None:
    """Copy the activity's data outputs to where they belong, outside of it: those of its first set that was produced.

    An optional output that was not produced leaves what was there.
    """
    node = token.node
    produced = {name for name, value in token.data.items() if value is not None}
    chosen = _chosen(node, node.output_sets, produced, "output-sets") if node.output_sets else None
    for entry in node.outputs:
        plainly = chosen is None or entry.expression is not None or entry.source in chosen.required
        if plainly or (chosen is not None and entry.source in chosen.optional & produced):
            value = value_of(run, token, entry, {} if entry.expression else token.data)
            put(run, token.workflow, node, entry, value)


def _chosen(node: Node, sets: tuple[DataSet, ...], there: Set[str], otherwise: str) -> DataSet:
    """The first set all of whose required data are there; one without alternatives anyway."""
    found = next((one for one in sets if one.required <= there), None)
    if found is None and len(sets) > 1:
        raise StepFailed(node.id, None, because(otherwise))
    return found or sets[0]


def _filled(token: Token) -> set[str]:
    """The data inputs for which there is a value; without an association nobody can fill one here."""
    seen = variables_seen(token)
    return {entry.target for entry in token.node.inputs if _has_value(entry, seen)}


def _has_value(entry: DataInput, seen: Mapping[str, Any]) -> bool:
    return entry.expression is not None or bool(entry.stores) or seen.get(entry.source or "") is not None


def _may_be_taken(entry: DataInput, chosen: DataSet, seen: Mapping[str, Any]) -> bool:
    return entry.target in chosen.optional and _has_value(entry, seen)
