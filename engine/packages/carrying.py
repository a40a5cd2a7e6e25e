"""Answers of one form carried over into another that asks the same: an officer's list begins with the rows of the
applicant's, a renewal with what was answered for the certificate before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.packages.forms import Component, Form


def carried(form: Form, source: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What ``answers`` of the form ``source`` say to the questions of ``form`` with the same key and kind; of lists,
    row by row. Without files, and without what is read from the account."""
    return _carried(form.components(), source.components(), answers)


def carried_lists(form: Form, source: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Of the same, the lists only."""
    lists = {part.key for part in form.components() if part.kind.repeats}
    return {key: rows for key, rows in carried(form, source, answers).items() if key in lists}


def _carried(asked: Iterable[Component], source: Iterable[Component], answers: Mapping[str, Any]) -> dict[str, Any]:
    before = {part.key: part for part in source}
    found: dict[str, Any] = {}
    for part in asked:
        same, value = before.get(part.key), answers.get(part.key)
        if same is None or same.kind is not part.kind or value in (None, "", []):
            continue
        if not part.kind.is_typed or part.readonly:
            continue
        rows = value if part.kind.repeats else ()
        taken = [_carried(part.components, same.components, row) for row in rows]
        found[part.key] = taken if part.kind.repeats else value
    return found
