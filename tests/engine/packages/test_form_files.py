"""Forms read from form-js documents: what is read, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from engine.packages import PackageRejected
from tests.engine.packages.test_answers import form_of

NAME = {"type": "textfield", "key": "name"}
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"type": "button", "key": "send"}, "“button” is not one of"),
    ({"type": "textfield", "key": "name", "validate": {"requierd": True}}, "Did you mean “required”"),
    ({"type": "textfield", "key": "Name"}, "is not a key"),
    ({"type": "textfield", "id": "Field_1"}, "has no key"),
    ({"type": "radio", "key": "kind", "values": []}, "nothing to choose"),
    ({"type": "radio", "key": "kind", "values": [{"value": "a"}, {"value": "a"}]}, "among the choices twice"),
    ({"type": "radio", "key": "kind", "values": [{"value": "KM"}]}, "“KM” cannot be the value of a choice"),
    ({"type": "select", "key": "kind", "values": [{"value": "2-3"}]}, "“2-3” cannot be the value of a choice"),
    ({"type": "checklist", "key": "kind", "values": [{"value": "a b"}]}, "“a b” cannot be the value of a choice"),
    ({"type": "textfield", "key": "name", "conditional": {"hide": "=count(name) > 1"}}, "count"),
    ({"type": "textfield", "key": "name", "conditional": {"hide": "=later = 1"}}, "no earlier question"),
    ({"type": "textfield", "key": "name", "validate": {"pattern": "(a+)+$"}}, "is not supported"),
    ({"type": "textfield", "key": "name", "validate": {"pattern": "[a-z]*"}}, "is not supported"),
    ({"type": "datetime", "key": "day", "properties": {"max": "tomorrow"}}, "write a date limit"),
    ({"type": "datetime", "key": "day", "properties": {"min": "2026-13-45"}}, "write a date limit"),
    ({"type": "datetime", "key": "day", "properties": {"min": "900 years ago"}}, "write a date limit"),
    ({"type": "number", "key": "count", "properties": {"min": "few"}}, "is not a number"),
    ({"type": "number", "key": "count", "properties": {"min": "1E+999999999"}}, "is not a number"),
    ({"type": "number", "key": "count", "properties": {"max": "NaN"}}, "is not a number"),
    (
        {"type": "number", "key": "count", "properties": {"kind": "address"}},
        "kind = address stands on a textfield, not on a number",
    ),
    (
        {"type": "select", "key": "sum", "properties": {"kind": "money"}},
        "kind = money stands on a number or textfield, not on a select",
    ),
    (
        {"type": "datetime", "key": "hour", "subtype": "time", "properties": {"min": "7 am"}},
        "write a limit of a time of day",
    ),
    ({"type": "datetime", "key": "hour", "subtype": "datetime"}, "is not one of"),
    ({"type": "filepicker", "key": "file", "accept": ".exe"}, "“exe” are not accepted"),
    ({"type": "dynamiclist", "path": "items"}, "needs components"),
    ({"type": "textfield", "key": "name", "properties": {"prefill": "password"}}, "is not one of"),
    ({"type": "textfield", "key": "name", "defaultValue": "x"}, "“defaultValue” is not a known key"),
]


@pytest.mark.parametrize(("component", "said"), REFUSED)
def test_what_a_form_cannot_do_is_refused_by_name(component: dict[str, Any], said: str) -> None:
    with pytest.raises(PackageRejected, match=said):
        form_of(component)


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(PackageRejected, match="stands in the form twice"):
        form_of(NAME, NAME)


def test_a_repeating_group_inside_another_is_refused() -> None:
    inner = {"type": "dynamiclist", "path": "inner", "components": [NAME]}
    with pytest.raises(PackageRejected, match="cannot stand inside"):
        form_of({"type": "dynamiclist", "path": "outer", "components": [inner]})


def test_a_form_with_hundreds_of_components_is_refused() -> None:
    with pytest.raises(PackageRejected, match="at most 200 components"):
        form_of(*({"type": "textfield", "key": f"q{number}"} for number in range(201)))


def test_the_types_of_form_js_become_ours() -> None:
    form = form_of(
        NAME,
        {"type": "number", "key": "price", "properties": {"kind": "money"}},
        {"type": "textfield", "key": "home", "properties": {"kind": "address", "level": "village"}},
        {
            "type": "textfield",
            "key": "phone",
            "validate": {"validationType": "phone"},
            "properties": {"personal": "true"},
        },
        {"type": "text", "id": "read_this", "text": "Read this"},
        {"type": "filepicker", "key": "photo", "accept": ".jpeg, .png"},
    )
    types = {component.key: component.kind.name for component in form.components()}
    assert types == {
        "name": "text",
        "price": "money",
        "home": "address",
        "phone": "phone",
        "read_this": "note",
        "photo": "file",
    }
    photo, home = form.component("photo"), form.component("home")
    assert photo is not None
    assert home is not None
    assert (photo.accepts, home.address_level) == (("jpg", "png"), "village")
    assert form.personal_keys() == {"phone"}


def test_a_hidden_page_is_not_among_the_visible_ones() -> None:
    form = form_of({"type": "checkbox", "key": "wants"}, {**NAME, "conditional": {"hide": "=wants != true"}})
    assert [part.key for part in form.visible_pages({"wants": False})[0].visible({"wants": False})] == ["wants"]
    assert [part.key for part in form.pages[0].visible({"wants": True})] == ["wants", "name"]
