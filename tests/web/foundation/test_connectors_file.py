"""The file with the web services that service tasks may ask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.connectors import WebConnector
from tests.fixtures.houses import settings_for
from web.config import BadSetting, Settings
from web.opening import connectors_of


def settings(folder: Path, content: str) -> Settings:
    file = folder / "connectors.json"
    file.write_text(content, encoding="utf-8")
    return replace(settings_for("sqlite://", folder), connectors_file=file)


def test_each_name_is_a_web_service(tmp_path: Path) -> None:
    written = '{"registry.kilns": {"url": "https://registry.example.org/kilns", "token": "secret"}, "b": {"url": "https://b.org"}}'
    found = connectors_of(settings(tmp_path, written))
    assert found == {
        "registry.kilns": WebConnector("https://registry.example.org/kilns", "secret"),
        "b": WebConnector("https://b.org"),
    }
    assert "secret" not in repr(found)
    assert connectors_of(settings_for("sqlite://", tmp_path)) == {}


@pytest.mark.parametrize(
    "content",
    [
        "no",
        "[]",
        '{"a": "https://a.org"}',
        '{"a": {"url": "http://a.org"}}',
        '{"a": {"url": "https://a.org", "key": 1}}',
        '{"a": {}}',
    ],
)
def test_a_file_that_says_anything_else_stops_the_start(tmp_path: Path, content: str) -> None:
    with pytest.raises(BadSetting, match="OWSO_CONNECTORS_FILE names"):
        connectors_of(settings(tmp_path, content))


def test_a_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="FileNotFoundError"):
        connectors_of(replace(settings_for("sqlite://", tmp_path), connectors_file=tmp_path / "none.json"))
