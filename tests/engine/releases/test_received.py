"""A package that arrives as a ZIP file has what lies beside its folder, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.catalog.archives import pack
from engine.house import House
from engine.releases import received
from engine.versions import publishing
from tests.cast import Cast
from tests.small.agreeing import MINISTRY
from tests.small.cases import PACKAGE
from tests.small.releases import released

WELLS = PACKAGE.parent / "well_permit"
"""A service that calls shared processes, which that of the kilns does not."""


def own(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name != "ministry.yaml" and not name.startswith("shared/")}


@pytest.mark.parametrize("folder", [PACKAGE, WELLS], ids=["kilns", "wells"])
def test_what_was_left_out_is_taken_from_what_is_published(house: House, cast: Cast, folder: Path) -> None:
    for package in (PACKAGE, WELLS):
        released(house, package)
    whole = dict(publishing.files_of(folder))
    sent = {f"{folder.name}/{name}": data for name, data in own(whole).items()} | {f"{folder.name}/.DS_Store": b"x"}
    with house.database.reading() as session:
        assert received.of_archive(session, house, MINISTRY, pack(sent)) == whole


def test_what_was_sent_along_wins(house: House, cast: Cast) -> None:
    released(house, WELLS)
    whole = dict(publishing.files_of(WELLS))
    part = next(name for name in whole if name.startswith("shared/") and name.endswith("texts.yaml"))
    changed = {**whole, part: whole[part] + b"\n# other\n", "ministry.yaml": whole["ministry.yaml"] + b"\n# other\n"}
    with house.database.reading() as session:
        assert received.of_archive(session, house, MINISTRY, pack(changed)) == changed
