"""A report comes from a telephone, perhaps twice: it is taken once, with its photos, and nothing of it is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from engine.applications.uploads import examined
from engine.applications.visit_reports import MOST_PHOTOS
from engine.errors import BadAnswers, NotFound, TaskGone, TaskNotClaimed
from engine.errors.cases import TaskAlreadyClaimed
from engine.queries.office.case_file import case_file
from storage.applications import Application, Document, Opinion
from storage.events import CaseEvent
from storage.visits import SentForm
from tests.cast import NOW
from tests.small.cases import Kilns
from tests.small.sites import REPORT, Sites, photo, sites


@pytest.fixture
def site(kilns: Kilns) -> Sites:
    return sites(kilns)


@pytest.fixture
def key(site: Sites) -> str:
    found = site.key(site.ready())
    site.claim(site.cast.bopha, found)
    return found


def counts(site: Sites) -> tuple[int, int, int]:
    """How many opinions, documents and completed tasks there are."""
    with site.house.database.reading() as session:
        done = select(func.count()).where(CaseEvent.kind == "task_completed", CaseEvent.element_id == "check")
        return (
            session.scalar(select(func.count(Opinion.id))) or 0,
            session.scalar(select(func.count(Document.id))) or 0,
            session.scalar(done) or 0,
        )


def test_a_report_that_is_sent_twice_is_taken_once_with_the_same_answer(site: Sites, key: str) -> None:
    first = site.report(site.cast.bopha, key, "one", photo(10), photo(20))
    again = site.report(site.cast.bopha, key, "one", photo(10), photo(20))
    assert first == again
    assert first.went_on
    assert counts(site) == (1, 2, 1)


def test_photos_and_the_position_lie_in_the_case(site: Sites, key: str) -> None:
    site.report(site.cast.bopha, key, "one", photo())
    with site.house.database.reading() as session:
        document = session.scalars(select(Document)).one()
        opinion = session.scalars(select(Opinion)).one()
        case = session.get_one(Application, opinion.application_id).key
        found = case_file(session, site.house, site.cast.kunthea.actor, case, now=NOW)
    assert (document.document_key, document.uploaded_by_id) == ("site_photos", site.cast.bopha.person_id)
    assert opinion.answers["site_photos"] == [document.key]
    assert opinion.answers["spot"] == "13.09573, 103.20220"
    assert [one.label.en for one in found.documents] == ["Photos of the kiln"]
    said = [answer.value.en for one in found.opinions for answer in one.answers]
    assert document.key not in " ".join(said)


def test_under_another_key_or_of_another_sender_it_is_another_report(site: Sites, key: str) -> None:
    site.report(site.cast.bopha, key, "one")
    with pytest.raises(TaskGone):
        site.report(site.cast.bopha, key, "two")
    with pytest.raises(TaskGone):
        site.report(site.cast.vannak, key, "one")
    with pytest.raises(TaskGone):
        site.report(site.cast.bopha, key, "")


def test_a_report_that_is_refused_keeps_no_photo_and_can_be_sent_again_under_its_key(site: Sites, key: str) -> None:
    with pytest.raises(BadAnswers) as refused:
        site.report(site.cast.bopha, key, "one", photo(), answers={"spot": "here"})
    assert set(refused.value.errors) == {"result", "spot"}
    assert counts(site) == (0, 0, 0)
    site.report(site.cast.bopha, key, "one", photo())
    assert counts(site) == (1, 1, 1)


def test_files_that_are_no_photos_are_refused_beside_their_question(site: Sites, key: str) -> None:
    text = examined("notes.jpg", b"no picture at all")
    with pytest.raises(BadAnswers) as refused:
        site.report(site.cast.bopha, key, "one", photo(), text)
    assert set(refused.value.errors) == {"site_photos"}
    many = [photo(shade) for shade in range(MOST_PHOTOS + 1)]
    with pytest.raises(BadAnswers):
        site.report(site.cast.bopha, key, "one", *many)
    with pytest.raises(BadAnswers):
        site.report(site.cast.bopha, key, "one", answers={**REPORT, "result": ""})
    assert counts(site) == (0, 0, 0)


def test_keys_of_other_documents_are_not_taken_for_photos(site: Sites, key: str) -> None:
    site.report(site.cast.bopha, key, "one", answers={**REPORT, "site_photos": "somebody-elses-document"})
    with site.house.database.reading() as session:
        assert session.scalars(select(Opinion)).one().answers.get("site_photos", []) == []


def test_nobody_reports_what_a_colleague_has_or_what_nobody_has(site: Sites, key: str) -> None:
    with pytest.raises(TaskAlreadyClaimed):
        site.report(site.cast.vannak, key, "one", photo())
    other = site.key(site.ready(site.cast.chenda))
    with pytest.raises(TaskNotClaimed):
        site.report(site.cast.bopha, other, "one", photo())
    with site.house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SentForm)) == 0
    assert counts(site) == (0, 0, 0)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_no_visit_takes_no_report(kilns: Kilns) -> None:
    site = Sites(kilns.house, kilns.cast)
    sent = kilns.send()
    kilns.pay(sent)
    site.claim(kilns.cast.bopha, kilns.task(sent, "check"))
    with pytest.raises(NotFound):
        site.report(kilns.cast.bopha, kilns.task(sent, "check"), "one")
