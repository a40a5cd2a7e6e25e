"""What is asked of somebody who only wants to know what a service costs and needs: the few questions that decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.packages import (
    APPLY,
    ServicePackage,
    build_package,
    determinants,
    expected,
    facts_of,
    validate_all,
)
from engine.queries.public.your_case import YourCase, case_of
from tests.parsed import package_in
from tests.small.files import changed

PROCESSES = Path(__file__).resolve().parents[4] / "processes"
SERVICES = sorted(
    str(file.parent.relative_to(PROCESSES))
    for file in PROCESSES.glob("*/*/service.yaml")
    if file.parent.parent.name not in ("shared", "shapes")
)
TODAY = date(2026, 3, 2)


def package_of(name: str) -> ServicePackage:
    return package_in(PROCESSES / name)


def asked_by(package: ServicePackage) -> list[str]:
    return [part.key for part in determinants(package).components()]


def told(package: ServicePackage, answers: Mapping[str, Any]) -> YourCase:
    return case_of(package, answers, asked_by(package), TODAY)


def totals(case: YourCase) -> list[int | None]:
    return [one.fee.total if one.fee else None for one in case.fees]


def documents(case: YourCase) -> set[str]:
    return {one.label.en for one in case.documents if one.required}


@pytest.mark.parametrize("name", SERVICES)
def test_the_few_answers_give_the_fees_and_documents_that_the_whole_form_gives(name: str) -> None:
    package = package_of(name)
    named = yaml.safe_load(package.files["tests.yaml"])["answers"]
    for given in named.values():
        answers, _ = validate_all(package.forms[APPLY], given, today=TODAY)
        facts = facts_of(submitted_on=TODAY, today=TODAY, is_renewal=package.manifest.kinds == ("renewal",))
        case = told(package, {key: value for key, value in given.items() if key in asked_by(package)})
        assert case.is_told, case.errors
        assert totals(case) == [fee.total if fee else None for _rule, fee in expected(package, answers, facts)]
        needed = [rule for rule in package.documents_to_send if rule.is_required({**answers, **facts})]
        assert documents(case) == {package.texts.documents[rule.key].label.en for rule in needed}


@pytest.mark.parametrize("name", SERVICES)
def test_personal_data_and_files_are_never_asked_for_it(name: str) -> None:
    for part in determinants(package_of(name)).components():
        assert part.kind.is_typed
        assert not part.personal
        assert not any(inner.personal for inner in part.components)


def test_only_what_decides_is_asked() -> None:
    assert asked_by(package_of("tourism/guesthouse_licence")) == ["is_renewal", "rooms"]
    assert asked_by(package_of("agriculture/animal_transport")) == []


def test_a_service_that_asks_nothing_says_at_once_what_it_costs() -> None:
    case = case_of(package_of("agriculture/animal_transport"), {}, [], TODAY)
    assert case.is_told
    assert totals(case) == [10000]


def test_before_anything_was_answered_nothing_is_told_and_nothing_is_wrong() -> None:
    case = case_of(package_of("tourism/guesthouse_licence"), {}, [], TODAY)
    assert not case.is_told
    assert not case.asks_more
    assert not case.errors


def test_what_was_typed_wrong_is_named_and_shown_again() -> None:
    case = told(package_of("tourism/guesthouse_licence"), {"rooms": "a few"})
    assert list(case.errors) == ["rooms"]
    assert case.values["rooms"] == "a few"
    assert not case.is_told


def test_a_renewal_needs_fewer_documents() -> None:
    package = package_of("tourism/guesthouse_licence")
    first, again = told(package, {"rooms": "12"}), told(package, {"rooms": "12", "is_renewal": "yes"})
    assert len(documents(first) - documents(again)) == 1
    assert documents(again) < documents(first)


def test_what_an_officer_finds_may_be_left_open_or_guessed() -> None:
    package = package_of("tourism/lodge_licence")
    assert asked_by(package)[-1] == "found:rooms_counted"
    unknown, guessed = told(package, {}), told(package, {"found:rooms_counted": "8"})
    assert unknown.is_told
    assert None in totals(unknown)
    assert None not in totals(guessed)
    assert any(one.is_estimate for one in guessed.fees)


def test_questions_that_an_answer_makes_appear_are_asked_next_and_not_called_wrong() -> None:
    package = with_a_question_before()
    first = case_of(package, {"has_kilns": "yes"}, ["has_kilns"], TODAY)
    assert first.asks_more
    assert not first.errors
    assert [part.key for _page, parts in first.shown for part in parts] == ["has_kilns", "kilns"]
    both = case_of(package, {"has_kilns": "yes", "kilns": "2"}, ["has_kilns", "kilns"], TODAY)
    assert both.is_told
    hidden = case_of(package, {}, ["has_kilns"], TODAY)
    assert [part.key for _page, parts in hidden.shown for part in parts] == ["has_kilns"]


def test_what_follows_from_personal_data_is_asked_itself() -> None:
    package = build_package(
        changed(
            "industry/kiln_permit",
            ("forms/apply.json", '"validate": {"required": true, "min": 1, "max": 50}',
             '"properties": {"computed": "people * 2"}'),
            ("forms/apply.json", '{"type": "number", "key": "kilns"',
             '{"type": "number", "key": "people", "label": "x", "properties": {"personal": "true"}},'
             ' {"type": "number", "key": "kilns"'),
            ("texts.yaml", "      kilns: {", "      people: {label: {km: មនុស្ស, en: People}}\n      kilns: {"),
        )
    )  # fmt: skip
    (asked,) = determinants(package).components()
    assert (asked.key, asked.computed, asked.readonly) == ("kilns", None, False)


def with_a_question_before() -> ServicePackage:
    before = '{"type": "checkbox", "key": "has_kilns", "label": "x"},'
    hide = '"conditional": {"hide": "=has_kilns = false"}, "label": "Number of kilns"'
    return build_package(
        changed(
            "industry/kiln_permit",
            ("forms/apply.json", '{"type": "number"', f'{before} {{"type": "number"'),
            ("forms/apply.json", '"label": "Number of kilns"', hide),
            ("texts.yaml", "      kilns: {", "      has_kilns: {label: {km: មានឡ, en: Has kilns}}\n      kilns: {"),
        )
    )
