"""service.yaml, ministry.yaml and texts.yaml: what they say, and how a mistake is told."""

from __future__ import annotations

import pytest

from engine.khmer import Bilingual
from engine.packages import PackageRejected, Validity, read_messages
from engine.packages.manifest import read_service
from engine.packages.ministry import Lane, read_ministry
from engine.packages.texts import read_texts
from engine.working_time.calendar import CalendarLength, WorkingDays
from tests.engine.packages.small import MINISTRY, SERVICE, TEXTS


def test_a_manifest_is_read_into_what_the_office_must_know() -> None:
    manifest = read_service("service.yaml", SERVICE.encode())
    assert manifest.ministry == "tourism"
    assert manifest.norm is not None
    assert (manifest.term.lengths, manifest.norm.lengths) == ((WorkingDays(5),), (WorkingDays(3),))
    assert manifest.validity == Validity(length=CalendarLength(years=1))
    (fee,) = manifest.fees
    assert (fee.key, fee.pay, fee.refundable) == ("fee", "on_submission", False)
    assert manifest.clock.starts == "submitted"
    assert manifest.is_illustrative


@pytest.mark.parametrize(
    ("source", "is_illustrative"),
    [
        ("illustrative", True),
        ('"illustrative: the licence fee; the waiver was added"', True),
        ('"illustrative, also the bands of more than 50 seats"', True),
        ('"illustrative; that it is needed is in the annex"', True),
        ('"Illustrative"', True),
        ('"the steps follow the page, their details are illustrative"', True),
        ("a prakas of 2012", False),
        ('"inferred: the row is misaligned"', False),
        ('"from the illustratively named list"', False),
    ],
)
def test_a_fact_is_illustrative_when_its_source_says_so_of_it_or_of_a_part(source: str, is_illustrative: bool) -> None:
    manifest = read_service("service.yaml", SERVICE.replace("{fee: illustrative}", f"{{fee: {source}}}").encode())
    assert manifest.illustrative == (frozenset({"fee"}) if is_illustrative else frozenset())
    assert manifest.is_illustrative is is_illustrative


def test_a_document_may_depend_on_the_answers() -> None:
    manifest = read_service("service.yaml", SERVICE.encode())
    plan, id_card = manifest.document("plan"), manifest.document("id_card")
    assert plan is not None
    assert id_card is not None
    assert (plan.is_required({"tables": 5}), plan.is_required({"tables": 4})) == (True, False)
    assert id_card.is_required({})
    assert manifest.document("other") is None


@pytest.mark.parametrize(
    ("before", "after", "said", "line"),
    [
        ("office_levels: [district]", "office_level: [district]", "Did you mean “office_levels”", 3),
        ("office_levels: [district]", "office_levels: [village]", "“village” is not one of", 3),
        ("office_levels: [district]", "office_levels: []", "The list is empty", 3),
        ("key: tourism.stall", "key: Stall", "ministry.service", 1),
        ("title: {km: ការចុះបញ្ជីតូប, en: Stall registration}", "title: Stall", "both languages", 2),
        ("title: {km: ការចុះបញ្ជីតូប, en: Stall registration}", "title: {en: Stall}", "title.km”: This key is missing", 2),
        ("validity: 1 year", "validity: 1 working day", "is not a length of time", 9),
        ("pay: on_submission", "pay: sometimes", "“sometimes” is not one of", 8),
        ("pay: on_submission", "pay: on_approval, refundable: maybe", "Write true or false", 8),
        ("required: tables > 4", "required: count(tables)", "“count(tables)”", 12),
        ("accepts: [pdf, jpg]", "accepts: [exe]", "“exe” is not one of", 11),
        ("key: plan", "key: id_card", "“id_card” stands there twice", 10),
        ("variables: {tables: apply.tables}", "variables: {tables: tables}", "form.field", 13),
        ("variables: {tables: apply.tables}", "variables: [tables]", "key: value", 13),
        ("stages: [received, checking]", "stages: received", "Write a list", 14),
        ("term: 5 working days\n", "", "“term”: This key is missing", 1),
    ],
)
def test_a_mistake_is_told_with_its_line(before: str, after: str, said: str, line: int) -> None:
    assert before in SERVICE
    with pytest.raises(PackageRejected) as refused:
        read_service("service.yaml", SERVICE.replace(before, after).encode())
    assert [problem.line for problem in refused.value.problems if said in problem.message] == [line]


def test_lanes_lead_to_the_known_groups_only() -> None:
    ministry = read_ministry("ministry.yaml", MINISTRY.encode())
    assert ministry.lanes == {"Front office": Lane("front_office"), "Applicant": Lane("applicant")}
    with pytest.raises(PackageRejected, match="there is no group “kings”; use one of applicant, front_office"):
        read_ministry("ministry.yaml", MINISTRY.replace("front_office", "kings").encode())


