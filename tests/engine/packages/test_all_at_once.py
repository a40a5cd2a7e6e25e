"""One run of the check names every mistake that can be known, each once, and nothing that only follows from one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.packages import check_files, draft_of, read_files
from engine.problems import Problem
from tests.engine.packages.mistakes import MISTAKES, Mistake, made
from tests.engine.packages.small import FILES
from tests.properties import given, settings, st
from tests.small.files import PRODUCT, SMALL

KHMER = re.compile(r"[\u1780-\u17b3]")
BESIDE = {"a misspelt operation", "a misspelt message"}
"""Of the parameters of an operation that there is not nothing is known."""


def told(files: dict[str, bytes]) -> list[Problem]:
    return [problem for problem in check_files(files) if problem.severity != "note"]


def names(problem: Problem, mistake: Mistake) -> bool:
    return problem.file == mistake.told_in and problem.message.startswith(mistake.said)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_told_once_with_its_place_in_both_languages(mistake: Mistake) -> None:
    (problem,) = told(made([mistake]))
    assert names(problem, mistake), problem
    assert KHMER.search(problem.message_km)
    assert problem.line is not None or "the words for" in problem.message


def test_a_mistake_in_every_file_is_told_in_one_run() -> None:
    by_file = {mistake.file: mistake for mistake in reversed(MISTAKES)}
    assert set(by_file) == set(FILES)
    found = told(made(by_file.values()))
    assert len(found) == len(by_file), [str(problem) for problem in found]
    assert all(any(names(problem, mistake) for problem in found) for mistake in by_file.values())


@settings(max_examples=25)
@given(st.sets(st.sampled_from(MISTAKES), min_size=2, max_size=9))
def test_mistakes_do_not_hide_each_other(mistakes: set[Mistake]) -> None:
    if {mistake.name for mistake in mistakes} >= BESIDE:
        mistakes = {mistake for mistake in mistakes if mistake.name not in BESIDE}
    found = told(made(mistakes))
    hidden = [mistake.name for mistake in mistakes if not any(names(problem, mistake) for problem in found)]
    assert hidden == []
    assert len(found) == len(mistakes), [str(problem) for problem in found]


SERVICES = (
    "industry/well_permit",
    "industry/scale_check",
    "industry/potter_card",
    "culture/film_permit",
    "industry/pottery_course",
)
NEEDED = ("service.yaml", "texts.yaml", "ministry.yaml", "process.bpmn", "forms/apply.json")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("name", NEEDED)
def test_nothing_is_said_besides_of_what_a_file_that_is_not_there_or_not_readable_would_say(
    service: str, name: str
) -> None:
    files = read_files(SMALL / service)
    for other in ({}, {name: b"\0{["}):
        (problem,) = told({key: data for key, data in files.items() if key != name} | other)
        assert problem.file == name


@pytest.mark.parametrize("service", SERVICES)
def test_a_setting_of_a_task_that_is_misspelt_is_told_once(service: str) -> None:
    files = read_files(SMALL / service)
    drawn = files["process.bpmn"].decode()
    written = (r'property name="(\w+)"', r'property name="\w+" value="([^"]+)"', r'Operator id="([\w.]+)"')
    places = [one.end(1) for pattern in written for one in re.finditer(pattern, drawn)]
    assert places
    for place in places:
        found = told({**files, "process.bpmn": f"{drawn[:place]}x{drawn[place:]}".encode()})
        assert len(found) == 1, [str(problem) for problem in found]


def test_a_form_that_is_not_there_is_told_with_its_task_and_nothing_that_it_would_ask() -> None:
    files = read_files(SMALL / "industry/potter_card")
    lost = told({name: data for name, data in files.items() if name != "forms/exam.json"})
    assert [(problem.file, problem.element_id) for problem in lost if "There is no form “exam”" in problem.message] == [
        ("process.bpmn", "exam")
    ]
    assert not [problem for problem in lost if problem.rule in ("variables", "choice", "scenario", "rules")]


def test_a_lane_that_is_not_there_is_told_once_with_the_number_of_its_tasks() -> None:
    files = read_files(SMALL / "industry/kiln_permit")
    drawn = files["process.bpmn"].replace(b'name="Front office"', b'name="Front ofice"')
    (problem,) = told({**files, "process.bpmn": drawn})
    assert "The lane “Front ofice”" in problem.message
    assert "(tasks: 2); lanes there: Front office, " in problem.message


def test_a_package_with_mistakes_is_a_draft_that_does_not_run() -> None:
    draft = draft_of(made(MISTAKES[:3]))
    assert not draft.is_whole
    assert draft.package.unread
    assert draft_of(FILES).is_whole
    assert not draft_of(FILES).package.unread


def test_any_bytes_give_a_draft() -> None:
    assert not draft_of({}).is_whole
    assert not draft_of(dict.fromkeys(FILES, b"")).is_whole


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("&quot;doen&quot;", "“doen” is not the key of a message of texts.yaml; there are: done."),
        (
            "done",
            "is the key of a message of texts.yaml in quotes, and here stands done; write it as &quot;done&quot;.",
        ),
        ("doen", "in quotes, and here stands doen; write it as &quot;done&quot;."),
    ],
)
def test_a_message_is_told_to_be_put_in_quotes_only_where_they_lack(written: str, said: str) -> None:
    drawn = FILES["process.bpmn"].replace(b"&quot;done&quot;", written.encode())
    (problem,) = told({**FILES, "process.bpmn": drawn})
    assert said.replace("&quot;", '"') in problem.message


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("summary: {km: ក, en: A: B}", "put a text with a comma or colon in quotes"),
        ("summary: {km: ក, en: A\n", "close every ] } and quote"),
        ("summary:\n\tkm: ក", "Use blanks instead of tabs"),
        ('summary: {km: ក, en: "A}\n', "close every ] } and quote"),
    ],
)
def test_yaml_that_cannot_be_read_comes_with_what_helps(written: str, said: str) -> None:
    whole = FILES["texts.yaml"].decode()
    line = "summary: {km: សេវាគំរូ, en: A sample service}"
    (problem,) = told({**FILES, "texts.yaml": whole.replace(line, written).encode()})
    assert (problem.file, problem.rule) == ("texts.yaml", "yaml")
    assert said in problem.message, problem.message
    assert KHMER.search(problem.message_km)


COURSE, CHANGE, KARAOKE = (
    SMALL / "industry/pottery_course",
    PRODUCT / "industry/handicraft_change",
    PRODUCT / "tourism/karaoke_licence",
)
LATIN, RULES = "name_latin: apply.new_owner_latin", "shared/inspection/rules.yaml"


@pytest.mark.parametrize(
    ("folder", "name", "before", "after", "said"),
    [
        (COURSE, "service.yaml", "  course: {title", "  corse: {title", "has no such session; there are: corse, "),
        (COURSE, "service.yaml", "1 working day", "1 month", "Write working days or working hours"),
        (COURSE, "service.yaml", "Meeting}}", "Meeting}, seats: apply.peple}", "whole numbers there: apply.people"),
        (COURSE, "service.yaml", "course.day", "corse.day", "there is no sessions.corse.day; there are: sessions.cour"),
        (COURSE, "service.yaml", "sessions:\n", "sesions:\n", "Did you mean “sessions”"),
        (COURSE, "tests.yaml", "{change: course,", "{change: corse,", "no session “corse”; there are: course"),
        (COURSE, "tests.yaml", "starts: 2026-03-02 09:00", "starts: 2 March", "“2 March” is not a moment"),
        (CHANGE, "service.yaml", "apply.new_owner_km", "apply.new_onwer_km", "there are: apply.new_owner_km"),
        (CHANGE, "service.yaml", LATIN, "name_latin: apply.new_owner_km", "there are: apply.new_owner_latin"),
        (KARAOKE, RULES, "message: soon_enough", "message: soon_enogh", "there are: soon_enough"),
        (KARAOKE, RULES, "at: visit_on", "at: vist_on", "there are: visit_on"),
        (KARAOKE, RULES, "  plan:", "  pln:", "There is no form “inspection.pln”"),
        (KARAOKE, RULES, "{rule:", "{rlue:", "Did you mean “rule”"),
        (KARAOKE, "law.yaml", "mark:", "mrk:", "Did you mean “mark”"),
    ],
)
def test_a_mistake_in_sessions_holders_shared_rules_and_the_law_is_told_once(
    folder: Path, name: str, before: str, after: str, said: str
) -> None:
    files = read_files(folder)
    assert before.encode() in files[name]
    (problem,) = told({**files, name: files[name].replace(before.encode(), after.encode(), 1)})
    assert said in problem.message
    assert KHMER.search(problem.message_km)


def test_what_the_law_says_of_one_fee_does_not_hide_what_it_says_of_another() -> None:
    files = read_files(COURSE.parent / "kiln_permit")
    source = "source: {km: ប្រកាស, en: A prakas}, mark: I"
    law = (
        f"cap:\n  - {{amount: 1, fee: kiln, {source}}}\n  - {{amount: x y, {source}}}\ndays: {{term: soon, {source}}}\n"
    )
    said = [problem.message for problem in told({**files, "law.yaml": law.encode()})]
    assert len(said) == 3
    assert any("“kiln” is no fee of this service" in one for one in said)
