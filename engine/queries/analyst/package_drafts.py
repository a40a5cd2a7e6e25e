"""What analysts see of package drafts: the list, one with its parts, its history, and what two saves do not share."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session, aliased

from engine.house import House
from engine.khmer import Bilingual
from engine.packages import Problem
from engine.packages.law import LAW
from engine.packages.manifest import service_as_far
from engine.packages.package import CERTIFICATE, MINISTRY, SCENARIOS, SERVICE, TEXTS
from engine.packages.parts import LIBRARY
from engine.people.actors import Actor
from engine.people.ministries import ministries_of
from engine.studio.keeping import WHO_DRAFTS, contents, files_in, find, save_of
from engine.studio.library import older_parts
from engine.studio.problems import looked_at
from storage.package_drafts import DraftSave, DraftStatus, PackageDraft
from storage.people import Person
from storage.processes import ProcessDefinition

Part = Literal[
    "process", "forms", "decisions", "facts", "texts", "certificate", "scenarios", "law", "ministry", "shared", "other"
]
PARTS: Final[tuple[Part, ...]] = (
    "process", "forms", "decisions", "facts", "texts", "certificate", "scenarios", "law", "ministry", "shared", "other",
)  # fmt: skip
_BY_NAME: Final[Mapping[str, Part]] = {
    SERVICE: "facts",
    TEXTS: "texts",
    CERTIFICATE: "certificate",
    SCENARIOS: "scenarios",
    LAW: "law",
    MINISTRY: "ministry",
}
_BY_ENDING: Final[Mapping[str, Part]] = {"bpmn": "process", "dmn": "decisions", "json": "forms", "typ": "certificate"}
_AROUND: Final = 3
_MOST_LINES: Final = 4_000
"""Lines of a file that are compared line by line; comparing more takes longer than anybody waits."""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in a list. ``based_on`` is the number of the version from which it began; ``touched_by`` None: the
    operator of the installation."""

    key: str
    service_key: str
    ministry_key: str
    title: Bilingual
    based_on: int | None
    is_open: bool
    save: int
    touched_at: datetime
    touched_by: Bilingual | None


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of a draft in a list, with how many errors and other remarks there are in it."""

    path: str
    size: int
    errors: int
    remarks: int


@dataclass(frozen=True, slots=True)
class DraftShown:
    """A draft with its files by part, and everything that is wrong with it, errors first. ``has_older_parts``: the
    library of the house has its shared processes otherwise by now; ``template`` is the file that draws the result."""

    line: DraftLine
    parts: tuple[tuple[Part, tuple[FileLine, ...]], ...]
    problems: tuple[Problem, ...]
    has_older_parts: bool
    template: str | None

    @property
    def errors(self) -> int:
        """How many of the problems forbid publishing."""
        return sum(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class SaveLine:
    """A line of the history: the paths that are not as they were in the line before it."""

    number: int
    saved_at: datetime
    saved_by: Bilingual | None
    words: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileCompared:
    """A file that two saves do not share: whether it is ``new``, ``gone`` or ``changed``, with the lines of it that
    differ and some around: each a sign (``+``, ``-``, blank, ``@`` for what is left out) and its text."""

    path: str
    what: Literal["new", "gone", "changed"]
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What save ``later`` has otherwise than save ``earlier``."""

    line: DraftLine
    earlier: int
    later: int
    files: tuple[FileCompared, ...]


def part_of_file(path: str) -> Part:
    """To which part of a service a file belongs."""
    if path.startswith(f"{LIBRARY}/"):
        return "shared"
    return _BY_NAME.get(path) or _BY_ENDING.get(path.rpartition(".")[2], "other")


def drafts(session: Session, actor: Actor, *, closed: bool = False) -> tuple[DraftLine, ...]:
    """The drafts of the ministries for which somebody drafts, that touched last first."""
    theirs = ministries_of(session, actor, *WHO_DRAFTS)
    mine: ColumnElement[bool] = true() if theirs is None else PackageDraft.ministry_key.in_(theirs)
    status = DraftStatus.CLOSED if closed else DraftStatus.OPEN
    return _lines(session, _wanted().where(mine, PackageDraft.status == status))


def draft(session: Session, house: House, actor: Actor, key: str) -> DraftShown:
    """One draft; ``NotFound``."""
    row = find(session, actor, key)
    files = files_in(session, save_of(session, row))
    looked, problems = looked_at(session, house, actor, key)
    found = sorted(problems, key=lambda one: one.severity != "error")
    shown = [(part_of_file(path), _file(path, content, found)) for path, content in files.items()]
    parts = tuple((part, tuple(line for of, line in shown if of == part)) for part in PARTS)
    held = tuple(one for one in parts if one[1])
    template = looked.package.template
    drawn = template if template in files else None
    return DraftShown(line(session, row), held, tuple(found), bool(older_parts(house, files)), drawn)


