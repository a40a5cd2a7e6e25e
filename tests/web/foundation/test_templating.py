"""The names that templates know are those of a plain chain of mappings, found sooner."""

from __future__ import annotations

from collections import ChainMap

from flask import Flask

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
