"""A kind of question is whole: read, cleaned, said again, drawn, refused in both languages, and documented."""

from __future__ import annotations

import ast
import re
from datetime import date
from typing import Any, Final

import pytest
from flask import Flask

from engine.khmer import Bilingual
from engine.packages import FIELD_KINDS, Component, Option, answer_text
from engine.packages.field_kinds import kind_written
from engine.packages.form_errors import SENTENCES
from engine.packages.typed_values import clean_value
from tests.guards.sources import ROOT, modules, templates, tree, walked
from tests.web.assets.gallery import QUESTIONS

TODAY: Final = date(2026, 11, 2)
WORDS: Final = Bilingual("ពាក្យ", "Words")
OPTIONS: Final = (Option("a", Bilingual("ក", "First")), Option("b", Bilingual("ខ", "Second")))
PLACE: Final = {"province": "02", "district": "0203", "commune": "020301", "street": "12"}

# Kind → what is typed, what is kept, what is shown in Khmer and in English.
SAMPLES: Final[dict[str, tuple[Any, Any, str, str]]] = {
    "text": ("  សុខ ដារា ", "សុខ ដារា", "សុខ ដារា", "សុខ ដារា"),
    "textarea": ("មួយ\r\nពីរ", "មួយ\nពីរ", "មួយ\nពីរ", "មួយ\nពីរ"),
    "number": ("១២.៥", 12.5, "១២.៥", "12.5"),
    "position": ("១១.៥៥៦៤ ១០៤.៩២៨២", "11.55640, 104.92820", "១១.៥៥៦៤០, ១០៤.៩២៨២០", "11.55640, 104.92820"),
    "money": ("២០០ ០០០", 200000, "២០០ ០០០ ៛", "200 000 ៛"),
    "date": ({"day": "២៧", "month": "៣", "year": "1985"}, "1985-03-27", "២៧/០៣/១៩៨៥", "27/03/1985"),
    "time": ("៧:៣០", "07:30", "ម៉ោង\u00a0០៧:៣០", "07:30"),
    "phone": ("012 345 678", "+85512345678", "០១២ ៣៤៥ ៦៧៨", "012 345 678"),
    "email": ("dara@example.com", "dara@example.com", "dara@example.com", "dara@example.com"),
    "name_km": ("សុខ  ដារា", "សុខ ដារា", "សុខ ដារា", "សុខ ដារា"),
    "name_latin": ("D’Angelo José", "D'Angelo José", "D'Angelo José", "D'Angelo José"),
    "id_number": ("k 765-4321", "K7654321", "K7654321", "K7654321"),
    "select": ("a", "a", "ក", "First"),
    "radio": ("b", "b", "ខ", "Second"),
    "checkbox": ("yes", True, "បាទ/ចាស", "Yes"),
    "checklist": (["b", "a"], ["a", "b"], "ក, ខ", "First, Second"),
    "address": (PLACE, PLACE, "", ""),
    "file": (["one.pdf"], ["one.pdf"], "one.pdf", "one.pdf"),
}
CHOSEN: Final = ("select", "radio", "checkbox", "checklist", "address", "file")
"""Kinds that are chosen, not typed: what a page shows of them is not what it posts."""


def question(kind: str) -> Component:
    parts = (Component("name", FIELD_KINDS["text"], WORDS),) if FIELD_KINDS[kind].repeats else ()
    return Component("q", FIELD_KINDS[kind], WORDS, options=OPTIONS, decimals=int(kind == "number"), components=parts)


