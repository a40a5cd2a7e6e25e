"""Saving: what somebody changed in a draft becomes its next save, unless somebody else changed the same file meanwhile.

Two people may work on different files of one draft and never notice. Of two who change the same file the later one is
refused and gets both texts; nothing is lost, since the first is saved and the second is still with its author.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine.errors import DraftClosed, Overtaken, StalePage
from engine.house import House
from engine.khmer import Bilingual
from engine.packages.package import CERTIFICATE, MINISTRY
from engine.people.actors import Actor
from engine.studio.beginnings import ROW_OF_ANSWER, USUAL_CERTIFICATE, empty_process
from engine.studio.bounds import check_content, check_path, check_whole
from engine.studio.keeping import Held, contents, file_in, files_in, find, held_in, save_of
from storage.package_drafts import DraftContent, DraftSave, DraftStatus, PackageDraft
from storage.people import Person

ONE_SITTING: Final = timedelta(minutes=10)
"""Saves without words of one person within this time are one line of the history."""
LONGEST_WORDS: Final = 400

Changes = Mapping[str, bytes | None]
"""The new content of each path, None for a file that is taken away."""


def save(
    session: Session, actor: Actor, key: str, changes: Changes, *, based_on: int, words: str = "", now: datetime
) -> int:
    """Saves what somebody changed since save ``based_on``; the number of the save that holds it.

    Raises ``Overtaken`` when one of these files was changed otherwise in a later save, ``DraftClosed``, and what
    ``engine.studio.bounds`` refuses. What changes nothing is no save.
    """
    draft = find(session, actor, key, to_change=True)
    if draft.status == DraftStatus.CLOSED:
        raise DraftClosed
    if not 0 <= based_on <= draft.revision:
        raise StalePage
    for path, content in changes.items():
        check_path(path)
        if content is not None:
            check_content(path, content)
    newest = save_of(session, draft)
    wanted = {path: content for path, content in changes.items() if _differs(newest, path, content)}
    for path in wanted:
        _not_overtaken(session, draft, newest, path, based_on)
    return _saved(session, draft, newest, wanted, actor, words=words, now=now) if wanted else draft.revision


def restore(session: Session, actor: Actor, key: str, number: int, *, words: str, now: datetime) -> int:
    """All files as they were in an earlier save become the newest save; what was saved since stays in the history."""
    draft = find(session, actor, key, to_change=True)
    wanted: dict[str, bytes | None] = dict(files_in(session, save_of(session, draft, number)))
    there = held_in(save_of(session, draft))
    gone = {path: None for path, held in there.items() if held.digest and path not in wanted}
    return save(session, actor, key, wanted | gone, based_on=draft.revision, words=words, now=now)


def add(
    session: Session, house: House, actor: Actor, key: str, path: str, *, based_on: int, words: str, now: datetime
) -> int:
    """A new file, empty but for what every file of its kind needs; ``StalePage`` when there is one of that path."""
    newest = save_of(session, find(session, actor, key, to_change=True))
    if newest.files.get(path, ("", 0))[0]:
        raise StalePage
    first = _first_of(house, path, files_in(session, newest).get(MINISTRY, b""))
    return save(session, actor, key, {path: first}, based_on=based_on, words=words, now=now)


def rename(
    session: Session, actor: Actor, key: str, path: str, to: str, *, based_on: int, words: str, now: datetime
) -> int:
    """A file gets another path; what names it in other files is told by the problems. ``NotFound``; ``StalePage`` when
    there is a file of that path."""
    draft = find(session, actor, key, to_change=True)
    newest = save_of(session, draft)
    check_path(to)
    if newest.files.get(to, ("", 0))[0]:
        raise StalePage
    content = file_in(session, newest, path)
    return save(session, actor, key, {path: None, to: content}, based_on=based_on, words=words, now=now)


def digest_of(content: bytes) -> str:
    """Under which digest a content is kept: its SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def first_save(session: Session, draft: PackageDraft, files: Mapping[str, bytes], words: str) -> None:
    """The files with which a draft begins are its first save."""
    nothing = DraftSave(draft_id=draft.id, number=0, begun_at=draft.made_at, saved_at=draft.made_at, words="", files={})
    author = Actor(draft.made_by_id)
    _saved(session, draft, nothing, dict(files), author, words=words, now=draft.made_at)


def _differs(newest: DraftSave, path: str, content: bytes | None) -> bool:
    digest, _ = newest.files.get(path, ("", 0))
    return bool(digest != ("" if content is None else digest_of(content)))


