"""A release in a signed file: taken in as it was signed, and refused when anything about it is wrong."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select

from engine.catalog.archives import pack
from engine.errors import (
    NotAllowed,
    PackageRefused,
    ParcelDiffers,
    ParcelForOthers,
    ParcelOutOfOrder,
    ParcelTampered,
    ParcelUnknown,
    ParcelUnreadable,
    ReleaseKnown,
    ReleaseNotApproved,
)
from engine.packages import digest
from engine.packages.groups import APPROVER
from engine.people.actors import Actor
from engine.releases import carrying, sealing
from engine.releases.sealing import Parcel, Sealed
from storage.releases import Release, ReleaseItem, ReleaseStatus
from tests.cast import NOW
from tests.small.agreeing import MINISTRY, Agreeing, kiln_files
from tests.small.cases import PACKAGE, SERVICE, Kilns

SECRET, OTHER = sealing.new_secret(), sealing.new_secret()
TRUSTED = {MINISTRY: [sealing.public_of(SECRET)]}
BEFORE = digest(kiln_files("For tests."))


@pytest.fixture
def agreeing(kilns: Kilns) -> Agreeing:
    return Agreeing(kilns)


def parcel(words: str = "From far away.", *, before: str | None = BEFORE, number: int = 1, **other: object) -> Parcel:
    files = kiln_files(words)
    whole = Parcel(
        ministry_key=MINISTRY, number=number, based_on=number - 1 or None, title="Clearer words", note="",
        effective_from=NOW + timedelta(days=1), offices=(),
        packages=(Sealed(SERVICE, digest(files), before, pack(files)),),
    )  # fmt: skip
    return replace(whole, **other)  # type: ignore[arg-type]


def take_in(agreeing: Agreeing, sent: bytes, *, actor: Actor | None = None) -> str:
    with agreeing.house.database.transaction() as session:
        return carrying.take_in(session, agreeing.house, actor or agreeing.approver, sent, TRUSTED, now=NOW)


def rewritten(sent: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The file with other contents, as somebody would make it who has no key."""
    with zipfile.ZipFile(io.BytesIO(sent)) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_what_was_exported_is_what_was_approved(agreeing: Agreeing) -> None:
    key = agreeing.submitted(offices=("02",))
    with pytest.raises(ReleaseNotApproved), agreeing.house.database.transaction() as session:
        carrying.export(session, agreeing.analyst, key, SECRET, now=NOW)
    agreeing.approve(key)
    with agreeing.house.database.transaction() as session:
        sent = carrying.export(session, agreeing.analyst, key, SECRET, now=NOW)
    found = sealing.unseal(sent, TRUSTED)
    (package,) = found.packages
    assert (found.number, found.based_on, found.title, found.offices) == (1, None, "Clearer words", ("02",))
    assert found.effective_from == NOW
    assert (package.service_key, package.before) == (SERVICE, BEFORE)
    assert package.digest == digest(kiln_files("For the release."))
    assert agreeing.history()[-1] == "exported"


def test_a_release_from_far_away_takes_effect_here_at_its_moment(agreeing: Agreeing) -> None:
    key = take_in(agreeing, sealing.seal(parcel(), SECRET))
    assert [agreeing.version_at(None, NOW + timedelta(days=day)) for day in (0, 1)] == [1, 2]
    row = agreeing.row(key)
    assert (row.number, row.status, row.made_by_id) == (1, ReleaseStatus.APPROVED, None)
    assert agreeing.history() == ["imported", "published"]


def test_a_moment_that_has_passed_is_now(agreeing: Agreeing) -> None:
    take_in(agreeing, sealing.seal(parcel(effective_from=NOW - timedelta(days=9)), SECRET))
    assert agreeing.version_at(None) == 2


def test_the_next_release_is_taken_in_after_the_one_it_was_built_on(agreeing: Agreeing) -> None:
    first, second = parcel("One."), parcel("Two.", before=digest(kiln_files("One.")), number=2)
    third = parcel("Three.", before=digest(kiln_files("Two.")), number=3)
    take_in(agreeing, sealing.seal(first, SECRET))
    with pytest.raises(ParcelOutOfOrder, match="built on release 2; the newest here is 1"):
        take_in(agreeing, sealing.seal(third, SECRET))
    take_in(agreeing, sealing.seal(second, SECRET))
    take_in(agreeing, sealing.seal(third, SECRET))
    assert agreeing.versions() == [1, 2, 3, 4]
    with pytest.raises(ReleaseKnown, match="Release 2"):
        take_in(agreeing, sealing.seal(second, SECRET))


def test_what_does_not_change_stays_the_version_it_was(agreeing: Agreeing) -> None:
    take_in(agreeing, sealing.seal(parcel("For tests."), SECRET))
    assert agreeing.versions() == [1]
    with agreeing.house.database.reading() as session:
        item = session.scalars(select(ReleaseItem)).one()
        assert (item.archive, item.definition_id) == (None, item.base_id)


def test_a_service_that_is_another_here_is_not_overwritten(agreeing: Agreeing) -> None:
    take_in(agreeing, sealing.seal(parcel("One."), SECRET))
    agreeing.kilns.publish(texts_yaml=kiln_files("By hand.")["texts.yaml"])
    with pytest.raises(ParcelDiffers, match=SERVICE):
        take_in(agreeing, sealing.seal(parcel("Two.", before=digest(kiln_files("One.")), number=2), SECRET))
    assert agreeing.versions() == [1, 2, 3]


