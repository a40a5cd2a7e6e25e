"""Whatever can be typed can be printed, or is refused where it is typed; nothing typed stops a paper."""

from __future__ import annotations

import io
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import select, update

from engine.applications import drafts
from engine.documents import pdf
from engine.errors import BadAnswers
from engine.people.accounts import register
from engine.results.slips import slip
from engine.signs import BREAK, UNKNOWN, drawable, printable, undrawable
from storage.applications import Application
from storage.people import Person
from storage.processes import Incident
from tests.cast import NOW
from tests.small.cases import PAGE, SERVICE, Kilns

SHOWS = b'#let d = json(bytes(sys.inputs.data))\n#set text(font: "Kantumruy Pro", lang: "km")\n#d.text'
MOMENT = datetime(2026, 2, 17, 2, 30, tzinfo=UTC)


def drawn(text: str, fonts: Path) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.render(SHOWS, {"text": text}, fonts=fonts, issued_at=MOMENT)))


def test_the_list_of_signs_is_what_the_fonts_have(fonts: Path) -> None:
    letters = {chr(code) for font in fonts.glob("*.ttf") for code in TTFont(font).getBestCmap()}
    assert drawable() == {sign for sign in letters if unicodedata.category(sign) not in ("Cc", "Cs")}


def test_every_sign_of_the_list_can_be_drawn(fonts: Path) -> None:
    assert len(drawn(" ".join(sorted(drawable())), fonts).pages) > 1


@pytest.mark.parametrize(
    "text",
    [
        "សុខ ដារ៉ា",
        "金边饭店",
        "โรงแรม",
        "Nguyễn Văn Đức",
        "Łukasz Šimić",
        "D’Angelo",
        "Müller",
        "㎡",
        "€ 5",
        "ផ្ទះ\u200bថ្មី",
    ],
)
def test_names_of_people_and_businesses_are_drawn(text: str, fonts: Path) -> None:
    assert undrawable(text) == ""
    assert printable(text) == text
    assert len(drawn(text, fonts).pages) == 1


@pytest.mark.parametrize(
    ("text", "signs"),
    [("😀 Hotel 😀🎉", "😀🎉"), ("مطعم", "مطع"), ("호텔", "호텔"), ("❤\ufe0f", "❤"), ("a\ue000", "\ue000")],
)
def test_signs_that_no_font_has_are_named_once(text: str, signs: str) -> None:
    assert undrawable(text) == signs


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60) | st.text(alphabet="កខ្ាេអ😀\u200b \n", max_size=60))
def test_no_text_stops_a_paper(text: str, fonts: Path) -> None:
    drawn(text, fonts)


@pytest.mark.parametrize("sign", ["a", "W", "ក", "កា", "ស្រី", "饭", "១", "😀"])
def test_ten_thousand_signs_without_a_blank_stay_on_the_paper(sign: str, fonts: Path) -> None:
    text = printable(sign * (10_000 // len(sign)))
    assert max(map(len, text.split(BREAK))) < 20
    assert not any(unicodedata.category(part[0]).startswith("M") for part in text.split(BREAK))
    assert len(drawn(text, fonts).pages) > 1


@pytest.mark.parametrize("text", ["https://owso.example/verify/ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "ក" * 150, "a" * 40])
def test_addresses_and_words_are_not_broken(text: str) -> None:
    assert printable(text) == text


def test_a_form_says_which_signs_it_cannot_print(kilns: Kilns) -> None:
    dara = kilns.cast.dara.actor
    with kilns.house.database.transaction() as session:
        key = drafts.start_draft(session, kilns.house, dara, SERVICE, kilns.cast.battambang, now=NOW)
        typed = {"kiln_name": "Kiln 😀", "kilns": "2"}
        errors = drafts.save_page(session, kilns.house, dara, key, PAGE, typed, now=NOW).errors
    assert (
        errors["kiln_name"].text("en")
        == "Our papers cannot print 😀 in “Name of the kiln”. Write it in Khmer or Latin letters"
    )
    assert "😀" in errors["kiln_name"].text("km")


def test_an_account_is_not_named_with_signs_that_cannot_be_printed(kilns: Kilns) -> None:
    with pytest.raises(BadAnswers) as refused, kilns.house.database.transaction() as session:
        register(
            session,
            kilns.house,
            phone="012999001",
            email="",
            password="rice-field-window",
            name_km="សុខ 😀",
            name_latin="호 Sok",
            now=NOW,
        )
    assert {name: str(error)[:27] for name, error in refused.value.errors.items()} == {
        "name_km": "Our papers cannot print 😀. ",
        "name_latin": "Our papers cannot print 호. ",
    }


def test_what_was_kept_before_stops_no_paper_and_no_slip(kilns: Kilns) -> None:
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        session.execute(update(Person).values(name_latin="Sok 😀" + "a" * 10_000, name_km="호텔"))
        session.execute(update(Application).values(answers={"kiln_name": "Kiln 😀", "kilns": 2}))
    with kilns.house.database.reading() as session:
        paper = slip(session, kilns.house, kilns.cast.bopha.actor, sent.key)
    assert PdfReader(io.BytesIO(paper.content)).pages
    kilns.pay(sent)
    kilns.check(sent, "ok")
    assert kilns.certificate(sent).number


def test_an_incident_of_a_paper_says_what_was_wrong_with_the_template(kilns: Kilns) -> None:
    lines = b'#let data = json(bytes(sys.inputs.data))\n\n#if data.holder.en != "SPECIMEN" [#int(data.holder.en)]'
    kilns.publish(certificate_typ=lines)
    sent = kilns.approved()
    with kilns.house.database.reading() as session:
        incident = session.scalars(select(Incident)).one()
    assert incident.reason.startswith("certificates.issue: DocumentFailed: Line 3: ")
    assert "Dara" not in incident.reason
    assert sent.reference


def test_the_mark_for_a_sign_that_nobody_has_is_drawn() -> None:
    assert UNKNOWN in drawable()
    assert printable("a😀\x00\ufe0f") == f"a{UNKNOWN}"
