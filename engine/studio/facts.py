"""The facts of a draft, ``service.yaml`` key by key: each is written alone, and the rest of the file stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from engine.errors import FactUnreadable
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import RESULTS, PackageRejected
from engine.packages.manifest import ServiceSchema
from engine.packages.package import SERVICE
from engine.packages.yaml_files import read_yaml_as_far
from engine.people.actors import Actor
from engine.studio.keeping import file_in, find, save_of
from engine.studio.overtaking import Seen, changed_since
from engine.studio.typed import save_typed
from engine.studio.yaml_edits import blocks, with_block

KEYS: Final[tuple[str, ...]] = tuple(ServiceSchema().fields)
"""Every key that ``service.yaml`` may have, in the order in which it is described."""
FIXED: Final = ("key",)
"""What a draft cannot change: the key of its service."""
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "purpose": ("application", "account"),
    "result": RESULTS,
}
"""Keys whose values are known beforehand."""


@dataclass(frozen=True, slots=True)
class FactLine:
    """A key with its value as it is written in YAML, empty when it is not there."""

    key: str
    written: str
    is_there: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of a draft, those that are there first, and the save that they were read from."""

    lines: tuple[FactLine, ...]
    save: int


def facts_of(session: Session, actor: Actor, key: str) -> Facts:
    """The facts of a draft; raises PackageRejected for a ``service.yaml`` of which nothing can be read."""
    draft = find(session, actor, key)
    data = file_in(session, save_of(session, draft), SERVICE)
    read_yaml_as_far(SERVICE, data)
    there = blocks(SERVICE, data)
    lines = [FactLine(name, _one_kind(there.get(name, "")), name in there) for name in dict.fromkeys((*KEYS, *there))]
    return Facts(tuple(sorted(lines, key=lambda line: not line.is_there)), draft.revision)


def save_facts(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    facts: Mapping[str, str],
    *,
    seen: Seen,
    now: datetime,
) -> int:
    """Writes the keys anew that somebody changed since they saw them (``seen``); the number of the save.

    Raises ``PlacesOvertaken`` when somebody else changed one of them meanwhile, and ``FactUnreadable`` naming the key
    whose value is no YAML or would touch another key.
    """
    draft = find(session, actor, key, to_change=True)
    data = file_in(session, save_of(session, draft), SERVICE)
    mine = {name: _one_kind(written) for name, written in facts.items() if name in KEYS and name not in FIXED}
    for name, written in changed_since(seen, mine, _shown(data)).items():
        data = _with(data, name, written)
    return save_typed(session, house, actor, key, SERVICE, text=data.decode("utf-8"), based_on=draft.revision, now=now)


def _shown(data: bytes) -> dict[str, str]:
    return dict.fromkeys(KEYS, "") | {name: _one_kind(block) for name, block in blocks(SERVICE, data).items()}


def _one_kind(written: str) -> str:
    """As a field of a page sends it, and as it is shown: without blanks around it, lines ended in one way."""
    return "\n".join(line.rstrip() for line in written.splitlines()).strip("\n").rstrip()


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
