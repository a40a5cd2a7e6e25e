"""The names that templates know are those of a plain chain of mappings, found sooner."""

from __future__ import annotations

from collections import ChainMap

from flask import Flask
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


def test_a_plain_textarea_is_written_as_that_of_govuk_frontend(app: Flask) -> None:
    said = (
        '{% import "components/form.html" as form %}'
        '{% from "govuk_frontend_jinja/components/textarea/macro.html" import govukTextarea %}'
        "{{ form.textarea('why', label, value, rows=2, max=9, of='fix') }}<hr>"
        "{{ govukTextarea(dict(field('why', label, hint=none, error=none, alone=false, optional=false),"
        " value=value, rows=2, attributes={'maxlength': 9, 'form': 'fix'})) }}"
    )
    with app.test_request_context("/"):
        drawn = app.jinja_env.from_string(said).render(label="Why & <what>", value='"<b>"\nnot')
    ours, theirs = (parts(each) for each in drawn.split("<hr>"))
    assert ours == theirs
    assert ours[-1][0] == "textarea"


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
