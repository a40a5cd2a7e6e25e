"""Rules across the questions of a form and computed answers: where they are said, what they keep, what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from engine.packages import Form, build_package, check_files, reckoned, validate_all, validate_page
from engine.problems import Problem
from tests.engine.packages.potter import POTTER, written

TODAY = date(2026, 3, 2)
WHEEL = {"wheel_name": "a", "pieces": 4}
RIGHT: Mapping[str, Any] = {"years": 10, "wheel_kinds": 1, "wheels": [WHEEL]}


@pytest.fixture(scope="module")
def form() -> Form:
    return build_package(POTTER).forms["apply"]


def errors(files: Mapping[str, bytes]) -> list[Problem]:
    return [problem for problem in check_files(files) if problem.severity == "error"]


def wrong(form: Form, **answers: Any) -> dict[str, str]:
    _, found = validate_all(form, {**RIGHT, **answers}, today=TODAY)
    return {name: one.text("en") for name, one in found.items()}


def on_page(form: Form, page: str, raw: Mapping[str, Any], **answers: Any) -> dict[str, str]:
    _, found = validate_page(form, page, raw, answers=answers, today=TODAY)
    return {name: one.text("en") for name, one in found.items()}


def test_a_rule_is_said_at_its_question_in_both_languages(form: Form) -> None:
    _, found = validate_all(form, {**RIGHT, "away_from": "2026-04-02", "away_to": "2026-04-01"}, today=TODAY)
    assert [(name, one.text("en")) for name, one in found.items()] == [
        ("away_to", "The last day must not be before the first")
    ]
    assert found["away_to"].text("km") == "ថ្ងៃចុងក្រោយត្រូវតែក្រោយ ឬដូចគ្នានឹងថ្ងៃដំបូង"


@pytest.mark.parametrize(
    ("answers", "places"),
    [
        ({}, set()),
        ({"away_from": "2026-04-01", "away_to": "2026-04-01"}, set()),
        ({"away_from": "2026-04-01"}, {"away_to"}),
        ({"away_to": "2026-04-01"}, {"away_to"}),
        ({"wheel_kinds": 0, "wheels": []}, set()),
        ({"wheel_kinds": 2}, {"wheels"}),
        ({"wheel_kinds": 1, "wheels": [WHEEL, WHEEL]}, {"wheels"}),
    ],
)
def test_rules_hold_or_are_broken(form: Form, answers: Mapping[str, Any], places: set[str]) -> None:
    assert set(wrong(form, **answers)) == places


def test_a_rule_says_nothing_about_an_answer_that_is_wrong_by_itself(form: Form) -> None:
    assert wrong(form, wheel_kinds="many") == {"wheel_kinds": "“Number of wheels” must be a number"}
    assert set(wrong(form, wheels=[{"wheel_name": "", "pieces": 4}], wheel_kinds=2)) == {"wheels-0-wheel_name"}


def test_what_is_right_by_itself_is_kept_although_a_rule_is_broken(form: Form) -> None:
    clean, _ = validate_all(form, {**RIGHT, "wheel_kinds": 2}, today=TODAY)
    assert (clean["wheel_kinds"], len(clean["wheels"])) == (2, 1)


def test_a_rule_is_looked_at_on_the_page_where_all_it_needs_is_known(form: Form) -> None:
    typed = {"years": "3", "away_from-day": "2", "away_from-month": "4", "away_from-year": "2026"}
    typed |= {"away_to-day": "1", "away_to-month": "4", "away_to-year": "2026"}
    assert set(on_page(form, "craft", typed)) == {"away_to"}
    assert on_page(form, "extras", {"nickname": "a"}, away_from="2026-04-02", away_to="2026-04-01") == {}


def test_across_pages_it_is_said_on_the_page_that_was_changed_last() -> None:
    rule = "{rule: wheel_kinds <= years, message: wheels_counted, at: wheel_kinds}"
    files = written("service.yaml", ("  exam:\n    - {rule", f"    - {rule}\n  exam:\n    - {{rule"))
    assert errors(files) == []
    form = build_package(files).forms["apply"]
    assert on_page(form, "craft", {"years": "1"}) == {}
    wheels = {"wheel_kinds": "2", "wheels-0-wheel_name": "a", "wheels-0-pieces": "1"}
    wheels |= {"wheels-1-wheel_name": "b", "wheels-1-pieces": "1"}
    assert set(on_page(form, "wheels", wheels, years=1)) == {"wheel_kinds"}
    assert set(on_page(form, "craft", {"years": "1"}, wheel_kinds=2, wheels=[WHEEL, WHEEL])) == {"years"}


def test_a_hidden_question_breaks_no_rule() -> None:
    rule = "{rule: days_away < years, message: wheels_counted, at: years}"
    files = written("service.yaml", ("  exam:\n    - {rule", f"    - {rule}\n  exam:\n    - {{rule"))
    form = build_package(files).forms["apply"]
    away = {"away_from": "2026-04-01", "away_to": "2026-04-30"}
    assert set(wrong(form, **away, village_known=True)) == {"years"}
    assert wrong(form, **away, village_known=False) == {}


def test_computed_answers_are_reckoned_by_the_server_whatever_is_posted(form: Form) -> None:
    rows = [{**WHEEL, "weekly": 1}, {"wheel_name": "b", "pieces": 0}]
    clean, found = validate_all(form, {**RIGHT, "wheel_kinds": 2, "wheels": rows, "pieces_together": "9"}, today=TODAY)
    assert found == {}
    assert [row["weekly"] for row in clean["wheels"]] == [24, 0]
    assert clean["pieces_together"] == 24
    assert type(clean["pieces_together"]) is int
    assert validate_all(form, clean, today=TODAY) == (clean, {})


def test_a_computed_answer_keeps_its_limits(form: Form) -> None:
    found = wrong(form, wheels=[{"wheel_name": "a", "pieces": 500}] * 2, wheel_kinds=2)
    assert found == {"pieces_together": "“Pieces a week together” must be 3000 or less"}


def test_a_computed_answer_is_there_when_all_it_needs_is(form: Form) -> None:
    away = {"village_known": True, "away_from": "2026-04-01", "away_to": "2026-04-03"}
    clean, _ = validate_all(form, {**RIGHT, **away}, today=TODAY)
    assert clean["days_away"] == 3
    clean, found = validate_all(form, {**RIGHT, "village_known": True}, today=TODAY)
    assert (clean["days_away"], found) == (None, {})
    assert "days_away" not in validate_all(form, RIGHT, today=TODAY)[0]


def test_it_is_shown_for_what_was_typed_so_far(form: Form) -> None:
    assert reckoned(form, {"wheels": [{"wheel_name": "a", "pieces": "៤"}]}, today=TODAY) == {"pieces_together": 24}
    assert reckoned(form, {}, today=TODAY) == {"pieces_together": 0}


@pytest.mark.parametrize(
    ("written_as", "kind", "kept"),
    [
        ('"type": "number", "decimalDigits": 2, "properties": {"computed": "years / 3"}', "number", 3.33),
        ('"type": "number", "properties": {"computed": "years / 4"}', "number", 3),
        ('"type": "number", "properties": {"kind": "money", "computed": "years * 1500"}', "money", 15_000),
        ('"type": "datetime", "subtype": "date", "properties": {"computed": "today()"}', "date", "2026-03-02"),
        ('"type": "checkbox", "properties": {"computed": "years >= 10"}', "checkbox", True),
    ],
)
def test_every_kind_that_can_be_computed_keeps_its_own_value(written_as: str, kind: str, kept: object) -> None:
    files = with_computed(written_as)
    assert errors(files) == []
    form = build_package(files).forms["apply"]
    part = form.component("extra")
    assert part is not None
    assert part.kind.name == kind
    clean, found = validate_all(form, RIGHT, today=TODAY)
    assert (clean["extra"], type(clean["extra"]), found) == (kept, type(kept), {})


def with_computed(written_as: str) -> dict[str, bytes]:
    """The card with one more computed answer, after the years."""
    before = '{"type": "datetime", "subtype": "date", "key": "away_from"'
    files = written("forms/apply.json", (before, f'{{{written_as}, "key": "extra", "label": "x"}}, {before}'))
    return written(
        "texts.yaml",
        ("      away_from: {", "      extra: {label: {km: បន្ថែម, en: Extra}}\n      away_from: {"),
        files=files,
    )


@pytest.mark.parametrize(
    ("written_as", "said"),
    [
        ('"type": "number", "properties": {"computed": "yeers * 2"}', "looks at “yeers”, which is no earlier question"),
        ('"type": "number", "properties": {"computed": "wheel_kinds * 2"}', "which is no earlier question"),
        ('"type": "number", "properties": {"computed": "years *"}', "cannot be read"),
        ('"type": "number", "properties": {"computed": "years"}, "validate": {"required": true}', "typed by nobody"),
        ('"type": "number", "readonly": true, "properties": {"computed": "years"}', "typed by nobody"),
        ('"type": "number", "properties": {"computed": "today()"}', "it gives a day, and a number is needed"),
        ('"type": "number", "properties": {"computed": "years + village_known"}', "a number is needed"),
        ('"type": "textfield", "properties": {"computed": "years"}', "The answer to a text cannot be computed"),
        ('"type": "checkbox", "properties": {"computed": "years"}', "it gives a number, and true or false is needed"),
    ],
)
def test_what_cannot_be_computed_is_refused(written_as: str, said: str) -> None:
    found = errors(with_computed(written_as))
    assert [said in one.message for one in found] == [True], [one.message for one in found]
    assert (found[0].file, bool(found[0].line)) == ("forms/apply.json", True)


def test_a_variable_computed_from_sure_answers_is_compared_by_order() -> None:
    way = ("score >= 60", "score &gt;= 60 and pieces &gt; 3")
    assert errors(written("process.bpmn", way)) == []
    unsure = written("service.yaml", ("pieces: apply.pieces_together", "pieces: apply.days_away"))
    (found,) = errors(written("process.bpmn", way, files=unsure))
    assert "“pieces” is compared by order" in found.message


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("away_to >= away_from", "away_too >= away_from", "the form does not ask “away_too”"),
        ("away_to >= away_from", "away_to >= years", "a day is needed, and there is a number"),
        ("away_to >= away_from", "away_to >= null", "a day is needed, and there is nothing"),
        ("away_to >= away_from", "nickname >= nickname", "a text has no order"),
        ("away_to >= away_from", "years", "it gives a number, and true or false is needed"),
        ("away_to >= away_from", "years + away_to > 1", "a number is needed, and there is a day"),
        ("away_to >= away_from", "years = 1 or years", "true or false is needed, and there is a number"),
        ("away_to >= away_from", '"days(years, away_to) > 1"', "a day is needed, and there is a number"),
        ("away_to >= away_from", "count(years) > 1", "a list is needed, and there is a number"),
        ("away_to >= away_from", "sum(wheels.wheel_name) > 1", "a number is needed, and there is a text"),
        ("away_to >= away_from", "sum(wheels.spokes) > 1", "the form does not ask “wheels.spokes”"),
        ("away_to >= away_from", "workshop = nickname", "an answer of several parts"),
        ("count(wheels) = wheel_kinds", "wheels = wheel_kinds", "is needed"),
        ("at: away_to}\n    - {rule: (", "at: nowhere}\n    - {rule: (", "at: “nowhere” is no question"),
        ("at: away_to}\n    - {rule: (", "at: pieces_together}\n    - {rule: (", "is no question that people answer"),
        ("away_to >= away_from", "away_to >=", "cannot be read"),
        ("  exam:\n    - {rule", "  exams:\n    - {rule", "There is no form “exams”"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(before: str, after: str, said: str) -> None:
    found = [one for one in errors(written("service.yaml", (before, after))) if said in one.message]
    assert len(found) == 1
    assert found[0].file == "service.yaml"


def test_a_choice_is_compared_with_one_of_its_values() -> None:
    rule = ("present = true or score = 0", 'grade = "expert" or score = 0')
    (found,) = errors(written("service.yaml", rule))
    assert "“expert” is no choice of “grade”; the choices are: village, master." in found.message
    assert found.message_km


def test_words_and_rules_belong_together() -> None:
    (lost,) = errors(written("texts.yaml", ("      absent: {", "      absence: {")))
    assert lost.message.startswith("texts.yaml has no words for “absent” (forms: exam: rules); there are: absence")
    one_more = written("texts.yaml", ("      absent: {", "      absence: {km: ខ, en: B}\n      absent: {"))
    (idle,) = errors(one_more)
    assert idle.message.startswith("No rule of service.yaml (rules: exam) says “absence”")
    assert all(one.file == "texts.yaml" and one.message_km for one in (lost, idle))


def test_what_is_worked_out_from_personal_answers_is_personal_and_no_variable() -> None:
    personal = written(
        "forms/apply.json", ('"key": "wheel_kinds", ', '"properties": {"personal": "true"}, "key": "wheel_kinds", ')
    )
    for formula, is_told in (("wheel_kinds * 2", True), ("years * 2", False)):
        files = written("forms/apply.json", ("sum(wheels.weekly)", formula), files=personal)
        found = [one.message for one in errors(files) if one.rule == "variables"]
        assert [one.partition(". ")[0] for one in found] == [
            "“pieces” is personal data; a diagram sees single plain values only"
        ] * is_told
        kept = build_package(files).forms["apply"].personal_keys()
        assert ("pieces_together" in kept, "wheel_kinds" in kept) == (is_told, True)
