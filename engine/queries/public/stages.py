"""The stages of an application as its owner sees them: passed, where it is, and still to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine.catalog.published import Published
from engine.khmer import Bilingual
from storage.applications import Application, ApplicationStatus

StageState = Literal["done", "now", "next"]


@dataclass(frozen=True, slots=True)
class StageShown:
    """A stage of the service: passed, where the application is, or still to come. ``done_at``: when a passed one was
    done, the last time; ``since``: from when the application has been where it is."""

    key: str
    label: Bilingual
    state: StageState
    done_at: datetime | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """From when until when an application was in a stage, the last time; ``left_at`` is None while it is there."""

    entered_at: datetime
    left_at: datetime | None


def stages_of(published: Published, application: Application, stays: Mapping[str, Stay]) -> tuple[StageShown, ...]:
    """The stages it went through and those to come, in the order of the service; once it ended none are to come."""
    texts, order = published.package.texts.stages, published.package.manifest.stages
    ended = application.status == ApplicationStatus.ENDED
    here = order.index(application.stage) if application.stage in order else -1
    shown = []
    for place, key in enumerate(order):
        stay = stays.get(key)
        if ended or place < here:
            if stay is not None:
                shown.append(StageShown(key, texts[key], "done", done_at=_done_at(stay, application.decided_at)))
        elif place == here:
            shown.append(StageShown(key, texts[key], "now", since=stay.entered_at if stay else None))
        else:
            # After a correction the application comes through here once more.
            shown.append(StageShown(key, texts[key], "next"))
    return tuple(shown)


def _done_at(stay: Stay, decided_at: datetime | None) -> datetime | None:
    """When the work of a stage was done. What follows a decision (the paper that is printed, a step that had to be
    taken again) does not move its date: appeals are counted from it."""
    if decided_at is not None and stay.entered_at < decided_at and (not stay.left_at or decided_at < stay.left_at):
        return decided_at
    return stay.left_at
