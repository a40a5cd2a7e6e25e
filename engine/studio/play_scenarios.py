"""A play kept as a scenario of its draft."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine.errors import MovesDoNotFit, ScenarioNameMissing, ScenarioNameTaken, StalePage
from engine.house import House
from engine.khmer import tidy
from engine.packages.package import SCENARIOS
from engine.packages.playing.play import play_of
from engine.packages.playing.walking import walk
from engine.packages.trying import office
from engine.people.actors import Actor
from engine.studio.keeping import find
from engine.studio.plays import LONGEST_NAME, package_to_play, to_change
from engine.studio.saving import save
from engine.studio.scenario_writing import NOTHING, names_in, with_play


def keep_as_scenario(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    play_key: str,
    *,
    name: str,
    seen: int,
    words: str = "",
    now: datetime,
) -> int:
    """Adds the play to ``tests.yaml`` of the draft, with what came about as what is expected; the number of the save.

    ``ScenarioNameMissing``, ``ScenarioNameTaken``; ``MovesDoNotFit`` for one that cannot be walked to its end, and
    ``ScenarioNotKept`` for one that would not come true as it would be written.
    """
    row = to_change(session, actor, key, play_key, seen)
    package = package_to_play(session, house, actor, key)
    found = walk(package, play_of(row.kept), office())
    if not found.play.is_sent:
        raise StalePage
    if not found.fits or found.asked is not None:
        raise MovesDoNotFit
    data = package.files.get(SCENARIOS, NOTHING)
    called = tidy(name)[:LONGEST_NAME]
    if not called:
        raise ScenarioNameMissing
    if called in names_in(data):
        raise ScenarioNameTaken(name=called)
    changes = {SCENARIOS: with_play(package, data, found, called)}
    return save(session, actor, key, changes, based_on=find(session, actor, key).revision, words=words, now=now)
