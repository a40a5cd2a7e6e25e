"""The first paper of a receipt is the original, further ones are copies."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

from engine.documents.receipts import Paper
from engine.money.printing import STILL_THE_FIRST, is_copy
from engine.queries.office.cashier import receipt_page
from engine.queries.office.receipt_paper import receipt_pdf
from tests.cast import NOW, Member
from tests.small.cases import Kilns

NUMBER = "R-02-26-000001"


def copied(kilns: Kilns, who: Member, now: datetime = NOW) -> bool:
    with kilns.house.database.transaction() as session:
        return is_copy(session, who.actor, NUMBER, now=now)


def test_the_first_paper_is_the_original_and_further_ones_are_copies(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    assert not copied(kilns, kilns.cast.sopheap)
    assert not copied(kilns, kilns.cast.sopheap, NOW + STILL_THE_FIRST - timedelta(seconds=1)), "the printer jammed"
    assert copied(kilns, kilns.cast.sopheap, NOW + STILL_THE_FIRST)
    assert copied(kilns, kilns.cast.dara), "the applicant comes second"


def test_of_two_who_print_at_once_one_gets_the_original(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    together = Barrier(2)

    def ask(who: Member) -> bool:
        together.wait()
        return copied(kilns, who)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(ask, (kilns.cast.sopheap, kilns.cast.kunthea))) == [False, True]


def test_a_receipt_fits_on_a5_and_on_a_roll_as_original_and_copy(kilns: Kilns) -> None:
    kilns.pay(kilns.send())
    with kilns.house.database.reading() as session:
        page = receipt_page(session, kilns.house, kilns.cast.sopheap.actor, NUMBER)
    papers: tuple[Paper, ...] = ("a5", "roll")
    drawn = {receipt_pdf(kilns.house, page, paper=paper, is_copy=copy) for paper in papers for copy in (False, True)}
    assert len(drawn) == 4
    assert all(content.startswith(b"%PDF-") for content in drawn)
