"""What the law allows for a service stands beside it, and every departure is named."""

from __future__ import annotations

import pytest

from engine.packages import build_package, check_files, deviations, law_of
from tests.small.files import DOCUMENTS, changed

SOURCE = "source: {km: ប្រកាស, en: A prakas}, mark: I"
KILN = "industry/kiln_permit"


def found(*changes: tuple[str, str, str], law: str, folder: str = KILN) -> list[str]:
    files = changed(folder, *changes, more={"law.yaml": law.encode()})
    return [one.message for one in deviations(build_package(files))]


def test_a_package_without_law_departs_from_nothing() -> None:
    package = build_package(changed(KILN))
    assert law_of(package) is None
    assert deviations(package) == ()


def test_a_service_that_asks_what_the_law_says_departs_from_nothing() -> None:
    law = f"cap: {{amount: 100000000, {SOURCE}}}\ndays: {{term: 10 working days, {SOURCE}}}\n"
    assert found(law=f"{law}validity: {{length: 1 year, {SOURCE}}}\ndocuments: {{keys: [], {SOURCE}}}\n") == []


def test_a_fee_above_the_cap_is_named_with_the_answers_that_give_it() -> None:
    (message,) = found(law=f"cap: {{amount: 20000, {SOURCE}}}\n")
    assert "at most 20000 riel" in message
    assert "A prakas" in message
    assert "kilns = " in message


def test_a_document_that_the_law_does_not_ask_for_is_named_unless_it_is_optional() -> None:
    law = f"documents: {{keys: [], {SOURCE}}}\n"
    (message,) = found(*DOCUMENTS, law=law)
    assert "“plan” is asked" in message
    optional = ("service.yaml", "{key: plan, required: true}", "{key: plan, required: false}")
    assert found(*DOCUMENTS, optional, law=law) == []
    assert found(*DOCUMENTS, law=law.replace("[]", "[plan]")) == []


@pytest.mark.parametrize(("term", "departs"), [("9 working days", 1), ("10 working days", 0), ("11 working days", 0)])
def test_a_term_longer_than_that_of_the_law_is_named(term: str, departs: int) -> None:
    assert len(found(law=f"days: {{term: {term}, {SOURCE}}}\n")) == departs


@pytest.mark.parametrize(("length", "departs"), [("2 years", 1), ("13 months", 1), ("1 year", 0), ("6 months", 0)])
def test_a_validity_shorter_than_that_of_the_law_is_named(length: str, departs: int) -> None:
    assert len(found(law=f"validity: {{length: {length}, {SOURCE}}}\n")) == departs


@pytest.mark.parametrize(
    "law",
    [
        "cap: {amount: 1}\n",
        f"cap: {{amount: 0, {SOURCE}}}\n",
        f"caps: {{amount: 1, {SOURCE}}}\n",
        "days: {term: soon, source: {km: ក, en: A}, mark: R}\n",
        "days: {term: 3 working days, source: {km: ក, en: A}, mark: Q}\n",
    ],
)
def test_a_law_that_cannot_be_read_is_told_by_the_check_with_its_line(law: str) -> None:
    problems = check_files(changed(KILN, more={"law.yaml": law.encode()}))
    assert [one.line for one in problems if one.file == "law.yaml" and one.severity == "error"]


def test_a_departure_is_told_in_both_languages_and_does_not_forbid_publishing() -> None:
    files = changed(KILN, more={"law.yaml": f"days: {{term: 1 working day, {SOURCE}}}\n".encode()})
    (problem,) = deviations(build_package(files))
    assert "រយៈពេល" in problem.message_km
    assert not [one for one in check_files(files) if one.severity == "error"]
