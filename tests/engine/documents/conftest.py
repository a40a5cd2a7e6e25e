"""Fonts and a moment for everything that is drawn."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.documents import fonts as pdf_fonts

ROOT = Path(__file__).parents[3]
HALF_PAST_NINE = datetime(2026, 2, 17, 2, 30, tzinfo=UTC)
"""Tuesday 17 February 2026, 09:30 in Phnom Penh."""


@pytest.fixture(scope="session")
def fonts() -> Path:
    """The folder of fonts that the product draws with, made when the front end was not built yet."""
    folder = ROOT / "web" / "static" / "dist" / "fonts" / "pdf"
    if not any(folder.glob("*.ttf")):
        pdf_fonts.convert(ROOT / "node_modules", folder)
    return folder


@pytest.fixture
def moment() -> datetime:
    return HALF_PAST_NINE
