"""All files of a draft at once: every package comes back byte for byte, and no archive does harm."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import ArchiveRefused, DraftTooLarge, FileTooLarge, NotText, Overtaken, PathRefused, Refused
from engine.house import House
from engine.packages import read_files
from engine.queries.analyst import package_drafts
from engine.studio import drafts, keeping, saving, whole
from engine.studio.bounds import LARGEST_FILE
from engine.studio.typed import with_line_ends
from tests.cast import NOW, Cast

SERVICES = sorted(path.parent for path in Path("processes").resolve().glob("*/*/service.yaml"))
FILES = {
    "service.yaml": b"key: industry.kiln\n",
    "ministry.yaml": b"key: industry\n",
    "shared/pay/process.bpmn": b"<a/>",
}


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


OWN = ("service.yaml", b"key: a.b\n")


@pytest.fixture
def draft(house: House, cast: Cast) -> str:
    with house.database.transaction() as session:
        return drafts.begin(session, cast.chenda.actor, "industry.kiln", FILES, words="Begun", now=NOW)


def files_of(house: House, cast: Cast, key: str) -> dict[str, bytes]:
    with house.database.reading() as session:
        return keeping.files_in(session, keeping.save_of(session, keeping.find(session, cast.chenda.actor, key)))


def test_every_service_of_the_ministries_comes_back_byte_for_byte(house: House, cast: Cast) -> None:
    assert len(SERVICES) > 25
    with house.database.transaction() as session:
        for folder in SERVICES:
            files = read_files(folder)
            named = ".".join(folder.parts[-2:])
            key = drafts.begin(session, cast.chenda.actor, named, files, words="", now=NOW)
            archive = whole.export(session, cast.chenda.actor, key)
            assert whole.files_from_archive(archive) == files
            back = whole.bring_back(
                session,
                house,
                cast.chenda.actor,
                key,
                whole.files_from_archive(archive),
                based_on=1,
                words="Back",
                now=NOW,
            )
            assert back == 1  # nothing changed, so nothing was saved
            assert whole.export(session, cast.chenda.actor, key) == archive


def test_what_is_brought_back_takes_the_place_of_all_but_what_lies_beside_a_folder(
    house: House, cast: Cast, draft: str
) -> None:
    brought = {"service.yaml": b"key: industry.kiln\n# more\n", "law.yaml": b"a: b\n"}
    with house.database.transaction() as session:
        saving.save(session, cast.chenda.actor, draft, {"fees.dmn": b"<a/>"}, based_on=1, words="x", now=NOW)
        whole.bring_back(session, house, cast.chenda.actor, draft, brought, based_on=2, words="Back", now=NOW)
    beside = {name: content for name, content in FILES.items() if name != "service.yaml"}
    assert files_of(house, cast, draft) == {**brought, **beside}
    with house.database.reading() as session:
        (newest, *_) = package_drafts.history(session, cast.chenda.actor, draft)[1]
    assert newest.changed == ("fees.dmn", "law.yaml", "service.yaml")


def test_shared_processes_that_are_brought_take_the_place_of_those_there(house: House, cast: Cast, draft: str) -> None:
    brought = {"service.yaml": b"a: b\n", "shared/ask/process.bpmn": b"<b/>"}
    with house.database.transaction() as session:
        whole.bring_back(session, house, cast.chenda.actor, draft, brought, based_on=1, words="Back", now=NOW)
    assert files_of(house, cast, draft) == {**brought, "ministry.yaml": FILES["ministry.yaml"]}


def test_nothing_is_brought_back_over_what_somebody_saved_meanwhile(house: House, cast: Cast, draft: str) -> None:
    with house.database.transaction() as session:
        saving.save(session, cast.visal.actor, draft, {"service.yaml": b"his\n"}, based_on=1, now=NOW)
    with pytest.raises(Overtaken, match="Ouch Visal"), house.database.transaction() as session:
        whole.bring_back(
            session, house, cast.chenda.actor, draft, {"service.yaml": b"hers\n"}, based_on=1, words="", now=NOW
        )


def test_an_archive_of_the_folder_itself_and_of_a_mac_is_read(house: House) -> None:
    made = zipped(
        ("kiln/service.yaml", b"a: b\n"), ("kiln/forms/apply.json", b"{}"), ("kiln/.DS_Store", b"\0"),
        ("__MACOSX/kiln/._service.yaml", b"\0"), ("kiln/forms/", b""),
    )  # fmt: skip
    assert whole.files_from_archive(made) == {"service.yaml": b"a: b\n", "forms/apply.json": b"{}"}


def _link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("texts.yaml")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def _lying() -> bytes:
    """An archive whose entry says that it is small, and is not."""
    honest = zipped(OWN, ("texts.yaml", b"x" * 3_000_000))
    size = (3_000_000).to_bytes(4, "little")
    return honest.replace(size, (10).to_bytes(4, "little"))


def _encrypted() -> bytes:
    made = bytearray(zipped(OWN))
    for head, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.index(head) + at] |= 1
    return bytes(made)


def _twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate"):
        return zipped(OWN, OWN)


@pytest.mark.parametrize(
    ("made", "refusal"),
    [
        (lambda: b"", ArchiveRefused),
        (lambda: b"PK\x03\x04 no archive", ArchiveRefused),
        (lambda: zipped(OWN)[:-30], ArchiveRefused),
        (lambda: zipped(("notes.yaml", b"")), ArchiveRefused),
        (lambda: zipped(OWN, (_link(), b"/etc/passwd")), ArchiveRefused),
        (lambda: zipped(OWN, method=zipfile.ZIP_LZMA), ArchiveRefused),
        (lambda: zipped(OWN, ("forms/a.json", b"0" * 5_000_000)), ArchiveRefused),
        (lambda: zipped(OWN, *((f"forms/f{number}.json", b"") for number in range(101))), ArchiveRefused),
        (_lying, ArchiveRefused),
        (_encrypted, ArchiveRefused),
        (_twice, ArchiveRefused),
        (lambda: zipped(OWN, ("../service.yaml", b"")), PathRefused),
        (lambda: zipped(OWN, ("/etc/passwd.yaml", b"")), PathRefused),
        (lambda: zipped(OWN, ("forms\\..\\a.json", b"")), PathRefused),
        (lambda: zipped(OWN, ("forms/A.json", b"")), PathRefused),
        (lambda: zipped(OWN, ("forms/a.json", b"0" * (LARGEST_FILE + 1))), FileTooLarge),
        (lambda: zipped(OWN, ("seal.png", b"\x89PNG\xff")), NotText),
    ],
)  # fmt: skip
def test_a_hostile_archive_is_refused(house: House, made: Callable[[], bytes], refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        whole.files_from_archive(made())


def test_more_than_a_service_holds_is_not_brought_back(house: House, cast: Cast, draft: str) -> None:
    many = {f"forms/f{number}.json": b"{}" for number in range(101)}
    with pytest.raises(DraftTooLarge), house.database.transaction() as session:
        whole.bring_back(session, house, cast.chenda.actor, draft, many, based_on=1, words="", now=NOW)


@pytest.mark.parametrize(
    ("text", "before", "kept"),
    [
        ("a\r\nb\r\n", b"a\nb\n", b"a\nb\n"),
        ("a\nc\n", b"a\r\nb\r\n", b"a\r\nc\r\n"),
        ("a\nc\n", b"a\r\nb\n", b"a\nc\n"),
        ("a\r\n", b"", b"a\n"),
        ("", b"a\r\n", b""),
    ],
)
def test_lines_end_as_they_did_before(text: str, before: bytes, kept: bytes) -> None:
    assert with_line_ends(text, before) == kept


def test_two_saves_are_compared_line_by_line(house: House, cast: Cast, draft: str) -> None:
    changes = {
        "service.yaml": b"key: industry.kiln\nterm: 1 day\n",
        "law.yaml": b"a\n",
        "shared/pay/process.bpmn": None,
    }
    with house.database.transaction() as session:
        saving.save(session, cast.chenda.actor, draft, changes, based_on=1, now=NOW)
    with house.database.reading() as session:
        found = package_drafts.compare(session, cast.chenda.actor, draft, 1, 2)
    assert [(one.path, one.what) for one in found.files] == [
        ("law.yaml", "new"), ("service.yaml", "changed"), ("shared/pay/process.bpmn", "gone"),
    ]  # fmt: skip
    assert found.files[1].lines == (("@", ""), (" ", "key: industry.kiln"), ("+", "term: 1 day"))
