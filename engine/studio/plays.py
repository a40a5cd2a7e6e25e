"""Plays of a draft as rows: begun, opened from a scenario, changed by one move, taken back, deleted.

A row holds how the case began and what was done, and nothing of the case. It is walked on the newest save whenever
somebody looks at it, so a draft may change under it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine.errors import (
    DraftClosed,
    ErrorsBeforePlay,
    MovesDoNotFit,
    NotFound,
    PlayMomentUnclear,
    PlayMoveRefused,
    PlayTooLong,
    StalePage,
    TooManyPlays,
)
from engine.house import House
from engine.packages import ServicePackage
from engine.packages.playing.clockwork import LONGEST, is_too_late
from engine.packages.playing.examples import scenarios_of
from engine.packages.playing.play import Move, Play, play_from, play_of
from engine.packages.playing.walking import Walk, walk
from engine.packages.register_rules import NEW, kind_facts
from engine.packages.trying import office
from engine.people.actors import Actor
from engine.references import new_key
from engine.studio.keeping import find
from engine.studio.problems import looked_at
from storage.package_drafts import DraftStatus, PackageDraft
from storage.plays import DraftPlay

MOST_PLAYS: Final = 20
"""Plays that lie side by side at one draft."""
MOST_MOVES: Final = 200
LARGEST: Final = 200_000
"""Bytes of a play with all its answers."""
KEPT_FOR: Final = timedelta(days=180)
"""How long a play is kept that nobody touches."""
LONGEST_NAME: Final = 200
FIRST_YEAR, LAST_YEAR = 1993, 2180


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a play begins: the local moment, at an office of which level, a new application or which other kind (with the
    last day of the certificate it begins from, and how many the applicant holds), or the start event that begins it."""

    starts: datetime
    name: str = ""
    level: str = ""
    kind: str = NEW
    held_until: date | None = None
    certificates_held: int = 0
    begins: str = ""
    brings: Mapping[str, Any] = field(default_factory=dict)


def package_to_play(session: Session, house: House, actor: Actor, key: str) -> ServicePackage:
    """The package of the newest save; ``ErrorsBeforePlay`` for one that could not run."""
    draft, problems = looked_at(session, house, actor, key)
    if any(problem.severity == "error" for problem in problems):
        raise ErrorsBeforePlay
    return draft.package


def begin(session: Session, house: House, actor: Actor, key: str, how: Beginning, *, now: datetime) -> str:
    """A new play; its key. What begins by an application is typed next, everything else is on its way at once."""
    package = package_to_play(session, house, actor, key)
    if not FIRST_YEAR <= how.starts.year <= LAST_YEAR:
        raise PlayMomentUnclear
    starts = {start.element_id for start in package.process.starts if start.kind != "none"}
    if (how.begins and how.begins not in starts) or how.kind not in package.manifest.kinds:
        raise NotFound
    if how.level and how.level not in package.manifest.office_levels:
        raise NotFound
    held = {"certificates_held": how.certificates_held} if how.certificates_held else {}
    play = Play(
        how.starts,
        how.level,
        how.begins,
        {**(kind_facts(how.kind) if how.kind != NEW else {}), **held},
        how.held_until if how.kind != NEW else None,
        how.brings,
        is_sent=bool(how.begins),
    )
    if play.is_sent:
        require_begun(package, play)
    return _added(session, actor, key, play, how.name, now=now)


def open_scenario(session: Session, house: House, actor: Actor, key: str, name: str, *, now: datetime) -> str:
    """A scenario of the draft as a new play; ``NotFound``."""
    package = package_to_play(session, house, actor, key)
    scenario = next((one for one in scenarios_of(package) if one.name == name), None)
    if scenario is None:
        raise NotFound
    return _added(session, actor, key, play_from(scenario, package), name, now=now)


def find_play(session: Session, actor: Actor, key: str, play_key: str, *, to_change: bool = False) -> DraftPlay:
    """A play of a draft, its draft locked when it is ``to_change``; ``NotFound``."""
    draft = find(session, actor, key, to_change=to_change)
    if to_change and draft.status == DraftStatus.CLOSED:
        raise DraftClosed
    row = session.scalar(select(DraftPlay).where(DraftPlay.key == play_key, DraftPlay.draft_id == draft.id))
    if row is None:
        raise NotFound
    return row


