"""Ids that several files of a set use: each file has its own, and the case must tell them apart (2.0.2, 8.2.1, 15.3).

An id is unique in its file. History, states and settings name an element by its id, so where the files that are run
together share one, an element outside of the file that is run first is known as ``process:element``. A colon is in no
id, so nothing else can be called so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from engine.bpmn.graph import Node, Scope


def tell_apart(main: Scope, processes: Mapping[str, Scope]) -> None:
    """Give elements their names in the case, for a process and those that it may call.

    Elements of the main process's own file keep their ids; so does every other that shares its id with none. Whatever
    has the id of a process is known by its own process too, since a scope of the case is found by either.
    """
    files = Counter(own for own, _ in {(node.id, node.scope.file) for node in _all_nodes(processes)})
    for process in processes.values():
        names = {
            node.id: f"{process.id}:{node.id}"
            for node in _nodes(process)
            if (files[node.id] > 1 and process.file != main.file) or (node.id in processes and node.id != process.id)
        }
        if names:
            _rename(process, names)


def _rename(process: Scope, names: Mapping[str, str]) -> None:
    for scope in list(_scopes(process)):
        for node in scope.nodes.values():
            node.id = names.get(node.id, node.id)
            if node.inner is not None:
                node.inner.id = node.id
            for trigger in node.triggers:
                trigger.ref = names.get(trigger.ref or "", trigger.ref or "") or None
        scope.nodes = {node.id: node for node in scope.nodes.values()}


def _all_nodes(processes: Mapping[str, Scope]) -> Iterator[Node]:
    for process in processes.values():
        yield from _nodes(process)


def _nodes(process: Scope) -> Iterator[Node]:
    for scope in _scopes(process):
        yield from scope.nodes.values()


def _scopes(scope: Scope) -> Iterator[Scope]:
    yield scope
    for node in scope.nodes.values():
        if node.inner is not None:
            yield from _scopes(node.inner)
