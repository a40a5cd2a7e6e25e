"""``owso telegram listen``."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fixtures.houses import settings_for
from tests.gateways import BOT_TOKEN, small_gateway
from web.commands import telegram
from web.config import Settings

LISTEN = Namespace(action="listen")


def settings(folder: Path, **more: str) -> Settings:
    return replace(settings_for("sqlite://", folder), base_url="https://owso.example", **more)  # type: ignore[arg-type]


def test_telegram_is_told_where_to_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with small_gateway() as gateway:
        bot = settings(tmp_path, telegram_url=gateway.url, telegram_token=BOT_TOKEN, telegram_bot="owso_bot")
        assert telegram.run(LISTEN, bot) == 0
        assert gateway.took[0]["url"] == "https://owso.example/telegram/updates"
        gateway.status = 401
        assert telegram.run(LISTEN, bot) == 1
    said = capsys.readouterr()
    assert "@owso_bot" in said.out
    assert "HTTP status 401" in said.err
    assert BOT_TOKEN not in said.out + said.err


def test_without_a_bot_there_is_nothing_to_tell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert telegram.run(LISTEN, settings(tmp_path)) == 1
    assert "OWSO_TELEGRAM_TOKEN" in capsys.readouterr().err