def walked(session: Session, house: House, actor: Actor, key: str, play_key: str) -> tuple[DraftPlay, Walk]:
    """A play on the newest save of its draft."""
    row = find_play(session, actor, key, play_key)
    package = package_to_play(session, house, actor, key)
    return row, walk(package, play_of(row.kept), office())


def make_move(
    session: Session, house: House, actor: Actor, key: str, play_key: str, *, move: Move, seen: int, now: datetime
) -> None:
    """One move more. ``StalePage`` when the play is another by now, ``MovesDoNotFit`` when the draft is, and
    ``PlayMoveRefused`` with the sentence for what the case does not allow."""
    row = to_change(session, actor, key, play_key, seen)
    package = package_to_play(session, house, actor, key)
    before = walk(package, play_of(row.kept), office())
    if not before.play.is_sent:
        raise StalePage
    if not before.fits:
        raise MovesDoNotFit
    if len(before.play.moves) >= MOST_MOVES or is_too_late(before, move.at):
        raise PlayTooLong(moves=MOST_MOVES, years=LONGEST)
    after = walk(package, before.play.with_move(move), office())
    if not after.fits:
        raise PlayMoveRefused(why=after.why)
    write(row, actor, after.play, now=now)


def go_back(session: Session, actor: Actor, key: str, play_key: str, count: int, *, seen: int, now: datetime) -> None:
    """Leaves out every move after the first ``count``; ``-1`` takes back the sending, too."""
    row = to_change(session, actor, key, play_key, seen)
    play = play_of(row.kept)
    write(row, actor, play.back_to(max(count, 0) if play.begins else count), now=now)


def remove(session: Session, actor: Actor, key: str, play_key: str, *, seen: int) -> None:
    """Deletes a play; ``StalePage`` when somebody has gone on with it meanwhile."""
    session.delete(to_change(session, actor, key, play_key, seen))
    session.flush()


def to_change(session: Session, actor: Actor, key: str, play_key: str, seen: int) -> DraftPlay:
    """A play that is about to be changed by somebody who saw it so; ``StalePage``."""
    row = find_play(session, actor, key, play_key, to_change=True)
    if row.revision != seen:
        raise StalePage
    return row


def write(row: DraftPlay, actor: Actor, play: Play, *, now: datetime) -> None:
    """The play as it is now."""
    kept = play.kept()
    if len(json.dumps(kept)) > LARGEST:
        raise PlayTooLong(moves=MOST_MOVES, years=LONGEST)
    row.kept, row.revision = kept, row.revision + 1
    row.touched_at, row.touched_by_id = now, actor.person_id


def require_begun(package: ServicePackage, play: Play) -> None:
    """Raises ``PlayMoveRefused`` for a case that cannot begin so."""
    found = walk(package, play, office())
    if not found.fits:
        raise PlayMoveRefused(why=found.why)


def _added(session: Session, actor: Actor, key: str, play: Play, name: str, *, now: datetime) -> str:
    draft = find(session, actor, key, to_change=True)
    if draft.status == DraftStatus.CLOSED:
        raise DraftClosed
    _make_room(session, draft, now)
    row = DraftPlay(
        key=new_key(),
        draft_id=draft.id,
        name=name[:LONGEST_NAME],
        revision=0,
        kept={},
        begun_at=now,
        begun_by_id=actor.person_id,
    )
    write(row, actor, play, now=now)
    session.add(row)
    session.flush()
    return row.key


def _make_room(session: Session, draft: PackageDraft, now: datetime) -> None:
    mine = DraftPlay.draft_id == draft.id
    session.execute(delete(DraftPlay).where(mine, DraftPlay.touched_at < now - KEPT_FOR))
    if (session.scalar(select(func.count()).select_from(DraftPlay).where(mine)) or 0) >= MOST_PLAYS:
        raise TooManyPlays(most=MOST_PLAYS)