def _not_overtaken(session: Session, draft: PackageDraft, newest: DraftSave, path: str, based_on: int) -> None:
    held = held_in(newest).get(path)
    if held is None or held.since <= based_on:
        return
    theirs = contents(session, draft.id, [held.digest]).get(held.digest) if held.digest else None
    raise Overtaken(file=path, by=who_saved(session, draft.id, held.since), save=draft.revision, theirs=theirs)


def who_saved(session: Session, draft_id: int, number: int) -> Bilingual:
    """Who made a save; those that became one line have the number of the last of them."""
    row = session.execute(
        select(Person.name_km, Person.name_latin)
        .select_from(DraftSave)
        .outerjoin(Person, Person.id == DraftSave.saved_by_id)
        .where(DraftSave.draft_id == draft_id, DraftSave.number >= number)
        .order_by(DraftSave.number)
        .limit(1)
    ).one_or_none()
    if row is None or row.name_latin is None:
        return OPERATOR_NAME
    return Bilingual(row.name_km or row.name_latin, row.name_latin or row.name_km)


OPERATOR_NAME: Final = Bilingual("អ្នកថែទាំប្រព័ន្ធ", "The operator")


def _first_of(house: House, path: str, ministry: bytes) -> bytes:
    """With what a new file begins: a form and a process are called like their file, a certificate is drawn as those of
    new services."""
    name, _, ending = path.rpartition("/")[2].rpartition(".")
    drawn = house.processes / USUAL_CERTIFICATE
    if path == CERTIFICATE and drawn.is_file():
        lines = drawn.read_bytes().splitlines(keepends=True)
        return b"".join(line for line in lines if not line.lstrip().startswith(ROW_OF_ANSWER))
    if ending == "json":
        form = {"type": "default", "id": name, "schemaVersion": 18, "components": []}
        return json.dumps(form, indent=2).encode() + b"\n"
    return empty_process(name, ministry) if ending == "bpmn" else b"\n"


def _saved(
    session: Session,
    draft: PackageDraft,
    newest: DraftSave,
    changes: Changes,
    actor: Actor,
    *,
    words: str,
    now: datetime,
) -> int:
    number = draft.revision + 1
    digests = {path: "" if content is None else digest_of(content) for path, content in changes.items()}
    files = held_in(newest) | {path: Held(digest, number) for path, digest in digests.items()}
    _keep(session, draft.id, {digest_of(content): content for content in changes.values() if content is not None})
    check_whole(_sizes(session, draft.id, files))
    line = _line_for(session, newest, actor, words=words.strip()[:LONGEST_WORDS], now=now)
    before = line.files or {}
    line.number, line.saved_at = number, now
    line.files = {path: [held.digest, held.since] for path, held in files.items()}
    draft.revision, draft.touched_at, draft.touched_by_id = number, now, actor.person_id
    session.flush()
    forget(session, draft.id, {digest for digest, _ in before.values()} - {held.digest for held in files.values()})
    return number


def _line_for(session: Session, newest: DraftSave, actor: Actor, *, words: str, now: datetime) -> DraftSave:
    """The line of the history that the save belongs to: that of the same sitting, or a new one."""
    same = newest.id is not None and newest.saved_by_id == actor.person_id
    if same and not newest.words and not words and now - newest.begun_at < ONE_SITTING:
        return newest
    line = DraftSave(
        draft_id=newest.draft_id,
        number=0,
        saved_by_id=actor.person_id,
        begun_at=now,
        saved_at=now,
        words=words,
        files={},
    )
    session.add(line)
    return line


def _keep(session: Session, draft_id: int, wanted: Mapping[str, bytes]) -> None:
    known = select(DraftContent.digest).where(DraftContent.draft_id == draft_id, DraftContent.digest.in_(wanted))
    there = set(session.scalars(known))
    session.add_all(
        DraftContent(draft_id=draft_id, digest=digest, content=content)
        for digest, content in wanted.items()
        if digest not in there
    )
    session.flush()


def _sizes(session: Session, draft_id: int, files: Mapping[str, Held]) -> dict[str, int]:
    wanted = select(DraftContent.digest, func.length(DraftContent.content)).where(
        DraftContent.draft_id == draft_id, DraftContent.digest.in_({held.digest for held in files.values()})
    )
    sizes = {digest: int(size) for digest, size in session.execute(wanted)}
    return {path: sizes[held.digest] for path, held in files.items() if held.digest}


def forget(session: Session, draft_id: int, digests: set[str]) -> None:
    """Contents that no save has any more."""
    if not digests:
        return
    for files in session.scalars(select(DraftSave.files).where(DraftSave.draft_id == draft_id)):
        digests = digests - {digest for digest, _ in files.values()}
    session.execute(delete(DraftContent).where(DraftContent.draft_id == draft_id, DraftContent.digest.in_(digests)))
