"""The cover of a package says what the whole package says."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.packages import build_package, read_files
from engine.packages.covers import Cover, cover_of, read_cover
from engine.packages.package import PROCESS, TEXTS
from engine.packages.problems import PackageRejected

ROOT = Path(__file__).resolve().parents[3] / "processes"
FOLDERS = [
    ROOT / name for name in ("interior/account_verification", "culture/film_rating", "tourism/guesthouse_licence")
]
NONE_START = b"<bpmn:startEvent "


def said(cover: Cover) -> tuple[object, ...]:
    """What a list says of a service."""
    manifest = cover.manifest
    lengths, fees = manifest.promised.lengths, [rule.key for rule in manifest.fees]
    of_manifest = (manifest.key, manifest.title, manifest.purpose, manifest.office_levels, lengths, fees)
    return (*of_manifest, cover.ministry, cover.summary, cover.is_applied_for)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_cover_read_alone_is_that_of_the_whole_package(folder: Path) -> None:
    files = read_files(folder)
    cover = read_cover(files)
    assert cover is not None
    assert said(cover) == said(cover_of(build_package(files, was_published=True)))


def test_texts_without_a_summary_are_no_cover_and_the_line_of_a_wrong_one_is_named() -> None:
    files = read_files(FOLDERS[0])
    with pytest.raises(PackageRejected):
        read_cover({**files, TEXTS: b"stages: {}\n"})
    with pytest.raises(PackageRejected) as rejected:
        read_cover({**files, TEXTS: b"stages: {}\nsummary: {en: For nobody}\n"})
    assert [(problem.file, problem.line) for problem in rejected.value.problems] == [(TEXTS, 2)]


@pytest.mark.parametrize(
    "start",
    [
        b'<bpmn:startEvent id="told"><bpmn:messageEventDefinition messageRef="m" /></bpmn:startEvent>',
        b'<bpmn:receiveTask id="told" instantiate="true" />',
    ],
    ids=["a message", "a task that begins the case"],
)
def test_where_something_else_than_an_application_may_begin_a_case_the_whole_package_is_asked(start: bytes) -> None:
    files = read_files(FOLDERS[0])
    drawing = files[PROCESS]
    place = drawing.index(NONE_START)
    assert read_cover({**files, PROCESS: drawing[:place] + start + drawing[place:]}) is None
