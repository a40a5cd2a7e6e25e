"""Officers note, ask one another and declare interests: who may, who reads it, and what it closes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.errors import NotFound
from engine.errors.desk import InterestDeclared, NobodyToAsk, QuestionOver, TooManyNotes, TooManyQuestions, WordsMissing
from engine.queries.office.case_file import case_file
from engine.queries.office.colleagues import Beside, asked_of_me, open_beside
from engine.tasks import interests, notes, questions, user_tasks
from engine.tasks.questions import MOST_OPEN, Asked
from storage.applications import Application
from storage.colleagues import NoteKind
from storage.events import CaseEvent
from storage.processes import UserTask
from tests.cast import NOW, Member
from tests.small.cases import Kilns


@pytest.fixture
def key(kilns: Kilns) -> str:
    """A case at Battambang whose application waits to be checked."""
    sent = kilns.send()
    kilns.pay(sent)
    return sent.key


def beside(kilns: Kilns, who: Member, key: str) -> Beside:
    with kilns.house.database.transaction() as session:
        return open_beside(session, kilns.house, who.actor, key, now=NOW)[0]


def note(kilns: Kilns, who: Member, key: str, body: str, kind: NoteKind = NoteKind.SHARED) -> None:
    with kilns.house.database.transaction() as session:
        notes.write_note(session, kilns.house, who.actor, key, body, kind=kind, now=NOW)


def ask(kilns: Kilns, who: Member, key: str, of: Asked, question: str = "តើត្រូវទេ?") -> str:
    with kilns.house.database.transaction() as session:
        questions.ask(session, kilns.house, who.actor, key, question, of=of, now=NOW)
    return beside(kilns, who, key).questions[0].key


def answer(kilns: Kilns, who: Member, question: str, text: str = "ត្រូវ") -> None:
    with kilns.house.database.transaction() as session:
        questions.answer_question(session, kilns.house, who.actor, question, text, now=NOW)


def declare(kilns: Kilns, who: Member, key: str, reason: str = "a cousin") -> None:
    with kilns.house.database.transaction() as session:
        interests.declare(session, kilns.house, who.actor, key, reason, now=NOW)


def events(kilns: Kilns) -> list[CaseEvent]:
    with kilns.house.database.reading() as session:
        return list(session.scalars(select(CaseEvent).order_by(CaseEvent.seq)))


def check_of(kilns: Kilns) -> str:
    with kilns.house.database.reading() as session:
        return session.scalars(select(UserTask.key).where(UserTask.element_id == "check")).one()


def test_a_note_is_for_its_writer_or_for_all_and_its_words_are_in_no_event(kilns: Kilns, key: str) -> None:
    note(kilns, kilns.cast.bopha, key, "only mine", NoteKind.PRIVATE)
    note(kilns, kilns.cast.bopha, key, "for us")
    assert [one.body for one in beside(kilns, kilns.cast.bopha, key).notes] == ["for us", "only mine"]
    assert [one.body for one in beside(kilns, kilns.cast.vannak, key).notes] == ["for us"]
    written = [event for event in events(kilns) if event.kind == "note_written"]
    assert [(event.data, event.personal) for event in written] == [({}, None)]


def test_a_withdrawn_note_has_no_words_and_that_it_was_there_stays(kilns: Kilns, key: str) -> None:
    note(kilns, kilns.cast.bopha, key, "wrong")
    mine = beside(kilns, kilns.cast.bopha, key).notes[0].key
    with pytest.raises(NotFound), kilns.house.database.transaction() as session:
        notes.withdraw_note(session, kilns.house, kilns.cast.vannak.actor, mine, now=NOW)
    for _ in range(2):
        with kilns.house.database.transaction() as session:
            assert notes.withdraw_note(session, kilns.house, kilns.cast.bopha.actor, mine, now=NOW) == key
    assert [(one.body, one.is_withdrawn) for one in beside(kilns, kilns.cast.vannak, key).notes] == [("", True)]
    assert [event.kind for event in events(kilns)].count("note_withdrawn") == 1


@pytest.mark.parametrize("who", ["phally", "dara", "chenda", "sreyneang"])
def test_who_does_not_read_the_case_writes_nothing_there(kilns: Kilns, key: str, who: str) -> None:
    stranger = getattr(kilns.cast, who)
    for attempt in (
        lambda: note(kilns, stranger, key, "x"),
        lambda: declare(kilns, stranger, key),
        lambda: beside(kilns, stranger, key),
        lambda: ask(kilns, stranger, key, Asked(person_id=kilns.cast.bopha.person_id)),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_nothing_and_too_much_are_refused(kilns: Kilns, key: str) -> None:
    with pytest.raises(WordsMissing):
        note(kilns, kilns.cast.bopha, key, " \n ")
    for number in range(notes.MOST):
        note(kilns, kilns.cast.bopha, key, str(number), NoteKind.PRIVATE)
    with pytest.raises(TooManyNotes):
        note(kilns, kilns.cast.bopha, key, "one more")


def test_whoever_is_asked_in_another_office_reads_the_case_until_they_answer(kilns: Kilns, key: str) -> None:
    phally = kilns.cast.phally
    asked = ask(kilns, kilns.cast.bopha, key, Asked(person_id=phally.person_id))
    with kilns.house.database.reading() as session:
        assert case_file(session, kilns.house, phally.actor, key, now=NOW).key == key
        assert [one.key for one in asked_of_me(session, phally.actor)] == [asked]
    answer(kilns, phally, asked)
    with kilns.house.database.reading() as session:
        with pytest.raises(NotFound):
            case_file(session, kilns.house, phally.actor, key, now=NOW)
        assert asked_of_me(session, phally.actor) == ()
    (told,) = beside(kilns, kilns.cast.bopha, key).questions
    assert (told.answer, told.answerer and told.answerer.en, told.is_open) == ("ត្រូវ", "Oum Phally", False)
    kinds = [event.kind for event in events(kilns)]
    assert ("colleague_asked" in kinds, "colleague_answered" in kinds) == (True, True)
    assert all(event.data == {} for event in events(kilns) if event.kind.startswith("colleague_"))


def test_of_a_group_the_first_answers_and_who_asked_does_not(kilns: Kilns, key: str) -> None:
    asked = ask(kilns, kilns.cast.kunthea, key, Asked(group="front_office", office_id=kilns.cast.battambang))
    for stranger in (kilns.cast.kunthea, kilns.cast.rithy, kilns.cast.phally, kilns.cast.dara):
        with pytest.raises(NotFound):
            answer(kilns, stranger, asked)
    answer(kilns, kilns.cast.bopha, asked)
    with pytest.raises(QuestionOver):
        answer(kilns, kilns.cast.vannak, asked)


def test_a_question_is_taken_back_by_whoever_asked_and_then_closes_the_case_again(kilns: Kilns, key: str) -> None:
    asked = ask(kilns, kilns.cast.bopha, key, Asked(person_id=kilns.cast.phally.person_id))
    with pytest.raises(NotFound), kilns.house.database.transaction() as session:
        questions.take_back(session, kilns.house, kilns.cast.vannak.actor, asked, now=NOW)
    with kilns.house.database.transaction() as session:
        questions.take_back(session, kilns.house, kilns.cast.bopha.actor, asked, now=NOW)
    with pytest.raises(QuestionOver):
        answer(kilns, kilns.cast.phally, asked)
    with pytest.raises(NotFound):
        beside(kilns, kilns.cast.phally, key)


def test_nobody_asks_themselves_the_applicant_or_nobody(kilns: Kilns, key: str) -> None:
    cast = kilns.cast
    for of in (
        Asked(person_id=cast.bopha.person_id),
        Asked(person_id=cast.dara.person_id),
        Asked(person_id=10**6),
        Asked(),
        Asked(group="administrator", office_id=cast.battambang),
        Asked(group="front_office", office_id=10**6),
    ):
        with pytest.raises(NobodyToAsk):
            ask(kilns, cast.bopha, key, of)


def test_questions_about_a_case_have_an_end(kilns: Kilns, key: str) -> None:
    for _ in range(MOST_OPEN):
        ask(kilns, kilns.cast.bopha, key, Asked(person_id=kilns.cast.vannak.person_id))
    with pytest.raises(TooManyQuestions):
        ask(kilns, kilns.cast.bopha, key, Asked(person_id=kilns.cast.vannak.person_id))


def test_whoever_declared_an_interest_claims_and_completes_nothing_and_what_they_had_is_open(
    kilns: Kilns, key: str
) -> None:
    bopha, check = kilns.cast.bopha, check_of(kilns)
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, bopha.actor, check, now=NOW)
    declare(kilns, bopha, key)
    declare(kilns, bopha, key, "again")
    with pytest.raises(InterestDeclared), kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, bopha.actor, check, now=NOW)
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, kilns.cast.vannak.actor, check, now=NOW)
    with kilns.house.database.transaction() as session:
        user_tasks.complete(session, kilns.house, kilns.cast.vannak.actor, check, {"result": "ok"}, now=NOW)
    assert [event.kind for event in events(kilns)].count("interest_declared") == 1


def test_nobody_with_an_interest_takes_the_payment(kilns: Kilns) -> None:
    sent = kilns.send()
    declare(kilns, kilns.cast.sopheap, sent.key)
    with pytest.raises(InterestDeclared):
        kilns.pay(sent)


def test_the_head_reads_who_declared_an_interest_and_why(kilns: Kilns, key: str) -> None:
    declare(kilns, kilns.cast.bopha, key)
    assert [one.reason for one in beside(kilns, kilns.cast.kunthea, key).interests] == ["a cousin"]
    assert beside(kilns, kilns.cast.vannak, key).interests == ()
    mine = beside(kilns, kilns.cast.bopha, key)
    assert ([one.reason for one in mine.interests], mine.has_interest) == (["a cousin"], True)
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Application.has_interests)).one() is True
