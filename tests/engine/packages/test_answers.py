"""Answers: gathered from a browser, checked, kept and said again."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from engine.khmer import LANGUAGES, Bilingual
from engine.packages import Form, answer_text, gather, prefilled, validate_all, validate_page
from engine.packages.form_errors import SENTENCES
from engine.packages.form_files import read_form
from engine.packages.texts import FieldTexts, FormTexts
from tests.properties import given, settings, st

TODAY = date(2026, 11, 2)
WORDS = Bilingual("ពាក្យ", "Words")
BATTAMBANG = {"province": "02", "district": "0203", "commune": "020301", "street": "ផ្ទះ 12"}


def form_of(*components: dict[str, Any]) -> Form:
    """A form of one page with these components, with words for everything."""
    document = {"type": "default", "id": "f", "components": [{"type": "group", "id": "page", "components": components}]}
    flat = [part for outer in components for part in (outer, *outer.get("components", []))]
    texts = FormTexts(
        WORDS,
        {"page": WORDS},
        {
            part.get("key") or part.get("path") or part["id"]: FieldTexts(
                Bilingual("ស្លាក", "Label"),
                None,
                {
                    value["value"]: Bilingual(f"ខ្មែរ-{value['value']}", value["value"])
                    for value in part.get("values", [])
                },
            )
            for part in flat
        },
    )
    return read_form("forms/f.json", json.dumps(document).encode(), "f", texts)


def one(component: dict[str, Any], raw: Any) -> Any:
    """The kept value of a single question, or the key of what is wrong with it."""
    form = form_of({"key": "q", **component})
    clean, errors = validate_page(form, "page", raw if isinstance(raw, dict) else {"q": raw}, answers={}, today=TODAY)
    if errors:
        return "! " + ", ".join(error.error for error in errors.values())
    return clean["q"]


TEXT = {"type": "textfield"}
NUMBER = {"type": "number", "validate": {"min": 1, "max": 300}}
AREA = {"type": "number", "decimalDigits": 2}
MONEY = {"type": "number", "properties": {"kind": "money"}}
PHONE = {"type": "textfield", "validate": {"validationType": "phone"}}
EMAIL = {"type": "textfield", "validate": {"validationType": "email"}}
DAY = {"type": "datetime", "subtype": "date", "properties": {"min": "1900-01-01", "max": "today"}}
ADULT = {"type": "datetime", "properties": {"max": "18 years ago"}}
RADIO = {"type": "radio", "values": [{"value": "a"}, {"value": "b"}]}
LIST = {"type": "checklist", "values": [{"value": "a"}, {"value": "b"}, {"value": "c"}]}
TIME = {"type": "datetime", "subtype": "time", "properties": {"min": "07:00", "max": "17:30"}}
BOX = {"type": "checkbox"}
PLACE = {"type": "textfield", "properties": {"kind": "address"}}
ID_NUMBER = {"type": "textfield", "validate": {"pattern": "^[0-9]{9,13}$"}}
FILES = {"type": "filepicker", "accept": ".jpg,.png"}


@pytest.mark.parametrize(
    ("component", "raw", "kept"),
    [
        (TEXT, "  សុខ ដារា\u200b ", "សុខ ដារា"),
        (TEXT, "one\nline", "one line"),
        (TEXT, "", None),
        (TEXT, "x" * 201, "! too_long"),
        ({"type": "textarea"}, "two\r\nlines", "two\nlines"),
        ({"type": "textfield", "validate": {"minLength": 3}}, "ab", "! too_short"),
        (TEXT, {"q": {"a": 1}}, "! not_text"),
        (NUMBER, "១២", 12),
        (NUMBER, "12.0", 12),
        (NUMBER, "12.5", "! not_whole"),
        (NUMBER, "0", "! too_small"),
        (NUMBER, "301", "! too_large"),
        (NUMBER, "twelve", "! not_a_number"),
        (NUMBER, "1e2", "! not_a_number"),
        (NUMBER, "NaN", "! not_a_number"),
        (NUMBER, {"q": True}, "! not_a_number"),
        (NUMBER, {"q": 12}, 12),
        (AREA, "2,500.25", 2500.25),
        (AREA, "0.125", "! too_many_decimals"),
        (MONEY, "២០០ ០០០", 200000),
        (MONEY, "200,000", 200000),
        (MONEY, "20,00", "! not_a_number"),
        (MONEY, "-5", "! too_small"),
        (PHONE, "012 345 678", "+85512345678"),
        (PHONE, "០១២ ៣៤៥ ៦៧៨", "+85512345678"),
        (PHONE, "+855 12 345 678", "+85512345678"),
        (PHONE, "12", "! not_a_phone"),
        (PHONE, "call me", "! not_a_phone"),
        (EMAIL, "dara@example.com", "dara@example.com"),
        (EMAIL, "dara@example", "! not_an_email"),
        (EMAIL, "a b@example.com", "! not_an_email"),
        (DAY, {"q-day": "២៧", "q-month": "៣", "q-year": "១៩៨៥"}, "1985-03-27"),
        (DAY, "1985-03-27", "1985-03-27"),
        (DAY, {"q-day": "31", "q-month": "2", "q-year": "1985"}, "! not_a_date"),
        (DAY, {"q-day": "3", "q-month": "", "q-year": "1985"}, "! not_a_date"),
        (DAY, {"q-day": "3", "q-month": "2", "q-year": "85"}, "! not_a_date"),
        (DAY, {"q-day": "3", "q-month": "11", "q-year": "2026"}, "! too_late"),
        (DAY, {"q-day": "31", "q-month": "12", "q-year": "1899"}, "! too_early"),
        (DAY, {"q-day": "", "q-month": "", "q-year": ""}, None),
        (ADULT, "2008-11-02", "2008-11-02"),
        (ADULT, "2008-11-03", "! too_late"),
        (TIME, "7:30", "07:30"),
        (TIME, "07:30", "07:30"),
        (TIME, "៧:៣០", "07:30"),
        (TIME, "៧៖៣០", "07:30"),
        (TIME, "7.30", "07:30"),
        (TIME, "7h30", "07:30"),
        (TIME, " ម៉ោង ១៤:០៥ ", "14:05"),
        (TIME, "07:00", "07:00"),
        (TIME, "17:30", "17:30"),
        (TIME, "06:59", "! too_early_in_the_day"),
        (TIME, "17:31", "! too_late_in_the_day"),
        (TIME, "", None),
        *(
            (TIME, wrong, "! not_a_time")
            for wrong in ("7", "730", "24:00", "12:60", "7:3", "7:30 pm", "7:30:00", "-7:30")
        ),
        (TIME, {"q": ["07:30", "08:30"]}, "! not_text"),
        (RADIO, "a", "a"),
        (RADIO, "z", "! not_an_option"),
        (LIST, {"q": ["c", "a"]}, ["a", "c"]),
        (LIST, "a", ["a"]),
        (LIST, {"q": ["z"]}, "! not_an_option"),
        (LIST, {}, []),
        (BOX, "yes", True),
        (BOX, {}, False),
        (BOX, "perhaps", "! not_readable"),
        (ID_NUMBER, "០១០២០៣០៤៥", "010203045"),
        (ID_NUMBER, "12345678", "! pattern"),
        (ID_NUMBER, "0102030456x", "! pattern"),
        (PLACE, {f"q-{part}": code for part, code in BATTAMBANG.items()}, BATTAMBANG),
        (PLACE, {"q": BATTAMBANG}, BATTAMBANG),
        (PLACE, {"q-province": "02", "q-district": "0203"}, "! required"),
        (PLACE, {"q-province": "02", "q-district": "0301", "q-commune": "030101"}, "! not_a_place"),
        (PLACE, {"q-province": "99", "q-district": "9901", "q-commune": "990101"}, "! not_a_place"),
        (PLACE, {"q-province": "0203", "q-district": "0203", "q-commune": "020301"}, "! not_a_place"),
        (PLACE, {"q": BATTAMBANG | {"street": "x" * 201}}, "! too_long"),
        (PLACE, "02", "! not_readable"),
        (FILES, {"q": ["one"]}, ["one"]),
        (FILES, {"q": ["one", "two"]}, "! too_many"),
    ],
)
def test_an_answer_is_kept_or_named(component: dict[str, Any], raw: Any, kept: Any) -> None:
    assert one(component, raw) == kept


@pytest.mark.parametrize("component", [TEXT, NUMBER, DAY, RADIO, LIST, PLACE, FILES])
def test_a_required_question_must_be_answered(component: dict[str, Any]) -> None:
    required = {**component, "validate": {**component.get("validate", {}), "required": True}}
    assert one(required, {}) == "! required"


@pytest.mark.parametrize("component", [NUMBER | {"validate": {"min": 0}}, AREA, MONEY])
@pytest.mark.parametrize("raw", ["0", "០", {"q": 0}])
def test_zero_is_an_answer(component: dict[str, Any], raw: Any) -> None:
    required = {**component, "validate": {**component.get("validate", {}), "required": True}}
    kept = one(required, raw)
    assert (kept, type(kept) is bool) == (0, False)
    asked = form_of({"key": "q", **component}).components()
    assert [answer_text(part, kept, "km").rstrip("0. ៛០") for part in asked] == [""]
    assert all("០" in answer_text(part, kept, "km") for part in form_of({"key": "q", **component}).components())


def test_a_required_box_must_be_ticked() -> None:
    assert one({**BOX, "validate": {"required": True}}, {}) == "! must_agree"


def test_the_error_of_a_part_belongs_to_the_field_of_the_part() -> None:
    form = form_of({"key": "born", **DAY}, {"key": "home", **PLACE})
    raw = {"born-day": "x", "born-month": "1", "born-year": "1985", "home-province": "02"}
    _, errors = validate_page(form, "page", raw, answers={}, today=TODAY)
    assert set(errors) == {"born-day", "home-district"}


def test_a_hidden_question_is_neither_asked_nor_kept() -> None:
    form = form_of(
        {"key": "kind", **RADIO},
        {"key": "why", "type": "textfield", "validate": {"required": True}, "conditional": {"hide": '=kind = "a"'}},
    )
    assert validate_page(form, "page", {"kind": "a", "why": "x"}, answers={}, today=TODAY) == ({"kind": "a"}, {})
    _, errors = validate_page(form, "page", {"kind": "b"}, answers={}, today=TODAY)
    assert set(errors) == {"why"}


def test_what_nobody_asked_is_left_out() -> None:
    form = form_of({"key": "name", **TEXT})
    clean, errors = validate_page(form, "page", {"name": "x", "is_admin": "yes"}, answers={}, today=TODAY)
    assert (clean, errors) == ({"name": "x"}, {})


def test_the_items_of_a_repeating_group_are_checked_one_by_one() -> None:
    owners = {
        "type": "dynamiclist",
        "path": "owners",
        "properties": {"min_items": 1, "max_items": 2},
        "components": [{"type": "textfield", "key": "name", "validate": {"required": True}}, {"key": "age", **NUMBER}],
    }
    form = form_of(owners)
    posted = MultiDict(
        [("owners-0-name", "ដារា"), ("owners-0-age", "៤០"), ("owners-1-name", ""), ("owners-1-age", "x")]
    )
    clean, errors = validate_page(form, "page", posted, answers={}, today=TODAY)
    assert (clean, {name: error.error for name, error in errors.items()}) == (
        {},
        {"owners-1-name": "required", "owners-1-age": "not_a_number"},
    )
    clean, errors = validate_all(form, {"owners": [{"name": "ដារា", "age": 40}]}, today=TODAY)
    assert (clean, errors) == ({"owners": [{"name": "ដារា", "age": 40}]}, {})
    for count, wrong in ((0, "too_few"), (3, "too_many")):
        _, errors = validate_all(form, {"owners": [{"name": "x"}] * count}, today=TODAY)
        assert [error.error for error in errors.values()] == [wrong]
    assert "not_readable" in str(validate_all(form, {"owners": "x"}, today=TODAY)[1])


def test_what_was_typed_is_gathered_for_showing_the_page_again() -> None:
    form = form_of({"key": "born", **DAY}, {"key": "home", **PLACE}, {"key": "wants", **LIST})
    posted = MultiDict([("born-day", "x"), ("home-province", "02"), ("wants", "a"), ("wants", "b")])
    assert gather(form, "page", posted) == {"born": {"day": "x"}, "home": {"province": "02"}, "wants": ["a", "b"]}


def test_an_unknown_page_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        gather(form_of({"key": "name", **TEXT}), "other", {})


def test_the_account_fills_in_what_it_knows() -> None:
    form = form_of({"key": "owner", "type": "textfield", "properties": {"prefill": "name_km"}}, {"key": "q", **TEXT})
    assert prefilled(form, {"name_km": "សុខ ដារា", "phone": None}) == {"owner": "សុខ ដារា"}


def test_every_error_has_a_sentence_in_both_languages() -> None:
    for sentence in SENTENCES.values():
        for language in LANGUAGES:
            assert "{label}" in sentence(language)


def test_an_error_is_said_with_khmer_digits_in_khmer() -> None:
    _, errors = validate_page(form_of({"key": "q", **NUMBER}), "page", {"q": "301"}, answers={}, today=TODAY)
    assert errors["q"].text("km") == "«ស្លាក» មិនត្រូវលើសពី ៣០០"
    assert errors["q"].text("en") == "“Label” must be 300 or less"


@pytest.mark.parametrize(
    ("component", "value", "khmer", "english"),
    [
        (TEXT, "abc", "abc", "abc"),
        (TEXT, None, "", ""),
        (NUMBER, 12, "១២", "12"),
        (MONEY, 200000, "២០០ ០០០ ៛", "200 000 ៛"),
        (DAY, "1985-03-27", "២៧/០៣/១៩៨៥", "27/03/1985"),
        (RADIO, "a", "ខ្មែរ-a", "a"),
        (LIST, ["a", "b"], "ខ្មែរ-a, ខ្មែរ-b", "a, b"),
        (BOX, True, "បាទ/ចាស", "Yes"),
        (BOX, False, "ទេ", "No"),
        (
            PLACE,
            BATTAMBANG,
            "ផ្ទះ 12 ឃុំ/សង្កាត់ទួលតាឯក ស្រុក/ក្រុងបាត់ដំបង ខេត្តបាត់ដំបង",
            "ផ្ទះ 12, Tuol Ta Ek, Battambang, Battambang",
        ),
    ],
)
def test_a_kept_value_is_said_in_both_languages(
    component: dict[str, Any], value: Any, khmer: str, english: str
) -> None:
    question = form_of({"key": "q", **component}).component("q")
    assert question is not None
    assert (answer_text(question, value, "km"), answer_text(question, value, "en")) == (khmer, english)


RAW = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.lists(st.text(max_size=5), max_size=3)
)


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "h", "i"]), RAW | st.just(BATTAMBANG)))
@settings(max_examples=200)
def test_checking_kept_values_again_changes_nothing(raw: dict[str, Any]) -> None:
    form = form_of(
        {"key": "a", **TEXT}, {"key": "b", **NUMBER}, {"key": "c", **AREA}, {"key": "d", **PHONE}, {"key": "e", **DAY},
        {"key": "f", **LIST}, {"key": "g", **BOX}, {"key": "h", **PLACE}, {"key": "i", **MONEY},
    )  # fmt: skip
    clean, _ = validate_all(form, raw, today=TODAY)
    again, errors = validate_all(form, clean, today=TODAY)
    assert errors == {}
    assert again.items() >= clean.items()
    assert json.loads(json.dumps(clean)) == clean
