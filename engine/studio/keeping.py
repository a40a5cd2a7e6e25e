"""The rows of a draft: found for somebody who may work on it, and its files as they were in a save."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotAllowed, NotFound
from engine.packages.groups import ADMINISTRATOR, ANALYST
from engine.people.actors import Actor
from engine.people.ministries import acts_for_ministry
from storage.package_drafts import DraftContent, DraftSave, PackageDraft

WHO_DRAFTS: Final = (ANALYST, ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Held:
    """A file in a save: the digest of its content, empty when it was taken away, and the save in which that was."""

    digest: str
    since: int


def require_ministry(session: Session, actor: Actor, ministry: str) -> None:
    """Raises ``NotAllowed`` unless somebody may draft services of this ministry."""
    if not acts_for_ministry(session, actor, ministry, *WHO_DRAFTS):
        raise NotAllowed


def find(session: Session, actor: Actor, key: str, *, to_change: bool = False) -> PackageDraft:
    """The draft with this key, locked when it is ``to_change``; ``NotFound`` when there is none for this person."""
    wanted = select(PackageDraft).where(PackageDraft.key == key)
    draft = session.scalar(wanted.with_for_update() if to_change else wanted)
    if draft is None:
        raise NotFound
    try:
        require_ministry(session, actor, draft.ministry_key)
    except NotAllowed:
        raise NotFound from None
    return draft


def save_of(session: Session, draft: PackageDraft, number: int | None = None) -> DraftSave:
    """A save of a draft, the newest without a number; ``NotFound``."""
    wanted = draft.revision if number is None else number
    found = session.scalar(select(DraftSave).where(DraftSave.draft_id == draft.id, DraftSave.number == wanted))
    if found is None:
        raise NotFound
    return found


def held_in(save: DraftSave) -> dict[str, Held]:
    """What a save says of each path, also of those that were taken away."""
    return {path: Held(digest, since) for path, (digest, since) in save.files.items()}


def contents(session: Session, draft_id: int, digests: Collection[str]) -> dict[str, bytes]:
    """The contents of these digests."""
    wanted = select(DraftContent.digest, DraftContent.content).where(
        DraftContent.draft_id == draft_id, DraftContent.digest.in_(set(digests))
    )
    return {row.digest: row.content for row in session.execute(wanted)}


def files_in(session: Session, save: DraftSave) -> dict[str, bytes]:
    """All files of a save by their paths, in the order of those."""
    held: Mapping[str, str] = {path: digest for path, (digest, _) in sorted(save.files.items()) if digest}
    found = contents(session, save.draft_id, held.values())
    return {path: found[digest] for path, digest in held.items()}


def file_in(session: Session, save: DraftSave, path: str) -> bytes:
    """One file of a save; ``NotFound`` when it has none of this path."""
    digest, _ = save.files.get(path, ("", 0))
    found = contents(session, save.draft_id, [digest]) if digest else {}
    if digest not in found:
        raise NotFound
    return found[digest]