def line(session: Session, row: PackageDraft) -> DraftLine:
    """A draft as lists show it."""
    return _lines(session, _wanted().where(PackageDraft.id == row.id))[0]


def history(session: Session, actor: Actor, key: str) -> tuple[DraftLine, tuple[SaveLine, ...]]:
    """The saves of a draft, newest first."""
    row = find(session, actor, key)
    rows = session.execute(
        select(DraftSave, Person.name_km, Person.name_latin)
        .outerjoin(Person, Person.id == DraftSave.saved_by_id)
        .where(DraftSave.draft_id == row.id)
        .order_by(DraftSave.number)
    ).all()
    found, before = list[SaveLine](), dict[str, str]()
    for save, km, latin in rows:
        digests = {path: digest for path, (digest, _) in save.files.items()}
        changed = sorted(path for path, digest in digests.items() if before.get(path, "") != digest)
        found.append(SaveLine(save.number, save.saved_at, _name(km, latin), save.words, tuple(changed)))
        before = digests
    return line(session, row), tuple(reversed(found))


def compare(session: Session, actor: Actor, key: str, earlier: int, later: int) -> Compared:
    """What one save has otherwise than another; ``NotFound`` when there is none of these numbers."""
    row = find(session, actor, key)
    old, new = (
        {path: digest for path, (digest, _) in save_of(session, row, number).files.items() if digest}
        for number in (earlier, later)
    )
    paths = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    texts = contents(session, row.id, {*old.values(), *new.values()})
    files = tuple(_compared(path, texts.get(old.get(path, "")), texts.get(new.get(path, ""))) for path in paths)
    return Compared(line(session, row), earlier, later, files)


def lines_between(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """The lines in which two texts differ, with some around them."""
    old, new = before.splitlines(), after.splitlines()
    if len(old) + len(new) > _MOST_LINES:
        return (*(("-", text) for text in old), *(("+", text) for text in new))
    found = list(difflib.unified_diff(old, new, n=_AROUND, lineterm=""))[2:]
    return tuple((text[:1], text[1:] if text[:1] != "@" else "") for text in found)


def _compared(path: str, before: bytes | None, after: bytes | None) -> FileCompared:
    what: Literal["new", "gone", "changed"] = "new" if before is None else "gone" if after is None else "changed"
    old, new = ((content or b"").decode("utf-8") for content in (before, after))
    return FileCompared(path, what, lines_between(old, new))


def _file(path: str, content: bytes, problems: list[Problem]) -> FileLine:
    mine = [one.severity == "error" for one in problems if one.file == path]
    return FileLine(path, len(content), sum(mine), len(mine) - sum(mine))


def _wanted() -> Select[Any]:
    save, person = aliased(DraftSave), aliased(Person)
    return (
        select(PackageDraft, save.files, ProcessDefinition.version, person.name_km, person.name_latin)
        .join(save, (save.draft_id == PackageDraft.id) & (save.number == PackageDraft.revision))
        .outerjoin(ProcessDefinition, ProcessDefinition.id == PackageDraft.based_on_id)
        .outerjoin(person, person.id == PackageDraft.touched_by_id)
        .order_by(PackageDraft.touched_at.desc(), PackageDraft.id.desc())
    )


def _lines(session: Session, wanted: Select[Any]) -> tuple[DraftLine, ...]:
    return tuple(
        DraftLine(
            key=row.key,
            service_key=row.service_key,
            ministry_key=row.ministry_key,
            title=_title(session, row, files),
            based_on=version,
            is_open=row.status == DraftStatus.OPEN,
            save=row.revision,
            touched_at=row.touched_at,
            touched_by=_name(km, latin),
        )
        for row, files, version, km, latin in session.execute(wanted).all()
    )


def _title(session: Session, row: PackageDraft, files: Mapping[str, object]) -> Bilingual:
    """The title that the draft has now; the key of the service while it has none that can be read."""
    held = files.get(SERVICE)
    digest = str(held[0]) if isinstance(held, list) else ""
    content = contents(session, row.id, [digest]).get(digest) if digest else None
    read = service_as_far(SERVICE, content)
    lost = any(place[:1] in ((), ("title",)) for place in read.unread)
    return Bilingual(row.service_key, row.service_key) if lost else read.value.title


def _name(km: str | None, latin: str | None) -> Bilingual | None:
    return Bilingual(km or latin or "", latin or km or "") if km or latin else None
