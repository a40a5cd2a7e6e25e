"""Two claims on one number meet in one task: both papers are read there, and one person at most is verified."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, update

from engine.applications.uploads import read_document
from engine.case.rivals import mark_of
from engine.errors import (
    ClaimsMeet,
    NotAllowed,
    NotFound,
    PersonKnown,
    Refused,
    StalePage,
    TaskAlreadyClaimed,
    TaskGone,
    TaskNotClaimed,
)
from engine.house import House
from engine.people import identities
from engine.people.actors import Actor
from engine.queries.office.case_reading import open_task
from engine.queries.office.claims import Meeting
from engine.tasks.meeting_claims import NEITHER, WHY_REFUSED, decide_between
from storage.applications import Application, Document, Opinion
from storage.people import AccessLog, Person
from tests.cast import NOW, Cast, Member
from tests.small.claims import CARD, NUMBER, VERIFIED, Claims


@pytest.fixture
def claims(house: House, cast: Cast) -> Claims:
    made = Claims(house, cast)
    made.publish()
    return made


def rival(claims: Claims, number: str = NUMBER, *, office: int | None = None) -> tuple[Actor, str]:
    """The real person, who claims the number that a thief claims already."""
    real = claims.account("+85512777002", "Sok Chantha")
    return real, claims.claim(real, number, office=office)


def met(claims: Claims, task_key: str, who: Member | None = None) -> Meeting | None:
    """What the page of the task shows."""
    with claims.house.database.transaction() as session:
        return open_task(session, claims.house, (who or claims.cast.bopha).actor, task_key, now=NOW).meeting


def decide(claims: Claims, task_key: str, real: str, *, who: Member | None = None, mark: str | None = None) -> None:
    if mark is None:
        seen = met(claims, task_key, who)
        mark = seen.mark if seen else ""
    with claims.house.database.transaction() as session:
        actor = (who or claims.cast.bopha).actor
        decide_between(session, claims.house, actor, task_key, real, mark=mark, now=NOW)


def statuses(claims: Claims, *people: Actor) -> list[str]:
    return [claims.person(one).identity_status for one in people]


def papers(claims: Claims, key: str) -> str:
    with claims.house.database.reading() as session:
        in_case = select(Document.key).join(Application, Application.id == Document.application_id)
        return session.scalars(in_case.where(Application.key == key)).one()


def test_the_page_shows_both_with_their_papers_and_notes_the_look_for_both(claims: Claims) -> None:
    thief = claims.account()
    first = claims.claim(thief, name_latin="SOM THIEF")
    real, second = rival(claims, office=claims.cast.phnom_penh)
    seen = met(claims, claims.take(first))
    assert seen is not None
    assert [(one.key, one.name_latin, one.claimed_at) for one in seen.claims] == [
        (first, "SOM THIEF", NOW),
        (second, "SOK CHANTHA", NOW),
    ]
    assert [one.documents[0].key for one in seen.claims] == [papers(claims, first), papers(claims, second)]
    assert [one.office.en[:10] for one in seen.claims if one.office] == ["Battambang", "Phnom Penh"]
    assert (seen.holder, seen.may_decide) == (None, True)
    with claims.house.database.reading() as session:
        look = select(AccessLog.application_id, AccessLog.subject_id, AccessLog.page).order_by(AccessLog.id)
        assert [tuple(row) for row in session.execute(look)] == [
            (claims.row(first).id, None, "task"),
            (None, real.person_id, "compared"),
        ]


@pytest.mark.parametrize("number", ["999999999", ""])
def test_a_claim_on_another_number_is_not_shown(claims: Claims, number: str) -> None:
    task = claims.take(claims.claim(claims.account()))
    _, other = rival(claims, "111111111")
    with claims.house.database.transaction() as session:
        session.execute(update(Person).where(Person.id == claims.row(other).applicant_id).values(id_number=number))
        session.execute(update(Person).where(Person.id == claims.cast.dara.person_id).values(id_number=number))
    assert met(claims, task) is None


def test_an_officer_reads_the_papers_of_the_other_claim_and_nobody_else_does(claims: Claims) -> None:
    claims.claim(claims.account())
    _, second = rival(claims, office=claims.cast.phnom_penh)
    document, cast = papers(claims, second), claims.cast
    with claims.house.database.transaction() as session:
        assert read_document(session, claims.house, cast.bopha.actor, document, now=NOW).media_type == "image/png"
    for other in (cast.sopheap, cast.rithy, cast.dara):
        with claims.house.database.transaction() as session, pytest.raises(NotFound):
            read_document(session, claims.house, other.actor, document, now=NOW)


def test_the_papers_are_closed_again_when_it_is_decided(claims: Claims) -> None:
    task = claims.take(claims.claim(claims.account()))
    _, second = rival(claims, office=claims.cast.phnom_penh)
    claims.complete(task, {"verification_result": "refused", "reason": "មិនត្រូវ"})
    with claims.house.database.transaction() as session, pytest.raises(NotFound):
        read_document(session, claims.house, claims.cast.bopha.actor, papers(claims, second), now=NOW)


def test_the_real_person_is_verified_and_the_other_told_what_to_do(claims: Claims) -> None:
    thief = claims.account()
    first = claims.claim(thief)
    real, second = rival(claims)
    decide(claims, claims.take(first), second)
    assert statuses(claims, thief, real) == ["refused", "verified"]
    with claims.house.database.reading() as session:
        told = session.scalars(select(Opinion.answers).where(Opinion.application_id == claims.row(first).id)).one()
    assert told == {"verification_result": "refused", "reason": WHY_REFUSED.km}
    assert [claims.row(key).outcome for key in (first, second)] == ["refused", "verified"]


def test_the_person_of_the_task_itself_can_be_the_real_one(claims: Claims) -> None:
    thief = claims.account()
    first = claims.claim(thief)
    real, second = rival(claims)
    decide(claims, claims.take(second), second)
    assert statuses(claims, thief, real) == ["refused", "verified"]
    assert claims.row(first).outcome == "refused"


def test_neither_may_be_real(claims: Claims) -> None:
    thief = claims.account()
    task = claims.take(claims.claim(thief))
    other, _ = rival(claims)
    decide(claims, task, NEITHER)
    assert statuses(claims, thief, other) == ["refused", "refused"]


def test_of_neither_only_what_ones_own_office_works_on_is_refused(claims: Claims) -> None:
    thief = claims.account()
    task = claims.take(claims.claim(thief))
    other, _ = rival(claims, office=claims.cast.phnom_penh)
    decide(claims, task, NEITHER)
    assert statuses(claims, thief, other) == ["refused", "pending"]


def test_another_office_verifies_its_own_applicants(claims: Claims) -> None:
    task = claims.take(claims.claim(claims.account()))
    _, second = rival(claims, office=claims.cast.phnom_penh)
    with pytest.raises(NotAllowed):
        decide(claims, task, second)


def test_the_form_of_the_task_verifies_nobody_while_another_claim_waits(claims: Claims) -> None:
    task = claims.take(claims.claim(claims.account()))
    rival(claims)
    with pytest.raises(ClaimsMeet):
        claims.complete(task, VERIFIED)


def test_a_claim_that_waits_for_its_applicant_keeps_nobody_waiting(claims: Claims) -> None:
    thief = claims.account()
    claims.complete(claims.take(claims.claim(thief)), {"verification_result": "better_photo", "reason": "មិនច្បាស់"})
    real, second = rival(claims)
    task = claims.take(second)
    seen = met(claims, task)
    assert seen is not None
    assert not seen.may_decide
    claims.complete(task, VERIFIED)
    assert statuses(claims, thief, real) == ["pending", "verified"]


def test_whoever_is_verified_is_shown_and_stays_the_only_one(claims: Claims) -> None:
    house, cast = claims.house, claims.cast
    task = claims.take(claims.claim(claims.account()))
    with house.database.transaction() as session:
        real = identities.register_at_counter(session, house, cast.bopha.actor, cast.battambang, CARD, now=NOW)
    _, second = rival(claims)
    seen = met(claims, task)
    assert seen is not None
    assert seen.holder is not None
    assert (seen.holder.person_id, seen.holder.verified_at, seen.may_decide) == (real, NOW, False)
    for key in (second, claims.task(second)):
        with pytest.raises((PersonKnown, NotFound)):
            decide(claims, task, key)


def test_a_claim_that_came_or_changed_since_is_looked_at_first(claims: Claims) -> None:
    first = claims.claim(claims.account())
    task = claims.take(first)
    with claims.house.database.reading() as session:
        alone = mark_of(session.scalars(select(Application)))
    _, second = rival(claims)
    with pytest.raises(StalePage):
        decide(claims, task, second, mark=alone)


@pytest.mark.parametrize(
    ("prepare", "refusal"),
    [
        (lambda claims, key: claims.task(key), TaskNotClaimed),
        (lambda claims, key: claims.take(key, claims.cast.vannak), TaskAlreadyClaimed),
    ],
)
def test_only_whoever_has_the_task_decides(
    claims: Claims, prepare: Callable[[Claims, str], str], refusal: type[Refused]
) -> None:
    first = claims.claim(claims.account())
    _, second = rival(claims)
    with pytest.raises(refusal):
        decide(claims, prepare(claims, first), second)


@pytest.mark.parametrize("who", ["phally", "sopheap", "dara"])
def test_nobody_else_decides(claims: Claims, who: str) -> None:
    task = claims.take(claims.claim(claims.account()))
    _, second = rival(claims)
    with pytest.raises(NotAllowed):
        decide(claims, task, second, who=getattr(claims.cast, who), mark="")


def test_an_officer_decides_nothing_about_a_number_that_they_claim_themselves(claims: Claims) -> None:
    task = claims.take(claims.claim(claims.account()))
    bopha = claims.cast.bopha
    with claims.house.database.transaction() as session:
        session.get_one(Person, bopha.person_id).identity_status = "unverified"
    mine = claims.claim(bopha.actor)
    seen = met(claims, task)
    assert seen is not None
    assert not seen.may_decide
    for real in (mine, NEITHER):
        with pytest.raises(NotAllowed):
            decide(claims, task, real)


def test_two_officers_who_decide_the_same_claims_from_two_tasks_decide_once(claims: Claims) -> None:
    thief = claims.account()
    first = claims.claim(thief)
    real, second = rival(claims)
    bopha, vannak = claims.cast.bopha, claims.cast.vannak
    both = (claims.take(first), first, bopha), (claims.take(second, vannak), second, vannak)
    marks = [met(claims, task, who) for task, _, who in both]
    together = Barrier(2)

    def one(place: int) -> object:
        task, key, who = both[place]
        seen = marks[place]
        together.wait()
        try:
            decide(claims, task, key, who=who, mark=seen.mark if seen else "")
        except Refused as refused:
            return type(refused)
        return None

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(one, range(2))) == {None, TaskGone}
    assert sorted(statuses(claims, thief, real)) == ["refused", "verified"]
