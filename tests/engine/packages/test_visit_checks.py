"""Visits in a package: what could not be visited, planned or told is refused in words."""

from __future__ import annotations

import pytest

from engine.packages import build_package, check_files
from engine.packages.editor_settings import OF_TASK
from engine.problems import Problem
from tests.small.files import changed

FOLDER = "industry/kiln_permit"
CHECK = '<spiffworkflow:property name="form" value="check" />'
VISIT = f'{CHECK}<spiffworkflow:property name="visit" value="yes" />'
PAY = '<spiffworkflow:property name="kind" value="payment" />'
WHERE = (
    '"max": 50}}\n',
    '"max": 50}},\n{"type": "textfield", "key": "address", "label": "A", "validate": {"required": true}, '
    '"properties": {"kind": "address"}}\n',
)
WORDS = (
    "      kilns: {label: {km: ចំនួនឡ, en: Number of kilns}}\n",
    "      kilns: {label: {km: ចំនួនឡ, en: Number of kilns}}\n      address: {label: {km: ក, en: A}}\n",
)
ADDRESS = (("forms/apply.json", *WHERE), ("texts.yaml", *WORDS))


def visits_found(*changes: tuple[str, str, str]) -> list[Problem]:
    return [one for one in check_files(changed(FOLDER, *changes)) if one.rule == "visit" or one.rule == "task"]


def process(*pairs: tuple[str, str]) -> list[tuple[str, str, str]]:
    return [("process.bpmn", *pair) for pair in pairs]


def settings(name: str, value: str) -> str:
    return f'<spiffworkflow:property name="{name}" value="{value}" />'


def test_a_visit_to_an_address_that_is_asked_for_is_accepted() -> None:
    assert visits_found(*process((CHECK, VISIT)), *ADDRESS) == []
    named = VISIT + settings("place", "address")
    assert visits_found(*process((CHECK, named)), *ADDRESS) == []
    task = build_package(changed(FOLDER, *process((CHECK, named)), *ADDRESS)).tasks["check"]
    assert (task.visit, task.place, task.plans) == (True, "address", None)


@pytest.mark.parametrize(
    ("change", "address", "said"),
    [
        ((CHECK, VISIT), False, "asks for no address"),
        ((CHECK, VISIT + settings("place", "kilns")), True, "has no such address"),
        ((CHECK, CHECK + settings("place", "address")), True, "says where a visit goes"),
        ((PAY, PAY + settings("visit", "yes")), True, "is a task with a form"),
        ((CHECK, CHECK + settings("plans", "result")), True, "such a question for a day"),
        ((CHECK, CHECK + settings("visit", "often")), True, "is not one of"),
    ],
)
def test_what_could_not_be_visited_is_refused(change: tuple[str, str], address: bool, said: str) -> None:
    found = visits_found(*process(change), *(ADDRESS if address else ()))
    assert [one for one in found if said in one.message], [one.message for one in found]


def test_a_day_that_is_planned_for_no_visit_is_refused() -> None:
    found = visits_found(*process((CHECK, CHECK + settings("plans", "result"))), *ADDRESS)
    assert any("no task of the same process has visit" in one.message for one in found)


def test_messages_say_the_day_of_a_visit_where_there_is_one() -> None:
    says = ("texts.yaml", 'en: "Please come to {office}."', 'en: "On {visit_day}."')
    assert any("no task of the service is a visit" in one.message for one in visits_found(says))
    assert visits_found(*process((CHECK, VISIT)), *ADDRESS, says) == []


def test_photos_are_asked_on_visits_under_a_key_of_their_own() -> None:
    photo = (
        '"validate": {"required": true}}\n    ]}',
        '"validate": {"required": true}},\n{"type": "filepicker", "key": "%s", "label": "P"}\n    ]}',
    )
    words = (
        "          refuse: {km: បដិសេធ, en: Refuse}\n",
        "          refuse: {km: បដិសេធ, en: Refuse}\n      %s: {label: {km: រ, en: P}}\n",
    )

    def asked(key: str, check: str) -> list[str]:
        changes = [
            ("forms/check.json", photo[0], photo[1] % key),
            ("texts.yaml", words[0], words[1] % key),
            *process((CHECK, check)),
        ]
        problems = check_files(changed(FOLDER, *changes, *ADDRESS))
        return [one.message for one in problems if one.severity == "error"]

    assert asked("site_photos", VISIT) == []
    assert any("Files are uploaded by applicants" in one for one in asked("site_photos", CHECK))
    assert any("need a key of their own" in one for one in asked("kiln_name", VISIT))


def test_editors_offer_the_settings_of_visits() -> None:
    assert {"visit", "place", "plans"} <= {one.name for one in OF_TASK}
