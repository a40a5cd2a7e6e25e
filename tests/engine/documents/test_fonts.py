from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from engine.documents import fonts as pdf_fonts

MODULES = Path(__file__).parents[3] / "node_modules"


def test_every_font_writes_khmer_and_latin_and_khmer_shaping_is_kept(fonts: Path) -> None:
    for face in (face for face in pdf_fonts.FACES if "khmer" in face.scripts):
        font = TTFont(fonts / face.file_name)
        letters = font.getBestCmap()
        assert all(ord(letter) in letters for letter in "កខគ្េៀ៛០៩។៖ABCxyz019«»")
        assert "khmr" in {record.ScriptTag for record in font["GSUB"].table.ScriptList.ScriptRecord}


def test_fonts_are_written_once_and_again_only_when_the_packages_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_fonts, "FACES", pdf_fonts.FACES[:2])  # those of other scripts take seconds to write
    assert len(pdf_fonts.convert(MODULES, tmp_path)) == len(pdf_fonts.FACES)
    assert pdf_fonts.convert(MODULES, tmp_path) == []
    (tmp_path / "versions.json").write_text("{}")
    assert len(pdf_fonts.convert(MODULES, tmp_path)) == len(pdf_fonts.FACES)


def test_the_same_packages_give_the_same_fonts(tmp_path: Path, fonts: Path) -> None:
    face = pdf_fonts.FACES[0]
    parts = [MODULES / face.part("khmer"), MODULES / face.part("latin")]
    assert pdf_fonts.joined(parts) == (fonts / face.file_name).read_bytes()


def test_a_missing_package_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(pdf_fonts.FontSourceMissing, match="npm ci"):
        pdf_fonts.convert(tmp_path / "nothing", tmp_path / "out")
