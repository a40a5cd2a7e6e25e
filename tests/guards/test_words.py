"""One word, one place: a closed set of words stands beside its table, and nobody writes its words anew."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from jinja2 import Environment, nodes
from sqlalchemy import Column, Enum, inspect, text
from sqlalchemy.exc import IntegrityError

from engine.bpmn.model import Status
from engine.bpmn.steps import Operation
from engine.packages import OFFICE_LEVELS, OUTCOMES, RESULTS
from engine.packages.task_schema import KINDS
from storage.applications import Outcome, ResultKind
from storage.database import Database
from storage.offices import OfficeLevel
from storage.processes import IncidentKind, InstanceStatus, TaskKind
from storage.tables import Base
from tests.guards.sources import ROOT, modules, named, templates, tree, walked

SOUNDS_CLOSED = re.compile(r"(.*_)?(status|kind|channel|method|what|outcome|verdict|level|problem|bank|step|part)")
OPEN = {
    "case_event.kind": "the history keeps the words of its day",
    "ministry_event.kind": "the history keeps the words of its day",
    "security_event.kind": "the log keeps the words of its day",
    "intervention.step": "the step as the engine writes it down",
    "identity_dispute.id_kind": "packages choose which papers they accept",
    "person.id_kind": "packages choose which papers they accept",
}
PURE = tuple(ROOT / "engine" / room for room in ("bpmn", "packages", "documents"))
"""Rooms that know no rows; their own words are held to those of the tables below."""


def _columns() -> Iterator[Column[object]]:
    for table in Base.metadata.tables.values():
        yield from table.columns


CLOSED = {str(column): set(column.type.enums) for column in _columns() if isinstance(column.type, Enum)}
WORDS: dict[str, set[str]] = {}
for _place, _words in CLOSED.items():
    WORDS.setdefault(_place.partition(".")[2], set()).update(_words - {""})


def test_a_column_that_sounds_like_a_closed_set_is_one() -> None:
    sounding = {str(column) for column in _columns() if SOUNDS_CLOSED.fullmatch(column.name)}
    assert sounding - OPEN.keys() == set(CLOSED)
    assert OPEN.keys() <= sounding


def test_the_database_holds_each_closed_set_closed(database: Database) -> None:
    inspector = inspect(database.engine)
    held = {}
    for table in Base.metadata.tables:
        for check in inspector.get_check_constraints(table):
            column = str(check["name"]).removeprefix(f"ck_{table}_")
            words = set(re.findall(r"'([^']*)'", check["sqltext"]))
            if words or f"{table}.{column}" in CLOSED:  # other checks compare numbers and moments
                held[f"{table}.{column}"] = words
    assert held == CLOSED


def test_a_word_of_no_set_is_refused_by_the_database_itself(database: Database) -> None:
    office = (
        "INSERT INTO office (code, level, name_km, name_en, address_km, address_en, phone, timezone, hours,"
        " calendar_revision) VALUES ('99', :level, '', '', '', '', '', 'Asia/Phnom_Penh', '[]', 1)"
    )
    with database.transaction() as session:
        session.execute(text(office), {"level": "province"})
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(text(office.replace("99", "98")), {"level": "village"})


def test_pure_rooms_use_the_words_of_the_tables() -> None:
    assert set(KINDS) == set(TaskKind)
    assert set(OFFICE_LEVELS) == set(OfficeLevel)
    assert set(OUTCOMES) < set(Outcome)
    assert set(RESULTS) == set(ResultKind)
    assert set(get_args(Operation)) == set(IncidentKind)
    assert set(get_args(Status)) < set(InstanceStatus)


def test_no_word_of_a_closed_set_is_written_anew() -> None:
    found = [
        f"{named(path)}:{line} {name} {word!r}"
        for path in modules("engine", "web")
        if not any(path.is_relative_to(room) for room in PURE)
        for line, name, word in _written_anew(path)
    ]
    assert found == []


def test_a_page_compares_with_words_that_there_are() -> None:
    known = {path.name: list(_compared(path)) for path in templates()}
    assert any(known.values())
    assert {
        name: strange
        for name, compared in known.items()
        if (strange := [(word, what) for what, word in compared if what in WORDS and word not in _of_pages(what)])
    } == {}


def _of_pages(column: str) -> set[str]:
    """The words of a column, and what pages say beside them."""
    return WORDS[column] | PAGES.get(column, set())


PAGES = {
    "kind": {"link", "primary", "sign"},  # of a button, and of the parts of a page
    "method": {"post", "get"},  # of an HTML form
    "outcome": {"same", "other", "stuck"},  # of a rehearsal
}


def _written_anew(path: Path) -> Iterator[tuple[int, str, str]]:
    for node in walked(tree(path)):
        for name, value in _given(node):
            for each in ast.walk(value):
                if isinstance(each, ast.Constant) and each.value in WORDS.get(name, ()):
                    yield node.lineno, name, each.value  # type: ignore[attr-defined]


def _given(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """What is compared with, assigned to or given for something that is named like a column."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        yield from ((_name(one), other) for one in sides for other in sides if one is not other)
    elif isinstance(node, ast.Assign):
        yield from ((_name(target), node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield _name(node.target), node.value
    elif isinstance(node, ast.Call):
        yield from ((each.arg or "", each.value) for each in node.keywords)
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("in_", "not_in"):
            yield from ((_name(node.func.value), each) for each in node.args)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _compared(path: Path) -> Iterator[tuple[str, str]]:
    """Which words a page compares with something that is named like a column."""
    page = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True).parse(
        path.read_text(encoding="utf-8")
    )
    for compared in page.find_all(nodes.Compare):
        name = compared.expr.attr if isinstance(compared.expr, nodes.Getattr) else getattr(compared.expr, "name", "")
        for operand in compared.ops:
            for constant in operand.find_all(nodes.Const):
                if isinstance(constant.value, str):
                    yield name, constant.value