@pytest.mark.parametrize("kind", [kind.name for kind in FIELD_KINDS.values() if kind.clean is not None])
def test_an_answer_of_every_kind_is_typed_kept_shown_and_typed_again(kind: str) -> None:
    typed, kept, khmer, english = SAMPLES[kind]
    asked = question(kind)
    assert clean_value(asked, typed, TODAY) == kept
    assert clean_value(asked, kept, TODAY) == kept
    shown = [answer_text(asked, kept, language) for language in ("km", "en")]
    assert all(shown)
    if khmer or english:
        assert shown == [khmer, english]
    if kind not in CHOSEN:
        assert [clean_value(asked, words, TODAY) for words in shown] == [kept, kept]


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_no_answer_of_any_kind_is_shown_as_nothing(kind: str) -> None:
    assert [answer_text(question(kind), value, "km") for value in (None, "", [])] == ["", "", ""]


def test_texts_with_limits_say_what_lies_beside_an_answer_so_that_tables_are_tried_there() -> None:
    limited = [kind for kind in FIELD_KINDS.values() if kind.scalar == "text" and "min" in kind.takes]
    assert limited
    for kind in limited:
        kept = SAMPLES[kind.name][1]
        assert kind.beside is not None, f"{kind.name}: a table over its answers would be tried between them only"
        before, after = kind.beside(kept)
        assert before < kept < after
        assert [clean_value(question(kind.name), near, TODAY) for near in (before, after)] == [before, after]
        assert [kind.beside(text) for text in ("", "today", "A")] == [(), (), ()]


def test_a_browser_examines_every_kind_in_the_gallery() -> None:
    shown = {component.kind.name for component in QUESTIONS.components}
    assert sorted(set(FIELD_KINDS) - shown) == []


def test_a_form_can_be_written_with_every_kind() -> None:
    for kind in FIELD_KINDS.values():
        for written in kind.written:
            assert kind_written(written, {kind.mark[0]: kind.mark[1]}) is kind, (kind.name, written)


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_every_kind_is_drawn_with_its_label_and_its_mistake(kind: str, shared_app: Flask) -> None:
    with shared_app.test_request_context("/?lang=en"):
        kinds = shared_app.jinja_env.get_template("components/kinds.html").module
        assert hasattr(kinds, kind), f"components/kinds.html has no macro {kind}"
        questions: Any = shared_app.jinja_env.get_template("components/questions.html").module
        drawn = str(questions.component(question(kind), {}, {"q": "It is wrong."}))
        assert "Words" in drawn or "ពាក្យ" in drawn
        assert ("It is wrong." in drawn) == FIELD_KINDS[kind].asks


def test_what_can_be_wrong_is_said_in_both_languages() -> None:
    said = {
        name.value
        for path in modules("engine")
        for node in walked(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Fault", "FieldError")
        for name in node.args[node.func.id == "FieldError" :][:1]
        if isinstance(name, ast.Constant)
    } | {kind.missing for kind in FIELD_KINDS.values()}
    assert said == set(SENTENCES)
    for sentence in SENTENCES.values():
        places = [sorted(re.findall(r"{\w+}", words)) for words in (sentence.km, sentence.en)]
        assert places[0] == places[1]
        assert re.search(r"[\u1780-\u17b3]", sentence.km)


def test_the_page_for_analysts_has_a_line_for_every_kind() -> None:
    page = (ROOT / "docs" / "packages.md").read_text("utf-8")
    for kind in FIELD_KINDS.values():
        line = re.search(rf"^\| {kind.name} \| `{kind.written[0]}`.*$", page, re.M)
        assert line is not None, f"docs/packages.md: the table of forms has no line for {kind.name}"
        assert kind.mark[1] in line[0]


def test_nobody_but_the_rows_knows_a_kind_by_its_name() -> None:
    """Whoever compares with a name, or looks it up in a table of its own, would have to be found and changed for every
    new kind; only the macro of a kind is found by its name."""
    compares = re.compile(r"kind\.name\s*(==|!=|in\b|not in\b)|\.get\([^()]*kind\.name|\w\[[^\[\]]*kind\.name\]")
    drawing = ROOT / "web" / "templates" / "components" / "questions.html"
    sources = [path for path in (*modules("engine"), *modules("web"), *templates()) if path != drawing]
    assert [path.name for path in sources if compares.search(path.read_text("utf-8"))] == []