def test_a_text_in_one_language_only_is_told_with_its_line() -> None:
    one_language = TEXTS.replace("plan: {label: {km: ប្លង់, en: Plan}}", "plan: {label: {km: ប្លង់}}")
    with pytest.raises(PackageRejected, match=r"texts.yaml:10: error: “documents.plan.label.en”: This key is missing"):
        read_texts("texts.yaml", one_language.encode())


@pytest.mark.parametrize(
    "wrong", ["{password}", "{reference.__class__}", "{reference!r}", "{reference:>99}", "{", "{}"]
)
def test_a_message_may_use_the_known_placeholders_only(wrong: str) -> None:
    with pytest.raises(PackageRejected, match=r"messages\.done\.title"):
        read_texts("texts.yaml", TEXTS.replace("Done {reference}", f"Done {wrong}").encode())


def test_a_message_is_filled_in_the_language_of_the_reader() -> None:
    message = read_texts("texts.yaml", TEXTS.encode()).messages["done"]
    assert message.filled("en", {"reference": "02-26-1", "applicant": "{office}"}) == (
        "Done 02-26-1",
        "It is done, {office}.",
    )
    assert message.filled("km", {})[0] == "រួច "


def test_shared_messages_are_read_from_a_file_of_their_own() -> None:
    messages = read_messages("messages.yaml", b"messages:\n  hello: {title: {km: K, en: E}, body: {km: K, en: E}}\n")
    assert messages["hello"].title == Bilingual("K", "E")
    with pytest.raises(PackageRejected, match="“message” is not a known key"):
        read_messages("messages.yaml", b"message: {}\n")


DECLARES = MINISTRY + "groups:\n  laboratory: {km: មន្ទីរ, en: Laboratory}\n  governor: {km: អភិបាល, en: Governor}\n"


def test_a_ministry_declares_groups_of_its_own() -> None:
    ministry = read_ministry("ministry.yaml", DECLARES.replace("front_office", "laboratory").encode())
    assert ministry.lanes["Front office"] == Lane("tourism.laboratory")
    assert dict(ministry.groups) == {
        "tourism.laboratory": Bilingual("មន្ទីរ", "Laboratory"),
        "governor": Bilingual("អភិបាល", "Governor"),
    }
    assert (ministry.group_key("governor"), ministry.group_key("head"), ministry.group_key("kings")) == (
        "governor",
        "head",
        None,
    )


def test_a_lane_names_a_group_and_a_level() -> None:
    lane = MINISTRY.replace("Front office: front_office", "Front office: {group: specialist, level: ministry}")
    assert read_ministry("ministry.yaml", lane.encode()).lanes["Front office"] == Lane("specialist", "ministry")


@pytest.mark.parametrize(
    ("before", "after", "said", "said_km"),
    [
        ("front_office", "kings", "there is no group “kings”; use one of", "គ្មានក្រុម “kings”"),
        ("front_office", "{group: head, level: commune}", "no level of office “commune”; write one of", "“commune”"),
        ("Applicant: applicant", "Applicant: {group: applicant, level: province}", "the applicant is at no office", ""),
        ("laboratory:", "cashier:", "“groups.cashier”: this is the name of a group that every office has", "groups."),
        ("laboratory:", "declared:", "“groups.declared”: this is the name of a group", "groups."),
    ],
)
def test_a_group_or_a_level_that_there_is_not_is_told_in_both_languages(
    before: str, after: str, said: str, said_km: str
) -> None:
    assert before in DECLARES
    with pytest.raises(PackageRejected) as refused:
        read_ministry("ministry.yaml", DECLARES.replace(before, after).encode())
    (problem,) = refused.value.problems
    assert said in problem.message
    assert problem.message_km
    assert said_km in problem.message_km
    assert problem.line is not None


def test_a_group_has_a_short_name() -> None:
    with pytest.raises(PackageRejected, match="Use at most 30 small Latin letters"):
        read_ministry("ministry.yaml", DECLARES.replace("laboratory:", f"{'l' * 31}:").encode())


def test_a_group_that_is_declared_twice_is_told_with_its_line() -> None:
    twice = DECLARES + "  laboratory: {km: មន្ទីរ, en: Laboratory}\n"
    with pytest.raises(PackageRejected) as refused:
        read_ministry("ministry.yaml", twice.encode())
    (problem,) = refused.value.problems
    assert (problem.line, problem.message) == (7, "The key “laboratory” stands here twice; keep one.")
    assert "“laboratory” មានពីរដង" in problem.message_km
