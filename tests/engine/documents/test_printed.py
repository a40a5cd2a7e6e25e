"""A guide is one page, however much there is to say; a fee board has as many as it needs, on both papers alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Barrier, Thread

import pytest

from engine.documents.fee_board import BoardFee, BoardFees, BoardSector, BoardService, FeeBoard, Paper, fee_board
from engine.documents.guide import Guide, Item, Section, guides
from engine.documents.kept import KeptPapers, digest_of
from tests.engine.documents.test_pdf import open_pdf

KHMER = "អាជ្ញាបណ្ណទេសចរណ៍ផ្ទះសំណាក់ដែលទទួលភ្ញៀវស្នាក់នៅតែមួយយប់"
GUIDE = Guide(
    language="km",
    ministry="ក្រសួងទេសចរណ៍",
    title="អាជ្ញាបណ្ណ",
    summary=KHMER,
    facts=(Item("ការសន្យា", "រាប់ពីថ្ងៃផ្ញើ", "៧ ថ្ងៃធ្វើការ", "ជាឧទាហរណ៍"), Item("ច្បាប់", "", "១០ ថ្ងៃធ្វើការ")),
    sections=(
        Section("ឯកសារ", "list", (Item("អត្តសញ្ញាណប័ណ្ណ", "ច្បាប់ចម្លង"),)),
        Section("ថ្លៃ", "rows", (Item("ក្នុងមួយបន្ទប់", "ប្រកាស", "KHR 15,000"), Item("No refund.")), "ជាឧទាហរណ៍"),
        Section("ដំណើរការ", "steps", (Item("Pay"), Item("Collect", "Come once"))),
        Section("បណ្តឹង", "text", (Item("Tell the head."),)),
    ),
    rest="The rest is on the page.",
    foot="",
    address="http://localhost/services/tourism.guesthouse_licence",
    qr_note="Scan",
)


def drawn(guide: Guide, fonts: Path, moment: datetime) -> tuple[int, str]:
    """How many pages a guide has, and the words of the first."""
    reader = open_pdf(guides([guide], fonts=fonts, issued_at=moment))
    return len(reader.pages), reader.pages[0].extract_text().replace("\u00a0", " ")


def longer(kind: str, count: int, text: str = KHMER) -> Guide:
    items = tuple(Item(f"{number}: {text}", KHMER, "KHR 1,000") for number in range(count))
    return replace(GUIDE, sections=(replace(GUIDE.sections[0], kind=kind, items=items), *GUIDE.sections))


def test_a_guide_says_everything_on_one_page(fonts: Path, moment: datetime) -> None:
    pages, text = drawn(GUIDE, fonts, moment)
    assert pages == 1
    assert all(words in text for words in ("KHR 15,000", "No refund.", "Come once", "Tell the head."))
    assert "The rest is on the page." not in text


def test_what_is_too_long_is_cut_in_words_and_stays_on_one_page(fonts: Path, moment: datetime) -> None:
    pages, text = drawn(longer("rows", 80), fonts, moment)
    assert pages == 1
    assert "The rest is on the page." in text
    assert "Tell the head." in text, "what comes after a long list is still there"


@pytest.mark.parametrize("text", [KHMER * 40, "nobreak" * 400], ids=["khmer", "one word"])
def test_not_even_endless_texts_begin_a_second_page(text: str, fonts: Path, moment: datetime) -> None:
    assert drawn(replace(longer("list", 12, text), summary=text), fonts, moment)[0] == 1


def board(services: int, rows: int = 2) -> FeeBoard:
    fee = BoardFee("Per room", "Rooms: 1 to 6", "KHR 15,000")
    one = BoardService(KHMER, (BoardFees("", (fee,) * rows, "At most KHR 90,000."),), "7 days", ("Prakas",), "ជាឧទាហរណ៍")
    free = replace(one, fees=(), citations=())
    return FeeBoard(
        title="តារាងថ្លៃសេវា", office="Battambang", reached=("Street 1",), rule="Pay only this.",
        columns=("No.", "Service", "Fee", "Limit", "Law"),
        sectors=(BoardSector("Tourism", (one,) * services), BoardSector("Culture", (free,))),
        free="Free of charge", nothing="Nothing.", page="Page", foot="Today", address="http://localhost/offices/02",
        qr_note="Scan",
    )  # fmt: skip


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("a3", 842)])
def test_a_board_has_the_same_pages_on_both_papers(paper: Paper, width: int, fonts: Path, moment: datetime) -> None:
    reader = open_pdf(fee_board(board(30), paper, fonts=fonts, issued_at=moment))
    text = " ".join(page.extract_text() for page in reader.pages).replace("\u00a0", " ")
    assert len(reader.pages) == 3
    assert abs(float(reader.pages[0].mediabox.width) - width) < 2
    assert text.count("KHR 15,000") == 60
    assert (text.count("Free of charge"), text.count("Pay only this.")) == (1, 1)
    assert text.count("Limit") == 3, "the heading stands on every page"
    assert "៣១" in text, "the services are counted through"


def test_a_service_with_a_fee_table_longer_than_a_page_is_parted(fonts: Path, moment: datetime) -> None:
    reader = open_pdf(fee_board(board(1, rows=70), "a4", fonts=fonts, issued_at=moment))
    text = " ".join(page.extract_text() for page in reader.pages).replace("\u00a0", " ")
    assert text.count("KHR 15,000") == 70


def test_an_office_that_offers_nothing_says_so(fonts: Path, moment: datetime) -> None:
    reader = open_pdf(fee_board(replace(board(0), sectors=()), "a4", fonts=fonts, issued_at=moment))
    assert "Nothing." in reader.pages[0].extract_text()


def test_a_paper_is_drawn_once_by_whoever_asks_first() -> None:
    kept, asked, drawings = KeptPapers(), Barrier(4), []

    def draw() -> bytes:
        drawings.append(1)
        return b"paper"

    def ask() -> None:
        asked.wait()
        assert kept.get(digest_of("a", 1), draw) == b"paper"

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawings == [1]
    assert digest_of("a", 1) != digest_of("a", 2)


def test_papers_that_nobody_asked_for_lately_are_dropped_and_a_failure_is_not_kept() -> None:
    kept, drawings = KeptPapers(most_bytes=10), []

    def draw(name: str) -> bytes:
        drawings.append(name)
        return b"12345"

    def ask(name: str) -> None:
        kept.get(name, lambda: draw(name))

    for name in ("a", "b", "a", "c", "a", "b"):
        ask(name)
    assert drawings == ["a", "b", "c", "b"]
    with pytest.raises(ZeroDivisionError):
        kept.get("broken", lambda: bytes(1 // 0))
    assert kept.get("broken", lambda: b"mended") == b"mended"
