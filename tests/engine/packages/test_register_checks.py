"""Services that renew, change or require certificates can do so, or the check says where they cannot; scenarios
rehearse them as the house does it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.packages import build_package, check_files, check_package, run_scenarios, services_beside
from engine.problems import Problem
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from tests.small.files import RENEWAL, licence

OFFICE = WorkingTime(USUAL_WEEK, frozenset())
FIRST = "industry.scale_check"


def errors(files: dict[str, bytes], known: list[str] | None = None) -> list[Problem]:
    return [problem for problem in check_files(files, known=known) if problem.severity == "error"]


@pytest.mark.parametrize(
    "rules",
    [
        RENEWAL,
        "renewal: {opens: 60 days}\n",
        "renewal: {opens: 364 days}\n",
        "renewal: {opens: 60 days}\nkinds: [renewal]\nrequires: [{certificate_of: industry.scale_check}]\n",
        "renewal: {opens: 60 days, counts_from: end}\nkinds: [new]\n",
        "kinds: [new, change]\n",
        "renews: industry.other\n",
        "renews: industry.other\nkinds: [change]\n",
    ],
)
def test_what_may_be_written_is_accepted(rules: str) -> None:
    assert errors(licence(rules=rules), known=["industry.other"]) == []


@pytest.mark.parametrize(
    ("rules", "said", "line"),
    [
        ("kinds: [new, renewal]\n", "nothing says when a certificate may be renewed", 7),
        ("renews: industry.scale_check\n", "renews names another service", 7),
        ("renews: industry.other\nkinds: [new, renewal]\n", "remove new from kinds", 8),
        ("renewal: {opens: 2 weeks}\n", "is not a length of time", 7),
        ("renewal: {opens: 60 days, counts_from: never}\n", "is not one of: issue, end", 7),
        ("kinds: [newer]\n", "is not one of: new, renewal, change", 7),
        ("requires: [{certificate_of: scales}]\n", "write the key as ministry.service", 7),
        ("requires: [{certificate_of: industry.scale_check}]\n", "so nobody could apply a first time", 7),
        ("renewal: {opens: 1 year}\n", "could be renewed from the day of issue", 7),
        ("renewal: {opens: 365 days}\n", "could be renewed from the day of issue", 7),
    ],
)
def test_what_could_not_come_true_is_told_with_its_line(rules: str, said: str, line: int) -> None:
    found = [one for one in errors(licence(rules=rules), known=["industry.other"]) if said in one.message]
    assert [(one.file, one.line) for one in found] == [("service.yaml", line)]


@pytest.mark.parametrize(
    ("validity", "rules", "said"),
    [
        ("permanent", "renewal: {opens: 60 days}\n", "renewal counts back from the last day"),
        ("as parent", "kinds: [new, change]\n", "write kinds: [change]"),
    ],
)
def test_renewal_and_validity_fit_together(validity: str, rules: str, said: str) -> None:
    files = licence(("service.yaml", "validity: 1 year", f"validity: {validity}"), rules=rules)
    (found,) = errors(files)
    assert said in found.message
    assert found.message_km


def test_a_change_of_its_own_service_may_keep_the_end() -> None:
    as_parent = ("service.yaml", "validity: 1 year", "validity: as parent")
    assert errors(licence(as_parent, rules="renews: industry.other\nkinds: [change]\n"), known=["industry.other"]) == []


def test_what_renews_issues_something() -> None:
    nothing = ("service.yaml", "certificate: {series: SC}\n", "")
    told = [one for one in errors(licence(nothing, rules="renews: industry.other\n")) if "issues none" in one.message]
    assert [one.line for one in told] == [6]


def test_services_are_known_by_what_lies_beside_a_package(tmp_path: Path) -> None:
    for name, rules in (
        ("one", ""),
        ("two", "requires: [{certificate_of: industry.one}, {certificate_of: other.x}]\n"),
    ):
        folder = tmp_path / "industry" / name
        for file, content in licence(rules=rules, key=f"industry.{name}").items():
            place = (folder.parent if file == "ministry.yaml" else folder) / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    assert services_beside(tmp_path / "industry" / "two") == {"industry.one", "industry.two"}
    told = [one for one in check_package(tmp_path / "industry" / "two") if one.severity == "error"]
    assert ["other.x" in one.message for one in told] == [True]
    assert "known are: industry.one, industry.two" in told[0].message


def rehearsed(facts: str, until: str, *, held: str = "", rules: str = RENEWAL) -> tuple[str, ...]:
    steps = ("tests.yaml", "    answers: two_scales\n    steps:", f"    answers: two_scales\n{facts}{held}    steps:")
    expected = ("tests.yaml", "valid_until: 2027-03-03", f"valid_until: {until}")
    (result,) = run_scenarios(build_package(licence(steps, expected, rules=rules)), OFFICE)
    return result.differences


def test_a_scenario_of_a_new_one_counts_from_the_day_of_issue() -> None:
    assert rehearsed("", "2027-03-03") == ()


def test_a_scenario_of_a_change_keeps_the_end_and_says_when_it_should_not() -> None:
    held = "    held_until: 2026-04-01\n"
    assert rehearsed("    facts: {is_change: true}\n", "2026-04-01", held=held) == ()
    assert rehearsed("    facts: {is_renewal: true}\n", "2027-03-03", held=held) == ()
    (wrong,) = rehearsed("    facts: {is_change: true}\n", "2027-03-03", held=held)
    assert wrong == "valid_until: expected 2027-03-03, but it was 2026-04-01."


def test_a_scenario_of_a_renewal_may_count_from_the_end() -> None:
    rules = "renewal: {opens: 60 days, counts_from: end}\n"
    facts, held = "    facts: {is_renewal: true}\n", "    held_until: 2026-04-01\n"
    assert rehearsed(facts, "2027-04-01", held=held, rules=rules) == ()


@pytest.mark.parametrize(("held_until", "said"), [("2026-02-31", "is not a day"), ("soon", "is not a day")])
def test_a_day_that_is_none_is_told(held_until: str, said: str) -> None:
    steps = ("tests.yaml", "    steps:", f"    held_until: {held_until}\n    steps:")
    assert any(said in one.message for one in errors(licence(steps)))


def test_what_the_register_says_in_a_scenario_names_an_element_and_known_facts() -> None:
    for said, register in (
        ("has no “look”", "{look: {found: true}}"),
        ("{found: true, valid", "{verify: {here: true}}"),
    ):
        steps = ("tests.yaml", "    steps:", f"    register: {register}\n    steps:")
        assert any(said in one.message for one in errors(licence(steps))), said
