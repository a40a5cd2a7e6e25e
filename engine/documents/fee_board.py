"""The fee board of an office on paper, in Khmer: every service that it offers with its fee, its term and the law that
says so."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Final, Literal

from engine.documents import pdf, qr

TEMPLATE: Final = Path(__file__).with_name("fee_board.typ")
PAPERS: Final = ("a4", "a3")
Paper = Literal["a4", "a3"]


@dataclass(frozen=True, slots=True)
class BoardFee:
    """A line of a fee table: what for, when it applies (empty: always), and the price."""

    label: str
    when: str
    price: str


@dataclass(frozen=True, slots=True)
class BoardFees:
    """One fee of a service; ``title`` is empty where there is only one, ``limits`` says what it comes to at most."""

    title: str
    rows: tuple[BoardFee, ...]
    limits: str


@dataclass(frozen=True, slots=True)
class BoardService:
    """A row of the board; no fees: it is free. ``unsure`` is the mark of facts that the office must still confirm."""

    title: str
    fees: tuple[BoardFees, ...]
    term: str
    citations: tuple[str, ...]
    unsure: str


@dataclass(frozen=True, slots=True)
class BoardSector:
    """The services of one ministry."""

    name: str
    services: tuple[BoardService, ...]


@dataclass(frozen=True, slots=True)
class FeeBoard:
    """All that stands on the board, finished in Khmer. ``reached``: address, telephone and hours of the office;
    ``rule`` stands above the table, ``columns`` are its five headings, ``address`` is where the QR leads."""

    title: str
    office: str
    reached: tuple[str, ...]
    rule: str
    columns: tuple[str, str, str, str, str]
    sectors: tuple[BoardSector, ...]
    free: str
    nothing: str
    page: str
    foot: str
    address: str
    qr_note: str


def fee_board(shown: FeeBoard, paper: Paper, *, fonts: Path, issued_at: datetime) -> bytes:
    """The board as PDF/A-2b on paper of this size; raises ``engine.documents.pdf.DocumentFailed``."""
    data = {**asdict(shown), "paper": paper}
    counts = accumulate((len(sector.services) for sector in shown.sectors), initial=1)
    for sector, first in zip(data["sectors"], counts, strict=False):
        sector["first"] = first
    return pdf.render(TEMPLATE, data, fonts=fonts, issued_at=issued_at, files={"qr.svg": qr.svg(shown.address)})