def test_pilot_offices_are_those_that_are_here(agreeing: Agreeing) -> None:
    with pytest.raises(ParcelForOthers, match="03, 04"):
        take_in(agreeing, sealing.seal(parcel(offices=("03", "04")), SECRET))
    take_in(agreeing, sealing.seal(parcel(offices=("02", "03"), effective_from=NOW), SECRET))
    assert [agreeing.version_at(office) for office in (agreeing.cast.battambang, agreeing.cast.phnom_penh)] == [2, 1]


def test_an_unknown_signer_is_refused_whatever_they_signed(agreeing: Agreeing) -> None:
    with pytest.raises(ParcelUnknown):
        take_in(agreeing, sealing.seal(parcel(), OTHER))
    with pytest.raises(ParcelUnknown):
        sealing.unseal(sealing.seal(parcel(), SECRET), {"tourism": [sealing.public_of(SECRET)]})


def _title(files: dict[str, bytes]) -> None:
    files["release.json"] = files["release.json"].replace(b"Clearer words", b"Cheaper words")


def _archive(files: dict[str, bytes]) -> None:
    files[f"packages/{SERVICE}.zip"] = pack(kiln_files("Mine."))


def _more(files: dict[str, bytes]) -> None:
    files["packages/industry.other.zip"] = b""


def _elsewhere(files: dict[str, bytes]) -> None:
    files["../x"] = b""


def _less(files: dict[str, bytes]) -> None:
    del files[f"packages/{SERVICE}.zip"]


def _signature(files: dict[str, bytes]) -> None:
    files["release.sig"] = b"A" * 88


def _signer(files: dict[str, bytes]) -> None:
    """Somebody else signs, and calls themselves by the name of the trusted key."""
    theirs = sealing.seal(parcel("Mine."), OTHER)
    with zipfile.ZipFile(io.BytesIO(theirs)) as opened:
        files["release.sig"] = opened.read("release.sig")


@pytest.mark.parametrize("change", [_title, _archive, _more, _elsewhere, _less, _signature, _signer])
def test_a_file_that_was_changed_is_refused_and_nothing_is_taken_from_it(
    agreeing: Agreeing, change: Callable[[dict[str, bytes]], None]
) -> None:
    with pytest.raises(ParcelTampered):
        take_in(agreeing, rewritten(sealing.seal(parcel(), SECRET), change))
    assert agreeing.versions() == [1]
    with agreeing.house.database.reading() as session:
        assert session.scalars(select(Release)).all() == []


def test_an_archive_that_is_not_what_the_list_calls_it_is_refused(agreeing: Agreeing) -> None:
    whole = parcel()
    for wrong in (
        replace(whole.packages[0], digest="0" * 64),
        replace(whole.packages[0], service_key="industry.other"),
    ):
        with pytest.raises(ParcelTampered):
            take_in(agreeing, sealing.seal(replace(whole, packages=(wrong,)), SECRET))
    with pytest.raises(ParcelTampered):
        take_in(agreeing, sealing.seal(replace(whole, packages=()), SECRET))


def test_a_package_that_this_program_cannot_read_is_refused(agreeing: Agreeing) -> None:
    files = {**kiln_files(), "process.bpmn": b"<not-xml"}
    package = Sealed(SERVICE, digest(files), BEFORE, pack(files))
    with pytest.raises(PackageRefused):
        take_in(agreeing, sealing.seal(parcel(packages=(package,)), SECRET))


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("release.json", b"0" * (sealing.LARGEST + 1))
    return out.getvalue()


def changed(change: Callable[[dict[str, bytes]], None]) -> bytes:
    return rewritten(sealing.seal(parcel(), SECRET), change)


@pytest.mark.parametrize(
    "sent",
    [
        lambda: b"",
        lambda: b"no zip",
        bomb,
        lambda: changed(lambda files: files.pop("release.sig") and None),
        lambda: changed(lambda files: files.update({"release.json": b"[]"})),
        lambda: changed(lambda files: files.update({"release.sig": b"?"})),
        lambda: changed(lambda files: files.update({f"x{n}": b"" for n in range(400)})),
        lambda: changed(
            lambda files: files.update({"release.json": files["release.json"].replace(b'"form": 1', b'"form": 2')})
        ),
    ],
    ids=range(8),
)
def test_a_file_that_is_no_release_is_refused(sent: Callable[[], bytes]) -> None:
    file = sent()
    with pytest.raises(ParcelUnreadable):
        sealing.unseal(file, TRUSTED)


def test_an_approver_of_the_ministry_or_an_administrator_takes_it_in(agreeing: Agreeing) -> None:
    sent = sealing.seal(parcel(), SECRET)
    elsewhere = agreeing.belongs(agreeing.cast.bopha, APPROVER, "tourism")
    for nobody in (agreeing.analyst, elsewhere, agreeing.cast.dara.actor):
        with pytest.raises(NotAllowed):
            take_in(agreeing, sent, actor=nobody)
    take_in(agreeing, sent, actor=agreeing.cast.visal.actor)
    assert agreeing.versions() == [1, 2]


def test_what_was_signed_says_nothing_that_is_not_needed(agreeing: Agreeing) -> None:
    with zipfile.ZipFile(io.BytesIO(sealing.seal(parcel(), SECRET))) as opened:
        told = orjson.loads(opened.read("release.json"))
    assert set(told) == {
        "form", "signer", "ministry", "number", "based_on", "title", "note", "effective_from", "offices", "packages",
    }  # fmt: skip
    assert PACKAGE.name in str(told)
