"""service.yaml, ministry.yaml and texts.yaml: what they say, and how a mistake is told."""

from __future__ import annotations

import pytest

from engine.khmer import Bilingual
from engine.packages import PackageRejected, Validity, read_messages
from engine.packages.manifest import read_ministry, read_service
from engine.packages.texts import read_texts
from engine.working_time.calendar import CalendarLength, WorkingDays
from tests.engine.packages.small import MINISTRY, SERVICE, TEXTS


def test_a_manifest_is_read_into_what_the_office_must_know() -> None:
    manifest = read_service("service.yaml", SERVICE.encode())
    assert manifest.ministry == "tourism"
    assert (manifest.term, manifest.norm, manifest.validity) == (
        WorkingDays(5),
        WorkingDays(3),
        Validity(length=CalendarLength(years=1)),
    )
    (fee,) = manifest.fees
    assert (fee.key, fee.pay, fee.refundable) == ("fee", "on_submission", False)
    assert manifest.clock.starts == "submitted"
    assert manifest.is_illustrative


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
        ("office_levels: [district]", "office_levels: []", "Shorter than", 3),
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
    assert ministry.lanes == {"Front office": "front_office", "Applicant": "applicant"}
    with pytest.raises(PackageRejected, match="“kings” is not one of"):
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
