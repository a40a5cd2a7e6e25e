"""Where a release stands at a moment: what its row says, and what follows from the clock and from later releases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from storage.releases import Release, ReleaseStatus


class Standing(StrEnum):
    """An approved release waits for its moment, is in effect, or has a successor that is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PLANNED = "planned"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


def standing_of(release: Release, others: Iterable[Release], now: datetime) -> Standing:
    """Where the release stands among the ``others`` of its ministry. A later one in effect supersedes it when it is for
    all offices, or for all those of the pilot that this one is for."""
    if release.status != ReleaseStatus.APPROVED:
        return Standing(release.status.value)
    if not _is_in_effect(release, now):
        return Standing.PLANNED
    later = (one for one in others if (one.number or 0) > (release.number or 0) and _is_in_effect(one, now))
    return Standing.SUPERSEDED if any(_covers(one, release) for one in later) else Standing.EFFECTIVE


def _is_in_effect(release: Release, now: datetime) -> bool:
    is_approved = release.status == ReleaseStatus.APPROVED
    return is_approved and release.effective_from is not None and release.effective_from <= now


def _covers(later: Release, release: Release) -> bool:
    return not later.offices or (bool(release.offices) and set(later.offices) >= set(release.offices))
