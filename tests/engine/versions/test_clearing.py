"""Trials are kept for a while and not more than so many; none that a release refers to goes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from engine.clockwork import upkeep
from engine.versions import clearing, publishing, trials
from storage.chores import Chore, ChoreKind
from storage.releases import Release, ReleaseItem
from storage.trials import Trial, TrialCase
from tests.cast import NOW
from tests.small.cases import PACKAGE, SERVICE, Kilns

LATER = NOW + clearing.KEPT_FOR + timedelta(days=1)


def tried(kilns: Kilns, *, now: datetime = NOW, is_over: bool = True) -> str:
    files = publishing.files_of(PACKAGE)
    with kilns.house.database.transaction() as session:
        key = trials.ask(session, kilns.house, kilns.cast.chenda.actor, SERVICE, files, now=now)
    if is_over:
        trials.go_on_with(kilns.house, key, now=now)
    return key


def cleared(kilns: Kilns, now: datetime) -> int:
    with kilns.house.database.transaction() as session:
        return clearing.clear(session, now=now)


def kept(kilns: Kilns) -> list[str]:
    with kilns.house.database.reading() as session:
        return list(session.scalars(select(Trial.key).order_by(Trial.id)))


def test_a_trial_goes_with_its_rows_when_it_is_old(kilns: Kilns) -> None:
    kilns.send()
    old, young = tried(kilns), tried(kilns, now=NOW + timedelta(days=2))
    assert cleared(kilns, NOW + clearing.KEPT_FOR) == 0
    assert cleared(kilns, LATER) == 1
    assert kept(kilns) == [young]
    assert old != young
    with kilns.house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(TrialCase)) == 1


def test_of_a_service_the_newest_so_many_stay(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "KEPT", 2)
    keys = [tried(kilns) for _ in range(4)]
    assert cleared(kilns, NOW) == 2
    assert kept(kilns) == keys[2:]


def test_one_that_goes_on_stays_however_many_and_old(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "KEPT", 0)
    kilns.send()
    key = tried(kilns, is_over=False)
    assert cleared(kilns, LATER) == 0
    assert kept(kilns) == [key]


def test_one_of_the_files_that_a_release_changes_stays(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "KEPT", 0)
    key = tried(kilns)
    with kilns.house.database.transaction() as session:
        digest = session.scalars(select(Trial.digest).where(Trial.key == key)).one()
        release = Release(
            key="release", ministry_key="industry", title="Fees", note="", offices=[], made_at=NOW, made_by_id=None
        )
        session.add(release)
        session.flush()
        session.add(ReleaseItem(release_id=release.id, service_key=SERVICE, digest=digest, archive=b"files"))
    assert cleared(kilns, LATER) == 0
    with kilns.house.database.transaction() as session:
        item = session.scalars(select(ReleaseItem)).one()
        item.archive = None  # a version that the release takes over unchanged
    assert cleared(kilns, LATER) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_upkeep_clears_at_once_while_there_is_more_and_then_once_a_day(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearing, "TOGETHER", 1)
    tried(kilns)
    waits = []
    for _ in range(2):
        upkeep.tidy_due(kilns.house, now=LATER)
        with kilns.house.database.reading() as session:
            waits.append(session.scalars(select(Chore.due_at).where(Chore.kind == ChoreKind.TRIALS)).one())
    assert waits == [LATER, LATER + upkeep.ALL_IN]
    assert kept(kilns) == []
