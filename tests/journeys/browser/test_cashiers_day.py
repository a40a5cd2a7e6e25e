"""A cashier's day by keyboard alone: who came, what was handed over, the change; then the book is closed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.cash_books import CashBook
from storage.payments import Payment
from tests.browsers import arriving
from tests.journeys.browser.conftest import Stage
from tests.journeys.browser.walking import DESK, PHONE, Device, Walk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]


def types(walk: Walk, text: str = "") -> None:
    """Types where the page has put the cursor, and presses Enter."""
    walk.page.keyboard.type(text)
    with arriving(walk.page):
        walk.page.keyboard.press("Enter")


@pytest.mark.parametrize("device", [DESK, PHONE], ids=lambda device: str(device.called))
def test_a_day_is_taken_counted_closed_and_confirmed(stage: Stage, device: Device) -> None:
    key = stage.licence.sent()
    reference = stage.licence.row(key).reference or ""
    cashier = stage.walk(device, "cashier", stage.cast.sopheap)
    cashier.open("/office/cashier")
    cashier.examine("day-desk")
    types(cashier, reference)
    assert cashier.path == f"/office/cashier/{key}"
    cashier.examine("day-fee")
    types(cashier, "200000")
    cashier.examine("day-change")
    types(cashier)
    assert cashier.path == "/office/receipts/R-02-26-000001"
    cashier.examine("day-receipt")
    with stage.licence.house.database.reading() as session:
        assert session.execute(select(Payment.amount, Payment.handed)).one() == (180_000, 200_000)
        book = session.scalars(select(CashBook.key)).one()
    cashier.open(f"/office/books/{book}/close")
    cashier.examine("day-counting")
    cashier.fill({"note-100000": "1", "note-20000": "3"})
    cashier.press()
    cashier.examine("day-difference")
    cashier.fill({"explanation": "ក្រដាសប្រាក់មួយសន្លឹកក្លែងក្លាយ"})
    cashier.press()
    cashier.examine("day-closed")
    cashier.end()
    head = stage.walk(device, "head", stage.cast.kunthea)
    head.open("/office/books")
    head.examine("day-books")
    head.follow(f"/office/books/{book}")
    head.examine("day-to-confirm")
    head.press("form[action$='/confirm'] button")
    head.examine("day-confirmed")
    assert head.page.request.get(f"{head.address}/office/books/{book}.pdf").body().startswith(b"%PDF")
    head.end()


@pytest.mark.parametrize("device", [DESK, PHONE], ids=lambda device: str(device.called))
def test_shares_are_set_and_read(stage: Stage, device: Device) -> None:
    stage.licence.paid()
    walk = stage.walk(device, "administrator", stage.cast.visal)
    walk.open("/admin/shares")
    walk.fill({"share-treasury": "50", "share-ministry": "20", "share-administration": "20", "share-staff": "9.5"})
    walk.fill({"from-day": "1", "from-month": "4", "from-year": "2026", "source": "គំរូ"})
    walk.press("form[action$='/shares'] button")
    walk.examine("shares-refused")
    walk.fill({"share-staff": "10"})
    walk.press("form[action$='/shares'] button")
    walk.examine("shares-set")
    walk.open("/admin/income")
    walk.examine("income")
    walk.end()
