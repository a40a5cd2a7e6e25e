"""Fees beside the fee tables, as an administrator opens them: on pages and as files, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from storage.payments import Payment
from tests.cast import Member
from tests.small.cases import FEE, SERVICE, Kilns
from tests.web.admin.test_pages import text_of

SignIn = Callable[[Member], FlaskClient]
ADDRESSES = ("/admin/fees", "/admin/fees/cases")


def test_only_administrators_open_them(kilns: Kilns, client: FlaskClient, signed_in: SignIn) -> None:
    for address in ADDRESSES:
        assert client.get(address).status_code == 303
        for member in (kilns.cast.dara, kilns.cast.bopha, kilns.cast.sopheap, kilns.cast.kunthea):
            assert signed_in(member).get(address).status_code == 403
        assert signed_in(kilns.cast.visal).get(address).status_code == 200


def test_a_fee_that_is_not_what_its_table_gave_is_marked_in_words(kilns: Kilns, signed_in: SignIn) -> None:
    sent, other = kilns.send(), kilns.send(kilns.cast.vannak)
    kilns.pay(sent)
    browser = signed_in(kilns.cast.visal)
    assert 'href="/admin/fees?' in browser.get("/admin/income").get_data(as_text=True)
    assert "Every fee that was asked and taken is what its table gave." in text_of(browser, "/admin/fees?lang=en")
    with kilns.house.database.transaction() as session:
        session.scalars(select(Payment)).one().amount = FEE - 500
    page = browser.get("/admin/fees?lang=en").get_data(as_text=True)
    (link, *_) = re.findall(r'href="(/admin/fees/cases\?[^"]*kind=differs)"', page)
    marked = browser.get(link.replace("&amp;", "&")).get_data(as_text=True)
    assert "Not what the fee table gave" in marked
    assert f'href="/office/cases/{sent.key}"' in marked
    assert other.reference not in marked
    assert "មិនត្រូវនឹងតារាងថ្លៃសេវា" in text_of(browser, "/admin/fees?lang=km")


def test_files_hold_each_cell_and_each_fee(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    browser = signed_in(kilns.cast.visal)
    lines = browser.get("/admin/fees?as=csv&lang=en").get_data(as_text=True).splitlines()
    assert lines[1].startswith("2026-03,02,")
    assert f",{SERVICE}," in lines[1]
    assert lines[1].endswith(f",1,0,{FEE},0,{FEE},{FEE},0,0,0,0,0,0,0,0,0")
    fees = browser.get("/admin/fees/cases?as=csv&lang=en").get_data(as_text=True).splitlines()
    assert fees[1].startswith(f"{sent.reference},")
    assert fees[1].endswith(f",Paid,{FEE},0,{FEE},{FEE},0,No")
    assert browser.get("/admin/fees?as=xlsx").mimetype.endswith("spreadsheetml.sheet")


def test_nonsense_in_the_address_is_shrugged_at(kilns: Kilns, signed_in: SignIn) -> None:
    kilns.send()
    nonsense = "from=x&to=9999-99&kind=%27&after=-&before=zz&page=minus&office=%25&as=exe"
    for address in ADDRESSES:
        assert "Fees beside the fee tables" in text_of(signed_in(kilns.cast.visal), f"{address}?{nonsense}&lang=en")
    assert len(text_of(signed_in(kilns.cast.visal), "/admin/fees?from=2000-01&to=2999-12&lang=en")) < 100_000
