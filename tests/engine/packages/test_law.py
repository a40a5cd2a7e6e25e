"""What the law allows for a service stands beside it, and every departure is named."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.packages import build_package, check_files, departures, deviations, law_of
from engine.packages.law_checks import check_law_file
from tests.small.fees import ANIMALS, KIND, Row, in_two_stages, with_fee
from tests.small.files import DOCUMENTS, changed, notice

SOURCE = "source: {km: ប្រកាស, en: A prakas}, mark: I"
KILN = "industry/kiln_permit"


def found(*changes: tuple[str, str, str], law: str, folder: str = KILN) -> list[str]:
    return departing(changed(folder, *changes), law)


def departing(files: Mapping[str, bytes], law: str) -> list[str]:
    return [one.message for one in deviations(build_package({**files, "law.yaml": law.encode()}))]


def mistakes(files: Mapping[str, bytes], law: str) -> list[tuple[str, int | None]]:
    return [(one.message, one.line) for one in check_law_file(build_package({**files, "law.yaml": law.encode()}))]


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
        f"cap: {{amount: -1, {SOURCE}}}\n",
        f"cap: {{amount: many riel, {SOURCE}}}\n",
        f"cap: {{amount: true, {SOURCE}}}\n",
        "cap: []\n",
        f"cap: {{amount: 1, when: kilns >, {SOURCE}}}\n",
        f"documents: {{keys: [plan], copies: {{map: 1}}, {SOURCE}}}\n",
        f"validity: {{{SOURCE}}}\n",
        f"validity: {{length: 1 year, holds: permanent, {SOURCE}}}\n",
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


@pytest.mark.parametrize(("most", "departs"), [("0", 1), ("19999 * kilns", 1), ("20000 * kilns", 0)])
def test_the_law_may_give_the_most_by_the_answers_or_say_that_it_is_free(most: str, departs: int) -> None:
    assert len(found(law=f"cap: {{amount: {most}, {SOURCE}}}\n")) == departs


def test_the_law_may_give_one_amount_for_each_case() -> None:
    rows: list[Row] = [(('"clay"',), "clay", "1", "10000"), (('"cement"',), "cement", "1", "30000")]
    files = with_fee(("kind",), rows, ask=[KIND])
    law = "cap:\n  - {{when: 'kind = \"clay\"', amount: 10000, {0}}}\n  - {{amount: {1}, {0}}}\n"
    assert departing(files, law.format(SOURCE, 30000)) == []
    (message,) = departing(files, law.format(SOURCE, 29999))
    assert "is 30000 riel (kind = cement)" in message
    only_clay = "cap: {when: 'kind = \"clay\"', amount: 9999, " + SOURCE + "}\n"
    assert ["(kind = clay)" in one for one in departing(files, only_clay)] == [True]


def test_lines_of_one_fee_are_added_before_they_are_compared() -> None:
    rows: list[Row] = [(("-",), "kiln", "1", "10000"), ((">= 10",), "more", "1", "5000")]
    files = with_fee(("kilns",), rows, policy="COLLECT")
    assert departing(files, f"cap: {{amount: 15000, {SOURCE}}}\n") == []
    (message,) = departing(files, f"cap: {{amount: 14999, {SOURCE}}}\n")
    assert "15000 riel (kilns = 10)" in message


def test_a_fee_for_each_row_is_compared_row_by_row_or_by_its_limit() -> None:
    rows: list[Row] = [
        (('"cattle"',), "cattle", "heads", "4000"),
        (('"poultry"',), "poultry", "begun(heads, 100)", "2000"),
    ]
    settings = "pay: on_submission, for_each: animals"
    files = with_fee(("species",), rows, settings=settings, ask=[ANIMALS])
    assert departing(files, f"cap: {{for_each: animals, amount: 4000 * heads, {SOURCE}}}\n") == []
    (message,) = departing(files, f"cap: {{for_each: animals, amount: 3999 * heads, {SOURCE}}}\n")
    assert "species = cattle" in message
    whole = f"cap: {{amount: 50000, {SOURCE}}}\n"
    (message,) = departing(files, whole)
    assert "counted for each row" in message
    limited = with_fee(("species",), rows, settings=f"{settings}, at_most: 50000", ask=[ANIMALS])
    assert departing(limited, whole) == []
    (message,) = departing(limited, whole.replace("50000", "49999"))
    assert "is 50000 riel" in message


@pytest.mark.parametrize(("least", "departs"), [("20000", 0), ("20001", 1)])
def test_a_fee_that_is_raised_to_its_least_is_compared_as_it_is_asked(least: str, departs: int) -> None:
    files = with_fee((), [((), "kiln", "1", "10000")], settings=f"pay: on_submission, at_least: {least}")
    assert len(departing(files, f"cap: {{amount: 20000, {SOURCE}}}\n")) == departs


def test_each_of_several_fees_is_compared_with_its_own_lines() -> None:
    files = in_two_stages()
    fees = [rule.key for rule in build_package(files).manifest.fees]
    law = "cap:\n" + "".join(f"  - {{fee: {fee}, amount: 1, {SOURCE}}}\n" for fee in fees)
    assert [f"“{fee}”" in message for fee, message in zip(fees, departing(files, law), strict=True)] == [True, True]
    assert len(departing(files, f"cap: {{fee: {fees[1]}, amount: 1, {SOURCE}}}\n")) == 1


def test_a_fee_of_a_day_is_compared_before_and_after_it() -> None:
    rows: list[Row] = [(("< 2026-01-01",), "kiln", "1", "10000"), ((">= 2026-01-01",), "more", "1", "30000")]
    files = with_fee(("submitted_on",), rows)
    (message,) = departing(files, f"cap: {{amount: 20000, {SOURCE}}}\n")
    assert "submitted_on = 2026-01-01" in message


def test_documents_may_have_several_sources_and_a_most_of_copies() -> None:
    groups = f"documents:\n  - {{keys: [map], {SOURCE}}}\n  - {{keys: [plan], copies: {{plan: 1}}, {SOURCE}}}\n"
    assert found(*DOCUMENTS, law=groups) == []
    twice = ("service.yaml", "{key: plan, required: true}", "{key: plan, required: true, copies: 2}")
    (message,) = found(*DOCUMENTS, twice, law=groups)
    assert "2 copies are asked, and the law asks for at most 1" in message


@pytest.mark.parametrize(("other", "departs"), [("4 working days", 1), ("5 working days", 0), ("1 month", 0)])
def test_terms_are_compared_for_the_same_answers(other: str, departs: int) -> None:
    lines = f"[{{when: 'kind = \"feature\"', term: 15 working days}}, {{term: {other}}}]"
    messages = found(law=f"days: {{term: {lines}, {SOURCE}}}\n", folder="culture/film_permit")
    assert ["The term of 5 working days" in message for message in messages] == [True] * departs


@pytest.mark.parametrize(
    ("held", "by_law", "says"),
    [
        ("1 year", "permanent", "shorter than the time without end"),
        ("permanent", "single use", ""),
        ("permanent", "1 year", ""),
        ("single use", "single use", ""),
        ("single use", "1 year", "one use only"),
        ("{single_use: true, length: 3 days}", "single use", "3 days is shorter"),
        ("{single_use: true, length: 3 days}", "{single_use: true, length: 2 days}", ""),
        ("1 year", "{until: apply.last_day}", "not the one that the law gives"),
        ("1 year", "as parent", "not the one that the law gives"),
        ("{by: apply.kind, lengths: {clay: 1 year, cement: 2 years}}", "18 months", "1 year is shorter"),
        (
            "{by: apply.kind, lengths: {clay: 1 year, cement: 2 years}}",
            "{by: apply.kind, lengths: {clay: 1 year, cement: permanent}}",
            "2 years is shorter",
        ),
    ],
)
def test_every_way_in_which_a_result_may_hold_is_compared(held: str, by_law: str, says: str) -> None:
    files = changed(KILN, ("service.yaml", "validity: 1 year", f"validity: {held}"))
    messages = departing(files, f"validity: {{holds: {by_law}, {SOURCE}}}\n")
    assert [says in one for one in messages] == ([True] if says else [])


def test_a_letter_that_holds_nothing_in_force_is_not_compared() -> None:
    assert departing(notice(), f"validity: {{length: 1 year, {SOURCE}}}\n") == []


def test_every_departure_says_of_which_part_it_is() -> None:
    law = f"cap: {{amount: 0, {SOURCE}}}\ndocuments: {{keys: [], {SOURCE}}}\ndays: {{term: 1 working day, {SOURCE}}}\n"
    files = changed(KILN, *DOCUMENTS, more={"law.yaml": f"{law}validity: {{length: 9 years, {SOURCE}}}\n".encode()})
    assert [one.part for one in departures(build_package(files))] == ["fee", "documents", "term", "validity"]


def test_a_part_may_be_stated_in_part_and_an_example_in_part() -> None:
    stated = SOURCE.replace("mark: I", "mark: R")
    text = f"cap:\n  - {{amount: 1, {stated}}}\n  - {{amount: 2, {SOURCE}}}\ndays: {{term: 1 month, {stated}}}\n"
    law = law_of(build_package(changed(KILN, more={"law.yaml": text.encode()})))
    assert law is not None
    assert (law.stated, law.illustrative) == (("fee", "term"), ("fee",))


@pytest.mark.parametrize(
    ("law", "says"),
    [
        ("cap: {fee: other, amount: 1, ", "“other” is no fee of this service; there are: fee."),
        ("cap: {for_each: kilns, amount: 1, ", "not counted for each row of “kilns”"),
        ("cap: {amount: 5 * rooms, ", "“rooms” is nothing that a fee table may look at"),
        ("cap: {when: rooms > 5, amount: 1, ", "“rooms” is nothing that a fee table may look at"),
        ("cap: {when: 'kilns = \"many\"', amount: 1, ", "“kilns” is compared with"),
        ("days: {term: [{when: rooms > 5, term: 1 month}, {term: 2 months}], ", "depends on “rooms”"),
    ],
)
def test_what_the_law_says_of_things_that_the_service_has_not_is_refused(law: str, says: str) -> None:
    ((message, line),) = mistakes(changed(KILN), f"# A remark.\n{law}{SOURCE}}}\n")
    assert says in message
    assert line == 2
    assert len(departing(changed(KILN), f"{law}{SOURCE}}}\n")) <= 1, "what cannot be compared stops nothing"


def test_a_fee_of_each_row_knows_the_questions_of_the_row() -> None:
    files = with_fee(
        (), [((), "cattle", "heads", "1")], settings="pay: on_submission, for_each: animals", ask=[ANIMALS]
    )
    assert mistakes(files, f"cap: {{for_each: animals, amount: heads, {SOURCE}}}\n") == []
