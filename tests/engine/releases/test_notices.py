"""The withdrawal of an exported release, in a signed file: what it takes back elsewhere, and what it may not."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from engine.clockwork import schedule
from engine.errors import (
    BuiltUpon,
    NoSuchMinistry,
    NotAllowed,
    NoticeDiffers,
    ParcelTampered,
    ParcelUnknown,
    ParcelUnreadable,
    Refused,
    ReleaseInEffect,
    ReleaseKnown,
    ReleaseNotWithdrawn,
    WithdrawnHere,
)
from engine.packages import digest
from engine.packages.groups import APPROVER
from engine.people.actors import Actor
from engine.releases import carrying, notices, sealing
from engine.releases.notices import Notice
from storage.releases import MinistryEvent, ReleaseStatus
from tests.cast import NOW
from tests.engine.releases.test_carrying import OTHER, SECRET, TRUSTED, parcel, rewritten, take_in
from tests.small.agreeing import MINISTRY, Agreeing, kiln_files
from tests.small.cases import SERVICE, Kilns

TOMORROW = NOW + timedelta(days=1)
NOTICE = Notice(
    MINISTRY, 1, "Clearer words", "The prakas is not signed.", {SERVICE: digest(kiln_files("From far away."))}
)


@pytest.fixture
def agreeing(kilns: Kilns) -> Agreeing:
    return Agreeing(kilns)


def bring(agreeing: Agreeing, sent: bytes, *, actor: Actor | None = None, now: object = NOW) -> str:
    with agreeing.house.database.transaction() as session:
        who = actor or agreeing.approver
        return notices.take_in_notice(
            session, agreeing.house, who, sent, TRUSTED | {"nobody": TRUSTED[MINISTRY]}, now=now
        )  # type: ignore[arg-type]


def test_the_notice_says_which_release_was_withdrawn_and_why(agreeing: Agreeing) -> None:
    key = agreeing.submitted(planned_for=TOMORROW)
    agreeing.approve(key)
    with pytest.raises(ReleaseNotWithdrawn), agreeing.house.database.transaction() as session:
        notices.export_notice(session, agreeing.analyst, key, SECRET, now=NOW)
    agreeing.withdraw(key)
    with agreeing.house.database.transaction() as session:
        sent = notices.export_notice(session, agreeing.analyst, key, SECRET, to=" Kampot  hall ", now=NOW)
    assert notices.is_notice(sent)
    found = notices.unseal(sent, TRUSTED)
    assert found == Notice(
        MINISTRY, 1, "Clearer words", "Too early.", {SERVICE: digest(kiln_files("For the release."))}
    )
    assert agreeing.history()[-1] == "notice_exported"


def test_what_was_never_approved_has_no_notice(agreeing: Agreeing) -> None:
    key = agreeing.begin()
    agreeing.withdraw(key)
    with pytest.raises(ReleaseNotWithdrawn), agreeing.house.database.transaction() as session:
        notices.export_notice(session, agreeing.analyst, key, SECRET, now=NOW)


def test_only_people_of_the_ministry_export_and_only_its_approvers_import(agreeing: Agreeing) -> None:
    key = take_in(agreeing, sealing.seal(parcel(), SECRET))
    stranger = agreeing.belongs(agreeing.cast.bopha, APPROVER, "tourism")
    for actor in (stranger, agreeing.analyst, agreeing.cast.dara.actor):
        with pytest.raises(NotAllowed):
            bring(agreeing, notices.seal(NOTICE, SECRET), actor=actor)
    agreeing.withdraw(key)
    with pytest.raises(NotAllowed), agreeing.house.database.transaction() as session:
        notices.export_notice(session, agreeing.cast.visal.actor, key, SECRET, now=NOW)


def test_a_planned_release_is_withdrawn_where_it_was_imported(agreeing: Agreeing) -> None:
    key = take_in(agreeing, sealing.seal(parcel(), SECRET))
    assert bring(agreeing, notices.seal(NOTICE, SECRET)) == key
    assert agreeing.row(key).status == ReleaseStatus.WITHDRAWN
    schedule.sweep(agreeing.house, now=TOMORROW)
    assert agreeing.version_at(agreeing.cast.battambang, TOMORROW) == 1
    assert agreeing.history() == ["imported", "published", "withdrawn_by_notice"]
    with pytest.raises(WithdrawnHere):
        bring(agreeing, notices.seal(NOTICE, SECRET))


def test_the_release_after_a_withdrawn_one_is_taken_in(agreeing: Agreeing) -> None:
    take_in(agreeing, sealing.seal(parcel(), SECRET))
    bring(agreeing, notices.seal(NOTICE, SECRET))
    take_in(agreeing, sealing.seal(parcel("Anew.", number=2, based_on=None), SECRET))
    assert agreeing.version_at(None, TOMORROW) == 3


def test_what_is_in_effect_is_not_withdrawn_by_a_file(agreeing: Agreeing) -> None:
    take_in(agreeing, sealing.seal(parcel(), SECRET))
    with pytest.raises(ReleaseInEffect):
        bring(agreeing, notices.seal(NOTICE, SECRET), now=TOMORROW)
    assert agreeing.version_at(None, TOMORROW) == 2


def test_what_another_release_was_built_on_is_not_either(agreeing: Agreeing) -> None:
    take_in(agreeing, sealing.seal(parcel(), SECRET))
    before = digest(kiln_files("From far away."))
    take_in(agreeing, sealing.seal(parcel("Next.", before=before, number=2), SECRET))
    with pytest.raises(BuiltUpon):
        bring(agreeing, notices.seal(NOTICE, SECRET))


def test_a_notice_that_comes_before_its_release_keeps_it_out(agreeing: Agreeing) -> None:
    key = bring(agreeing, notices.seal(NOTICE, SECRET))
    assert (agreeing.row(key).number, agreeing.row(key).status) == (1, ReleaseStatus.WITHDRAWN)
    with pytest.raises(ReleaseKnown):
        take_in(agreeing, sealing.seal(parcel(), SECRET))
    assert (agreeing.versions(), agreeing.history()) == ([1], ["kept_out"])
    with pytest.raises(NoSuchMinistry):
        bring(agreeing, notices.seal(replace(NOTICE, ministry_key="nobody"), SECRET), now=NOW)


def test_a_notice_of_another_release_of_this_number_changes_nothing(agreeing: Agreeing) -> None:
    key = take_in(agreeing, sealing.seal(parcel(), SECRET))
    with pytest.raises(NoticeDiffers):
        bring(agreeing, notices.seal(replace(NOTICE, packages={SERVICE: "0" * 64}), SECRET))
    assert agreeing.row(key).status == ReleaseStatus.APPROVED


@pytest.mark.parametrize("name", ["withdrawal.json", "withdrawal.sig"])
def test_a_changed_octet_is_noticed(agreeing: Agreeing, name: str) -> None:
    key = take_in(agreeing, sealing.seal(parcel(), SECRET))
    sent = notices.seal(NOTICE, SECRET)
    other = notices.seal(replace(NOTICE, reason="Another."), SECRET)

    def swap(files: dict[str, bytes]) -> None:
        with zipfile.ZipFile(io.BytesIO(other)) as found:
            files[name] = found.read(name)

    with pytest.raises(ParcelTampered):
        bring(agreeing, rewritten(sent, swap))
    with pytest.raises(ParcelTampered):
        bring(agreeing, rewritten(sent, lambda files: files.update(more=b"x")))
    assert agreeing.row(key).status == ReleaseStatus.APPROVED


def test_a_signer_whom_nobody_trusts_is_refused(agreeing: Agreeing) -> None:
    take_in(agreeing, sealing.seal(parcel(), SECRET))
    with pytest.raises(ParcelUnknown):
        bring(agreeing, notices.seal(NOTICE, OTHER))


def renamed(sent: bytes, before: str, after: str) -> bytes:
    def rename(files: dict[str, bytes]) -> None:
        for end in (".json", ".sig"):
            files[after + end] = files.pop(before + end)

    return rewritten(sent, rename)


def test_neither_kind_of_file_is_taken_for_the_other(agreeing: Agreeing) -> None:
    release, notice = sealing.seal(parcel(), SECRET), notices.seal(NOTICE, SECRET)
    assert not notices.is_notice(release)
    assert not notices.is_notice(b"nothing")
    for sent in (release, renamed(release, "release", "withdrawal")):
        with pytest.raises(ParcelUnreadable):
            bring(agreeing, sent)
    for sent in (notice, renamed(notice, "withdrawal", "release")):
        with pytest.raises(ParcelUnreadable):
            take_in(agreeing, sent)


def test_of_two_who_bring_it_at_once_one_withdraws_and_the_other_is_told(agreeing: Agreeing) -> None:
    key = take_in(agreeing, sealing.seal(parcel(), SECRET))
    together = Barrier(2)

    def brought() -> str:
        together.wait()
        try:
            return bring(agreeing, notices.seal(NOTICE, SECRET))
        except Refused as refused:
            return type(refused).__name__

    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(brought) for _ in range(2)]
    assert {each.result() for each in found} == {key, "WithdrawnHere"}


def test_the_history_says_for_whom_a_release_was_exported(agreeing: Agreeing) -> None:
    key = agreeing.submitted()
    agreeing.approve(key)
    with agreeing.house.database.transaction() as session:
        carrying.export(session, agreeing.analyst, key, SECRET, to="x" * 500, now=NOW)
    with agreeing.house.database.reading() as session:
        told = session.scalars(select(MinistryEvent.data).where(MinistryEvent.kind == "exported")).one()
    assert told == {"number": 1, "to": "x" * carrying.LONGEST_RECEIVER}
