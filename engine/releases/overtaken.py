"""What was published under a release while it was being made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import ReleaseOvertaken
from engine.khmer import Bilingual
from storage.people import Person
from storage.processes import ProcessDefinition
from storage.releases import Release, ReleaseItem


@dataclass(frozen=True, slots=True)
class Newest:
    """The version of a service that was published last and not withdrawn, whether in effect or not."""

    definition_id: int
    service_key: str
    version: int
    digest: str
    is_pilot: bool
    by: Bilingual


@dataclass(frozen=True, slots=True)
class Change:
    """A service whose newest version is another than the one a release was made from: which it is now, published by
    whom; none when its only version was withdrawn. ``was_changed``: the release changes it too."""

    service_key: str
    newest: Newest | None
    was_changed: bool


def newest_versions(session: Session, ministry_key: str) -> Mapping[str, Newest]:
    """The newest version of every service of a ministry, by service key; one statement."""
    rows = session.execute(
        select(
            ProcessDefinition.id,
            ProcessDefinition.service_key,
            ProcessDefinition.version,
            ProcessDefinition.digest,
            ProcessDefinition.is_pilot,
            Person.name_km,
            Person.name_latin,
        )
        .outerjoin(Person, Person.id == ProcessDefinition.published_by_id)
        .where(
            ProcessDefinition.service_key.startswith(f"{ministry_key}.", autoescape=True),
            ProcessDefinition.withdrawn_at.is_(None),
        )
        .order_by(ProcessDefinition.service_key, ProcessDefinition.version)
    )
    return {
        row.service_key: Newest(
            row.id, row.service_key, row.version, row.digest, row.is_pilot, _name(row.name_km, row.name_latin)
        )
        for row in rows
    }


def changes_under(session: Session, release: Release, items: Iterable[ReleaseItem]) -> tuple[Change, ...]:
    """What differs now from what the release was made from, by service key."""
    newest = newest_versions(session, release.ministry_key)
    held = {item.service_key: item for item in items}
    found = []
    for service_key in sorted(newest.keys() | held.keys()):
        there, item = newest.get(service_key), held.get(service_key)
        if (there.definition_id if there else None) != (item.base_id if item else None):
            found.append(Change(service_key, there, item is not None and item.archive is not None))
    return tuple(found)


def require_up_to_date(session: Session, release: Release, items: Iterable[ReleaseItem]) -> None:
    """Raises ``ReleaseOvertaken`` with everything that was published under the release."""
    changes = changes_under(session, release, items)
    if changes:
        told = [_told(change) for change in changes]
        raise ReleaseOvertaken(changes=Bilingual("; ".join(one.km for one in told), "; ".join(one.en for one in told)))


def _told(change: Change) -> Bilingual:
    if change.newest is None:
        return Bilingual(f"{change.service_key} (បានដកវិញ)", f"{change.service_key} (withdrawn)")
    version, by = change.newest.version, change.newest.by
    return Bilingual(
        f"{change.service_key} កំណែ {version} ដោយ {by.km}", f"{change.service_key} version {version} by {by.en}"
    )


def _name(km: str | None, latin: str | None) -> Bilingual:
    return Bilingual(km or latin or "អ្នកដំណើរការប្រព័ន្ធ", latin or km or "the operator")
