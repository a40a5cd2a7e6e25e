"""Templates: nothing inline that the Content-Security-Policy forbids, nothing unescaped, our words."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from storage.tables import Base
from tests.guards.sources import TEMPLATES, named, templates
from web import catalogue
from web.access import rule_of

INLINE = {
    "a style attribute": re.compile(r"<[a-zA-Z][^>]*\sstyle\s*=", re.S),
    "an event attribute": re.compile(r"<[a-zA-Z][^>]*\son[a-z]+\s*=", re.S),
    "a style element": re.compile(r"<style[\s>]"),
    # What a browser never runs is no script: data for search engines.
    "a script without src": re.compile(r"""<script(?![^>]*\ssrc=)(?! type="application/ld\+json">)[^>]*>"""),
    "a javascript: address": re.compile(r"javascript:", re.I),
}
FORM = re.compile(r"<form\b(?=[^>]*method=.?post).*?</form>", re.S | re.I)
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\(")
REVIEWED: dict[str, str] = {}
"""Templates that may write without escaping, each with the reason."""

WRONG_WORDS = re.compile(
    r"\b(workflows?|todos?|to-dos?|work items?|jobs?|tickets?|customers?|submissions?|(?<!in )orders?|requests?)\b",
    re.I,
)


@pytest.mark.parametrize("what", INLINE)
def test_no_template_holds_inline_style_or_script(what: str) -> None:
    found = [named(path) for path in templates() if INLINE[what].search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_every_form_that_changes_something_carries_its_token() -> None:
    forms = [(named(path), form) for path in templates() for form in FORM.findall(path.read_text(encoding="utf-8"))]
    assert [name for name, form in forms if "csrf_token" not in form and "typed_again(" not in form] == []
    brand = (TEMPLATES / "components" / "brand.html").read_text(encoding="utf-8")
    assert "csrf_token()" in brand.partition("macro typed_again(")[2].partition("endmacro")[0]
    assert forms


def test_everything_is_escaped_unless_somebody_reviewed_it() -> None:
    found = [named(path) for path in templates() if UNESCAPED.search(path.read_text(encoding="utf-8"))]
    assert [name for name in found if name not in REVIEWED] == []


def test_every_page_has_an_access_rule(shared_app: Flask) -> None:
    pages = [rule for rule in shared_app.url_map.iter_rules() if rule.redirect_to is None]
    without = [rule.rule for rule in pages if rule_of(shared_app, rule.endpoint) is None]
    assert without == []


def test_addresses_tables_and_sentences_use_the_words_of_the_office(shared_app: Flask) -> None:
    addresses = [re.sub(r"<[^>]*>", "", rule.rule).replace("-", " ") for rule in shared_app.url_map.iter_rules()]
    tables = [table.name.replace("_", " ") for table in Base.metadata.sorted_tables]
    sentences = [words for message in catalogue.collect() if message.id for words in catalogue.english(message)]
    assert [words for words in addresses + tables + sentences if WRONG_WORDS.search(words)] == []
