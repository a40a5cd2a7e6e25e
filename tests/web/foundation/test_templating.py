"""The names that templates know are those of a plain chain of mappings, found sooner."""

from __future__ import annotations

from collections import ChainMap

import pytest
from flask import Flask
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from lxml import html
from markupsafe import Markup

from web.templating import Names


def test_a_template_knows_its_own_names_before_those_of_all() -> None:
    own, everywhere = {"title": "own", "asset": 1}, {"title": "of all", "places": 2}
    names, plain = Names(own, everywhere), ChainMap(own, everywhere)
    assert names.keys() == plain.keys()
    assert dict(names) == dict(plain) == {"title": "own", "asset": 1, "places": 2}
    assert {"asset", "page"} - names.keys() == {"page"}
    everywhere["page"] = 3
    assert {"asset", "page"} - names.keys() == set()


def test_a_macro_that_a_page_imports_knows_the_names_of_that_page_and_of_no_other(app: Flask) -> None:
    app.jinja_env.globals["of_all"] = "all"
    macro = app.jinja_env.from_string("{% macro said() %}{{ of_all }} {{ of_page }}{% endmacro %}")
    page = "{% from macro import said %}{{ said() }}"
    one = app.jinja_env.from_string(page, globals={"of_page": "one", "macro": macro})
    other = app.jinja_env.from_string(page, globals={"macro": macro})
    try:
        assert isinstance(one.globals, Names)
        assert [each.render() for each in (one, other, one)] == ["all one", "all ", "all one"]
    finally:
        del app.jinja_env.globals["of_all"]


SHARED = "hint=hint, error=none, alone=false, optional=optional"
PLAIN = {
    "textarea": (
        "form.textarea('why', label, value, rows=2, max=9, of='fix', hint=hint, optional=optional)",
        f"govukTextarea(dict(field('why', label, {SHARED}), value=value, rows=2, attributes=of))",
    ),
    "text": (
        "form.text('why', label, value, hint=hint, type='tel', autocomplete='tel', width=10, optional=optional)",
        f"govukInput(dict(field('why', label, {SHARED}), value=value, type='tel', autocomplete='tel', classes=wide))",
    ),
    "money": (
        "form.money('why', label, value, hint=hint, optional=optional)",
        f"govukInput(dict(field('why', label, {SHARED}), value=value, type='text', inputmode='numeric', classes=wide,"
        " suffix={'text': 'riel'}))",
    ),
    "select": (
        "form.select('why', label, options, 2, hint=hint, optional=optional)",
        f"govukSelect(dict(field('why', label, {SHARED}), items=[{{'value': '', 'text': 'Choose'}}] + items))",
    ),
    "radios": (
        "form.radios('why', label, options, '2', hint=hint, optional=optional, inline=true)",
        "govukRadios({'idPrefix': 'why', 'name': 'why', 'fieldset': legend(label, false, optional), 'items': items,"
        " 'hint': {'text': hint} if hint else none, 'classes': 'govuk-radios--inline'})",
    ),
}
"""Ours, and what GOV.UK's macro is to be told for the same."""
GIVEN = {
    "label": "Why & <what>",
    "value": '"<b>"\nnot',
    "of": {"maxlength": 9, "form": "fix"},
    "wide": "govuk-input--width-10",
    "options": [("1", "One <i>"), (2, "Two"), ("", "None")],
    "items": [
        {"value": "1", "text": "One <i>"},
        {"value": 2, "text": "Two", "selected": True, "checked": True},
        {"value": "", "text": "None"},
    ],
}


@pytest.mark.parametrize("kind", PLAIN)
@pytest.mark.parametrize(("hint", "optional"), [("", False), ("So & <so>", True)])
def test_a_plain_field_is_written_as_that_of_govuk_frontend(app: Flask, kind: str, hint: str, optional: bool) -> None:
    names = {"textarea": "textarea", "text": "input", "money": "input"}
    macro = f"govuk{names.get(kind, kind).capitalize()}"
    imports = (
        '{% import "components/form.html" as form %}'
        f'{{% from "govuk_frontend_jinja/components/{names.get(kind, kind)}/macro.html" import {macro} %}}'
    )
    said = "<hr>".join(f"{{{{ {each} }}}}" for each in PLAIN[kind])
    with app.test_request_context("/?lang=en"):
        drawn = app.jinja_env.from_string(imports + said).render(hint=hint, optional=optional, **GIVEN)
    ours, theirs = (parts(each) for each in drawn.split("<hr>"))
    assert ours == theirs
    assert any(one.get("name") == "why" for _, one, _ in ours)


def test_a_page_calls_macros_and_functions_as_jinja_does(app: Flask) -> None:
    @pass_context
    def of_page(page: Context, word: str) -> str:
        return f"{page['own']} {word}"

    said = (
        "{% macro twice(word, more='') %}{{ word }}{{ word }}{{ more }}{{ caller() if caller else '' }}{% endmacro %}"
        "{% for one in ['<', 'b'] %}{{ twice(one, more=of_page(one)) }}"
        "{% call twice('c') %}{{ plain(one) }}{% endcall %}{% endfor %}"
    )
    given = {"own": "mine", "of_page": of_page, "plain": lambda word: f"({word})"}
    templates = app.jinja_env, Environment(autoescape=True)
    ours, theirs = (each.from_string(said).render(given) for each in templates)
    assert ours == theirs == "&lt;&lt;mine &lt;cc(&lt;)bbmine bcc(b)"
    with pytest.raises(TypeError, match="takes no keyword argument"):
        app.jinja_env.from_string("{% macro bare() %}{% endmacro %}{{ bare(what=1) }}").render()


def parts(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Every element with its attributes and what it says itself."""
    return [(one.tag, dict(one.attrib), (one.text or "").strip()) for one in html.fromstring(text).iter()]


def test_only_a_form_that_asks_for_a_file_is_sent_in_parts(app: Flask) -> None:
    said = '{% import "components/form.html" as form %}{% call form.form("/", **given) %}{{ fields }}{% endcall %}'
    file = Markup('<input type="file" name="paper">')
    drawn = app.jinja_env.from_string(said)
    with app.test_request_context("/"):
        asked = [
            "multipart" in drawn.render(given=given, fields=fields)
            for given in ({}, {"upload": False})
            for fields in (file, 'type="file"')
        ]
    assert asked == [True, False, False, False]
