"""What the public page of a service says of its fee and of how long its result holds, in words."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from engine.house import House
from engine.packages import build_package
from engine.queries.analyst.laws import law_lines
from tests.cast import Cast
from tests.small.fees import ANIMALS, Row, with_fee
from tests.small.files import changed, licence, notice
from tests.small.services import SmallService

PERMIT, SCALES = "industry.kiln_permit", "industry.scale_check"
Shown = Callable[[dict[str, bytes], str], tuple[str, str]]
"""The Khmer and the English page of a service of these files."""


@pytest.fixture
def shown(house: House, cast: Cast, client: FlaskClient) -> Shown:
    def page(files: dict[str, bytes], service: str) -> tuple[str, str]:
        SmallService(house, cast, service).publish(files)
        texts = (client.get(f"/services/{service}?lang={language}").get_data(as_text=True) for language in ("km", "en"))
        khmer, english = (" ".join(unescape(text).split()) for text in texts)
        return khmer, english

    return page


@pytest.mark.parametrize(
    ("quantity", "en", "km"),
    [
        ("begun(heads, 100)", "× each 100 begun (Heads)", "× រាល់ ១០០ ដែលបានចាប់ផ្តើម (ចំនួនក្បាល)"),
        ("begun(heads + 1, 50) + 2", "× each 50 begun (Heads + 1) + 2", "(ចំនួនក្បាល + ១) + ២"),
        ("max(begun(heads, 10), 3)", "× the greatest of (each 10 begun (Heads), 3)", "(ចំនួនក្បាល), ៣)"),
        ("begun(min(heads, 400), 100)", "× each 100 begun (the least of (Heads, 400))", "(ចំនួនក្បាល, ៤០០)"),
    ],
)
def test_what_is_counted_in_begun_lots_reads_as_people_say_it(shown: Shown, quantity: str, en: str, km: str) -> None:
    rows: list[Row] = [(("-",), "head", quantity, "2000")]
    files = with_fee(("species",), rows, settings="pay: on_submission, for_each: animals", ask=[ANIMALS])
    khmer, english = shown(files, PERMIT)
    assert en in english
    assert km in khmer


@pytest.mark.parametrize(("price", "is_paid"), [("0", False), ("2000", True)])
def test_only_a_fee_that_costs_something_says_when_it_is_paid(shown: Shown, price: str, is_paid: bool) -> None:
    _, page = shown(with_fee((), [((), "kiln", "kilns", price)]), PERMIT)
    assert ("You pay after sending" in page) is is_paid
    assert ("The fee is not paid back." in page) is is_paid
    assert ("Nothing is to be paid." in page) is not is_paid


@pytest.mark.parametrize(
    ("validity", "said"),
    [
        ("single use", "for one use"),
        ("{single_use: true, length: 3 days}", "for one use, 3 days"),
        ("permanent", "without end"),
        ("2 years", "2 years"),
    ],
)
def test_how_long_a_result_holds_is_said_whole(shown: Shown, validity: str, said: str) -> None:
    _, page = shown(licence(("service.yaml", "validity: 1 year", f"validity: {validity}"), rules=""), SCALES)
    assert "Valid for" not in page
    assert said in page.split("Validity", 1)[1][:200]


def test_a_letter_says_nothing_of_how_long_it_holds(shown: Shown) -> None:
    _, page = shown(notice(), SCALES)
    assert "Limit in law" in page
    assert "Validity" not in page
    assert "without end" not in page


@pytest.mark.parametrize(
    ("term", "mark", "fee_mark", "said"),
    [
        ("10 working days", "R", "N", "This service keeps to the law on: fee, time. <"),
        (
            "10 working days",
            "R",
            "I",
            "keeps to the law on: time; only examples are known, which the office must",
        ),
        ("10 working days", "I", "I", "What the law says of these must still be confirmed by the office: fee, time;"),
        ("10 working days", "R", "RI", "on: fee (in part), time; only examples are known, which the office must still"),
        ("9 working days", "R", "I", "This service departs from the law in: time; ask the head of the office why."),
    ],
)
def test_the_page_says_in_one_sentence_what_of_it_is_law(
    shown: Shown, term: str, mark: str, fee_mark: str, said: str
) -> None:
    source = "source: {km: ច្បាប់, en: A law for tests}"
    fee = "".join(f"  - {{amount: 20000 * kilns, {source}, mark: {one}}}\n" for one in fee_mark)
    law = f"days: {{term: {term}, {source}, mark: {mark}}}\ncap:\n{fee}"
    khmer, english = shown(changed("industry/kiln_permit", more={"law.yaml": law.encode()}), PERMIT)
    assert said in english.replace("</p>", " <")
    assert "រយៈពេល" in khmer


def test_a_law_that_can_no_longer_be_read_is_not_spoken_of(house: House) -> None:
    """Versions stay as they were published, whatever is asked of ``law.yaml`` later."""
    old = build_package(changed("industry/kiln_permit", more={"law.yaml": b"caps: {amount: 1}\n"}), was_published=True)
    assert house.catalog.departures(old) == ()
    assert law_lines(old, ()) == ()
