"""The facts of a draft, ``service.yaml`` key by key: each is written alone, and the rest of the file stays as it is.

A key is shown as fields, or as rows of them; one whose value fields cannot express is shown as it is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from engine.errors import FactUnreadable
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import PackageRejected
from engine.packages.manifest import ServiceSchema, told_of
from engine.packages.package import SERVICE
from engine.packages.yaml_files import read_yaml_as_far
from engine.people.actors import Actor
from engine.studio.fact_places import placed
from engine.studio.fact_rows import NameMissing, NameTwice, Row, rows_of, with_rows
from engine.studio.fact_shapes import SHAPES
from engine.studio.keeping import file_in, find, save_of
from engine.studio.overtaking import Seen, changed_since
from engine.studio.typed import save_typed
from engine.studio.yaml_edits import blocks, with_block
from engine.studio.yaml_values import with_value

KEYS: Final[tuple[str, ...]] = tuple(ServiceSchema().fields)
"""Every key that ``service.yaml`` may have, in the order in which it is described."""
FIXED: Final = ("key",)
"""What a draft cannot change: the key of its service."""

Rows = Sequence[Row]


@dataclass(frozen=True, slots=True)
class FactLine:
    """A key with its value: as it is ``written`` in YAML, empty when it is not there, and as ``rows`` of fields (one
    row where there is one group); None where fields cannot express it. ``wrong`` says what is wrong with it, by the row
    and the field (``2:copies``), or of the whole key (the empty text)."""

    key: str
    written: str
    is_there: bool
    rows: tuple[Row, ...] | None
    wrong: Mapping[str, Bilingual] = field(default_factory=dict)

    @property
    def seen(self) -> str:
        """What somebody sees of it, as one text that is another when it changes."""
        return self.written if self.rows is None else _as_text(self.rows)


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of a draft, those that are there first, and the save that they were read from."""

    lines: tuple[FactLine, ...]
    save: int


def facts_of(session: Session, actor: Actor, key: str) -> Facts:
    """The facts of a draft; raises PackageRejected for a ``service.yaml`` of which nothing can be read."""
    draft = find(session, actor, key)
    lines = _lines(file_in(session, save_of(session, draft), SERVICE))
    return Facts(tuple(sorted(lines.values(), key=lambda line: not line.is_there)), draft.revision)


def save_facts(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    facts: Mapping[str, str | Rows],
    *,
    seen: Seen,
    now: datetime,
) -> int:
    """Writes the keys anew that somebody changed since they saw them (``seen``), given as YAML or as rows of fields;
    the number of the save.

    Raises ``PlacesOvertaken`` when somebody else changed one of them meanwhile, and ``FactUnreadable`` naming the key
    whose value is no YAML, would touch another key, or has rows of which two have one name or one has none.
    """
    draft = find(session, actor, key, to_change=True)
    data = file_in(session, save_of(session, draft), SERVICE)
    sent = {name: said for name, said in facts.items() if name in KEYS and name not in FIXED}
    mine = {name: _one_kind(said) if isinstance(said, str) else _as_text(said) for name, said in sent.items()}
    there = {name: line.seen for name, line in _lines(data).items()}
    for name in changed_since(seen, mine, there):
        said = sent[name]
        data = _with(data, name, _one_kind(said)) if isinstance(said, str) else _with_rows(data, name, said)
    return save_typed(session, house, actor, key, SERVICE, text=data.decode("utf-8"), based_on=draft.revision, now=now)


def _lines(data: bytes) -> dict[str, FactLine]:
    values = read_yaml_as_far(SERVICE, data)[0].value
    there, wrong = blocks(SERVICE, data), told_of(values)
    return {name: _line(name, there.get(name), values.get(name), wrong) for name in dict.fromkeys((*KEYS, *there))}


def _line(name: str, block: str | None, value: Any, told: Mapping[tuple[str | int, ...], Bilingual]) -> FactLine:
    shape = SHAPES.get(name)
    rows = None if shape is None or (value is None and block is not None) else rows_of(shape, value)
    wrong = placed(shape, value, {place[1:]: said for place, said in told.items() if place[:1] == (name,)})
    return FactLine(name, _one_kind(block or ""), block is not None, None if rows is None else tuple(rows), wrong)


def _as_text(rows: Rows) -> str:
    filled = [{leaf: text for leaf, text in sorted(row.items()) if text} for row in rows]
    return json.dumps([row for row in filled if row], ensure_ascii=False)


def _one_kind(written: str) -> str:
    """As a field of a page sends it, and as it is shown: without blanks around it, lines ended in one way."""
    return "\n".join(line.rstrip() for line in written.splitlines()).strip("\n").rstrip()


def _with_rows(data: bytes, name: str, rows: Rows) -> bytes:
    try:
        value = with_rows(SHAPES[name], read_yaml_as_far(SERVICE, data)[0].value.get(name), rows)
    except NameTwice:
        raise FactUnreadable(key=name, why=_TWICE) from None
    except NameMissing:
        raise FactUnreadable(key=name, why=_NAMELESS) from None
    return with_value(SERVICE, data, name, value)


def _with(data: bytes, name: str, written: str) -> bytes:
    others = {key: value for key, value in read_yaml_as_far(SERVICE, data)[0].value.items() if key != name}
    try:
        done = with_block(SERVICE, data, name, written)
        after = read_yaml_as_far(SERVICE, done)[0].value
    except PackageRejected as rejected:
        problem = rejected.problems[0]
        raise FactUnreadable(key=name, why=Bilingual(problem.message_km, problem.message)) from None
    if {key: value for key, value in after.items() if key != name} != others:
        raise FactUnreadable(key=name, why=_TOUCHES)
    return done


_TOUCHES: Final = Bilingual("តម្លៃនេះប៉ះពាល់ពាក្យគន្លឹះផ្សេងទៀត", "it would change other keys too")
_TWICE: Final = Bilingual("ជួរពីរមានឈ្មោះដូចគ្នា", "two rows have the same name")
_NAMELESS: Final = Bilingual("ជួរមួយគ្មានឈ្មោះ", "a row has no name")
