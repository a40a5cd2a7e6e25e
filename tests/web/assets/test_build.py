from __future__ import annotations

import gzip
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import brotli
import pytest

from tests import patience
from web.assets import DIST, Assets, AssetsNotBuilt, UnknownAsset

BUILD = DIST.parent / "build.mjs"
NODE = Path(sys.executable).with_name("node")
KILO = 1000
MOST_BYTES = {
    "citizen.css": 15 * KILO,
    "citizen.js": 5 * KILO,
    "office.css": 16 * KILO,
    "office.js": 6 * KILO,
    "light.css": 3 * KILO,
    "decisions.css": 6 * KILO,
    "decisions.js": 80 * KILO,
    "studio.css": 12 * KILO,
    "studio.js": 220 * KILO,
    "forms.css": 12 * KILO,
    "forms.js": 150 * KILO,
}
EDITORS = ("studio.js", "forms.js", "decisions.js")
MOST_OF_EDITORS = 560 * KILO
"""Of all editors of the studio together; a page loads one of them."""


def content(name: str) -> bytes:
    return (DIST / Assets().names[name]).read_bytes()


def test_file_names_carry_the_hash_of_their_content() -> None:
    for built in Assets().names.values():
        digest = built.split(".")[-2]
        assert hashlib.sha256((DIST / built).read_bytes()).hexdigest().startswith(digest)


def test_compressed_copies_hold_the_same_content() -> None:
    for name, built in Assets().names.items():
        if name.endswith((".css", ".js", ".svg", ".txt")):
            assert gzip.decompress((DIST / f"{built}.gz").read_bytes()) == (DIST / built).read_bytes()
            assert brotli.decompress((DIST / f"{built}.br").read_bytes()) == (DIST / built).read_bytes()


@pytest.mark.parametrize(("name", "most"), MOST_BYTES.items())
def test_what_a_phone_downloads_stays_small(name: str, most: int) -> None:
    assert (DIST / f"{Assets().names[name]}.gz").stat().st_size <= most


def test_the_editors_of_the_studio_stay_small_together() -> None:
    sizes = [(DIST / f"{Assets().names[name]}.gz").stat().st_size for name in EDITORS]
    assert sum(sizes) <= MOST_OF_EDITORS


def test_style_sheets_fetch_nothing_but_our_own_fonts() -> None:
    fonts = set(Assets().names.values())
    for name in ("citizen.css", "office.css", "light.css", "viewer.css", "studio.css", "forms.css", "decisions.css"):
        for address in re.findall(r"url\(([^)]*)\)", content(name).decode()):
            assert address in fonts or address.strip("'\"").startswith("data:"), (name, address)


def test_nothing_of_another_governments_brand_is_shipped() -> None:
    for name in ("citizen.css", "office.css", "light.css"):
        assert b"GDS Transport" not in content(name)
        assert b"crown" not in content(name)


def test_the_tracking_pages_need_no_web_font() -> None:
    assert b"@font-face" not in content("light.css")


def test_licences_of_what_browsers_get_are_published() -> None:
    text = content("licenses.txt").decode()
    for package in (
        "govuk-frontend 6.3.0",
        "bpmn-js 18.31.1",
        "bpmn-js-token-simulation 0.39.4",
        "@bpmn-io/form-js-viewer 1.23.0",
        "dmn-js-decision-table 17.12.2",
        "@fontsource/kantumruy-pro",
    ):
        assert package in text


def test_the_build_gives_the_same_files_again_and_they_are_up_to_date(tmp_path: Path) -> None:
    def build() -> str:
        return subprocess.run(
            [NODE, BUILD, "--out", tmp_path], check=True, capture_output=True, text=True, timeout=patience.SECONDS
        ).stdout

    build()
    assert json.loads((tmp_path / "manifest.json").read_text()) == Assets().names, "Run: make assets"
    assert "nothing changed" in build()


def test_an_address_starts_where_static_files_are_served() -> None:
    assert re.fullmatch(r"/static/dist/citizen\.[0-9a-f]{10}\.css", Assets().url("citizen.css"))


def test_an_unknown_file_is_told_with_those_that_exist() -> None:
    with pytest.raises(UnknownAsset, match=r"citizen\.css"):
        Assets().url("citizens.css")


def test_a_front_end_that_was_not_built_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(AssetsNotBuilt, match="make assets"):
        Assets(tmp_path).url("citizen.css")
