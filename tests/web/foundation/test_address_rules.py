"""Addresses are written as Werkzeug writes them, by functions that are compiled when they are first needed."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, Map, Rule

from web.address_rules import NAMES, AddressRule

SAMPLES: Final = {"IntegerConverter": 7, "DateConverter": date(2026, 11, 3)}


def _sample(converter: BaseConverter) -> object:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return SAMPLES.get(type(converter).__name__, "ខេត្ត a/b")


def test_every_address_is_written_as_werkzeug_writes_it(shared_app: Flask) -> None:
    rules = [rule for rule in shared_app.url_map.iter_rules() if not rule.redirect_to]
    assert len(rules) > 300
    for rule in rules:
        values = {name: _sample(converter) for name, converter in rule._converters.items()}
        stock = rule.empty()
        stock.__class__ = Rule
        Map([stock], converters=shared_app.url_map.converters, host_matching=shared_app.url_map.host_matching)
        for appends in (True, False, True):
            asked = {**values, "q": "ខ &", "page": 2}
            assert rule.build(dict(asked), appends) == stock.build(dict(asked), appends), rule.rule


def test_a_rule_compiles_what_it_writes_once() -> None:
    rule = AddressRule("/cases/<int:number>", endpoint="case")
    Map([rule])
    before = rule._build_unknown
    assert rule.build({"number": 7, "tab": "fees"}) == ("", "/cases/7?tab=fees")
    after = rule._build_unknown
    assert after is not before
    assert rule.build({"number": 8}) == ("", "/cases/8")
    assert rule._build_unknown is after
    assert set(NAMES.values()) <= set(vars(rule))
