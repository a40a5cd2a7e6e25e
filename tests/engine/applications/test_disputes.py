"""The number with which somebody is verified is somebody else's: two officers decide so with the paper in hand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from engine.applications import disputes
from engine.applications.counter import take_identity
from engine.applications.uploads import read_document
from engine.errors import (
    AlreadyVerified,
    BadAnswers,
    DisputeWaits,
    NotAllowed,
    NotFound,
    OriginalNotSeen,
    PersonKnown,
    ReasonMissing,
    Refused,
    SecondPersonNeeded,
    StalePage,
)
from engine.house import House
from engine.people import sign_ins
from engine.people.actors import Actor, Place
from engine.queries.office.disputes import DisputePage, dispute_page, known_holder
from engine.queries.office.disputes import disputes as disputes_of
from storage.applications import Application, Document
from storage.disputes import IdentityDispute
from storage.events import CaseEvent
from storage.messages import Notification
from storage.notices import NoticeKind, NoticePlace
from storage.people import AccessLog, Membership, Person
from storage.processes import InstanceStatus, ProcessInstance
from storage.security_log import SecurityEvent
from storage.sign_ins import SignIn
from tests.bell import notices
from tests.cast import HIRED, NOW, Cast, Member
from tests.counter import PAPERS
from tests.small.cases import Kilns
from tests.small.claims import VERIFIED, Claims

NUMBER = PAPERS["id_number"]
WHY = "រូបថតលើកាតខុសគ្នា"


@pytest.fixture
def claims(house: House, cast: Cast) -> Claims:
    made = Claims(house, cast)
    made.publish()
    return made


@pytest.fixture
def thief(claims: Claims) -> Actor:
    """Somebody who was verified online with the number of somebody else."""
    who = claims.account()
    claims.complete(claims.take(claims.claim(who, NUMBER)), VERIFIED)
    return who


def ask(claims: Claims, *, who: Member | None = None, **given: Any) -> str:
    about: dict[str, Any] = {"original_seen": True, "reason": WHY, "now": NOW} | given
    raw, office = about.pop("raw", PAPERS), claims.cast.battambang
    with claims.house.database.transaction() as session:
        return disputes.ask(session, claims.house, (who or claims.cast.bopha).actor, office, raw, **about)


def answer(claims: Claims, key: str, *, agrees: bool = True, who: Member | None = None, reason: str = WHY) -> None:
    act = disputes.agree if agrees else disputes.decline
    with claims.house.database.transaction() as session:
        act(session, claims.house, (who or claims.cast.kunthea).actor, key, reason=reason, now=NOW)


def dispute(claims: Claims, key: str) -> IdentityDispute:
    with claims.house.database.reading() as session:
        return session.scalars(select(IdentityDispute).where(IdentityDispute.key == key)).one()


def statuses(claims: Claims, key: str) -> tuple[str, str]:
    """Of the holder and of the claimant."""
    row = dispute(claims, key)
    return claims.person(row.holder_id).identity_status, claims.person(row.claimant_id).identity_status


def told(claims: Claims, person_id: int) -> list[str]:
    with claims.house.database.reading() as session:
        wanted = select(Notification.idempotency_key).where(Notification.person_id == person_id)
        rows = session.scalars(wanted.order_by(Notification.id)).all()
    return [row.split("/")[2] for row in rows if row.startswith("dispute/")]


def test_the_head_finds_a_dispute_under_the_bell_which_names_nobody(claims: Claims, thief: Actor) -> None:
    key = ask(claims)
    (told,) = notices(claims.house, claims.cast.kunthea)
    assert (told.kind, told.place_kind, told.opens, told.facts) == (NoticeKind.DISPUTE, NoticePlace.DISPUTE, key, {})
    assert notices(claims.house, claims.cast.bopha) == []


def test_a_dispute_changes_nothing_until_the_head_decides_and_the_verified_person_is_told(
    claims: Claims, thief: Actor
) -> None:
    key = ask(claims)
    assert statuses(claims, key) == ("verified", "unverified")
    assert dispute(claims, key).holder_id == thief.person_id
    assert told(claims, dispute(claims, key).holder_id) == ["identity_disputed"]
    with claims.house.database.reading() as session:
        line = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "identity_disputed")).one()
        looks = select(AccessLog.subject_id, AccessLog.page, AccessLog.paper).where(AccessLog.paper != "")
        assert {tuple(row) for row in session.execute(looks)} == {
            (thief.person_id, "disputed", "national_id"),
            (dispute(claims, key).claimant_id, "registered", "national_id"),
        }
    assert (line.person_id, line.actor_id) == (thief.person_id, claims.cast.bopha.person_id)
    with pytest.raises(PersonKnown), claims.house.database.transaction() as session:
        take_identity(session, claims.house, claims.cast.bopha.actor, claims.cast.battambang, PAPERS, now=NOW)


def test_the_head_gives_the_identity_to_the_person_at_the_counter(claims: Claims, thief: Actor) -> None:
    with claims.house.database.transaction() as session:
        sign_ins.begin(session, thief.person_id or 0, 1, Place(), now=NOW)
    key = ask(claims)
    answer(claims, key)
    answer(claims, key)
    row = dispute(claims, key)
    assert statuses(claims, key) == ("refused", "verified")
    holder, claimant = claims.person(row.holder_id), claims.person(row.claimant_id)
    assert (holder.verified_at, holder.session_epoch) == (None, 2)
    assert (claimant.id_number, claimant.verified_at) == (NUMBER, NOW)
    assert told(claims, holder.id) == ["identity_disputed", "identity_overturned"]
    assert told(claims, claimant.id) == ["identity_yours"]
    with claims.house.database.reading() as session:
        assert session.scalars(select(SignIn.end_kind)).all() == ["groups"]
        line = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "identity_overturned")).one()
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "identity_overturned")).one()
    assert (line.person_id, line.actor_id) == (holder.id, claims.cast.kunthea.person_id)
    assert (event.actor_id, event.personal) == (claims.cast.kunthea.person_id, {"reason": WHY})
    assert (row.answered_by_id, row.answer) == (claims.cast.kunthea.person_id, WHY)


def test_the_head_may_leave_it_as_it_is(claims: Claims, thief: Actor) -> None:
    key = ask(claims)
    answer(claims, key, agrees=False)
    answer(claims, key, agrees=False)
    assert statuses(claims, key) == ("verified", "refused")
    assert told(claims, dispute(claims, key).holder_id) == ["identity_disputed", "identity_stays"]
    assert told(claims, dispute(claims, key).claimant_id) == ["identity_not_yours"]
    with pytest.raises(StalePage):
        answer(claims, key)
    assert ask(claims) != key


def test_whoever_asked_takes_it_back_but_does_not_agree(claims: Claims, thief: Actor) -> None:
    key, bopha = ask(claims), claims.cast.bopha
    with pytest.raises(NotAllowed):
        answer(claims, key, who=bopha)
    head = replace(bopha, memberships=bopha.memberships | {("head", claims.cast.battambang)})
    with pytest.raises(SecondPersonNeeded):
        answer(claims, key, who=head)
    answer(claims, key, agrees=False, who=bopha)
    assert statuses(claims, key) == ("verified", "refused")


def test_an_account_that_claimed_the_number_online_gets_it(claims: Claims, thief: Actor) -> None:
    real = claims.account("+85512777002", "Mao Sarun")
    running = claims.claim(real, NUMBER)
    key = ask(claims, person_id=real.person_id)
    answer(claims, key)
    assert dispute(claims, key).claimant_id == real.person_id
    assert statuses(claims, key) == ("refused", "verified")
    claims.complete(claims.take(running), VERIFIED)
    assert claims.row(running).outcome == "verified"


def test_running_applications_of_whoever_loses_the_identity_are_held(kilns: Kilns) -> None:
    claims = Claims(kilns.house, kilns.cast)
    claims.publish()
    with claims.house.database.transaction() as session:
        dara = session.get_one(Person, claims.cast.dara.person_id)
        dara.id_kind, dara.id_number = PAPERS["id_kind"], NUMBER
    sent, other = kilns.send(), kilns.send(kilns.cast.rithy)
    answer(claims, ask(claims))
    with claims.house.database.reading() as session:
        instances = select(ProcessInstance.status).join(Application, Application.id == ProcessInstance.application_id)
        found = [session.scalar(instances.where(Application.key == one.key)) for one in (sent, other)]
    assert found == [InstanceStatus.SUSPENDED, InstanceStatus.RUNNING]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"original_seen": False}, OriginalNotSeen),
        ({"reason": " "}, ReasonMissing),
        ({"raw": PAPERS | {"id_number": "12"}}, BadAnswers),
        ({"raw": PAPERS | {"id_number": "999999999"}}, StalePage),
        ({"raw": PAPERS | {"id_kind": "passport", "passport_number": NUMBER}}, StalePage),
    ],
)
def test_a_dispute_needs_the_original_a_reason_and_somebody_verified_with_it(
    claims: Claims, thief: Actor, given: dict[str, Any], refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        ask(claims, **given)
    with claims.house.database.reading() as session:
        assert session.scalars(select(IdentityDispute)).all() == []


@pytest.mark.parametrize("who", ["sopheap", "kunthea", "phally", "dara", "visal"])
def test_only_the_front_office_of_the_office_begins_one(claims: Claims, thief: Actor, who: str) -> None:
    with pytest.raises(NotAllowed):
        ask(claims, who=getattr(claims.cast, who))


@pytest.mark.parametrize("who", ["sopheap", "vannak", "phally", "dara", "visal"])
def test_only_the_head_of_the_office_decides(claims: Claims, thief: Actor, who: str) -> None:
    key = ask(claims)
    for agrees in (True, False):
        with pytest.raises(NotAllowed):
            answer(claims, key, agrees=agrees, who=getattr(claims.cast, who))


def test_nobody_disputes_or_decides_about_themselves(claims: Claims, thief: Actor) -> None:
    office = claims.cast.battambang
    with claims.house.database.transaction() as session:
        for group in ("front_office", "head"):
            session.add(Membership(person_id=thief.person_id, office_id=office, group=group, from_day=HIRED))
    rights = frozenset({("front_office", office), ("head", office)})
    officer = replace(claims.member("+85512777009"), person_id=thief.person_id or 0, memberships=rights)
    real = claims.account("+85512777002", "Mao Sarun")
    claimant = replace(officer, person_id=real.person_id or 0)
    with pytest.raises(NotAllowed):
        ask(claims, who=officer)
    with pytest.raises(NotAllowed):
        ask(claims, who=claimant, person_id=real.person_id)
    key = ask(claims, person_id=real.person_id)
    for who in (officer, claimant):
        for agrees in (True, False):
            with pytest.raises(NotAllowed):
                answer(claims, key, who=who, agrees=agrees)
        with claims.house.database.reading() as session, pytest.raises(NotFound):
            dispute_page(session, claims.house, who.actor, key)


def test_one_dispute_at_a_time_about_a_number(claims: Claims, thief: Actor) -> None:
    together = Barrier(2)

    def one(who: Member) -> object:
        together.wait()
        try:
            ask(claims, who=who)
        except DisputeWaits as waits:
            return type(waits)
        return None

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(one, (claims.cast.bopha, claims.cast.vannak))) == {None, DisputeWaits}


def test_whoever_is_verified_with_another_paper_claims_no_second_number(claims: Claims, thief: Actor) -> None:
    with pytest.raises(AlreadyVerified):
        ask(claims, person_id=claims.cast.dara.person_id)


def test_an_answer_is_stale_when_the_accounts_changed_since(claims: Claims, thief: Actor) -> None:
    key = ask(claims)
    with claims.house.database.transaction() as session:
        session.get_one(Person, thief.person_id).identity_status = "unverified"
    with pytest.raises(StalePage):
        answer(claims, key)
    with pytest.raises(NotFound):
        answer(claims, "no-such-key")


def test_an_answer_needs_a_reason(claims: Claims, thief: Actor) -> None:
    key = ask(claims)
    for agrees in (True, False):
        with pytest.raises(ReasonMissing):
            answer(claims, key, agrees=agrees, reason=" ")


def page(claims: Claims, key: str, who: Member) -> DisputePage:
    with claims.house.database.reading() as session:
        return dispute_page(session, claims.house, who.actor, key)


def test_the_page_shows_both_and_who_may_answer(claims: Claims, thief: Actor) -> None:
    cast, key = claims.cast, ask(claims)
    shown = page(claims, key, cast.kunthea)
    assert [(one.name_latin, one.identity_status) for one in shown.people] == [
        ("MAO SARUN", "unverified"),
        ("SOK CHANTHA", "verified"),
    ]
    assert [len(one.documents) for one in shown.people] == [0, 1]
    assert (shown.may_answer, shown.may_take_back) == (True, False)
    assert (page(claims, key, cast.bopha).may_answer, page(claims, key, cast.bopha).may_take_back) == (False, True)
    for stranger in (cast.phally, cast.sopheap):
        with pytest.raises(NotFound):
            page(claims, key, stranger)
        with claims.house.database.reading() as session:
            assert disputes_of(session, stranger.actor).items == ()
    with claims.house.database.reading() as session:
        assert [one.key for one in disputes_of(session, cast.kunthea.actor).items] == [key]


def test_the_office_reads_the_papers_of_both_while_it_is_open_wherever_they_came_in(claims: Claims) -> None:
    cast, who = claims.cast, claims.account()
    sent = claims.claim(who, NUMBER, office=cast.phnom_penh)
    claims.complete(claims.take(sent, cast.phally), VERIFIED, cast.phally)
    with claims.house.database.reading() as session:
        document = session.scalars(select(Document.key)).one()

    def reads(reader: Member) -> bool:
        with claims.house.database.transaction() as session:
            try:
                return bool(read_document(session, claims.house, reader.actor, document, now=NOW).content)
            except NotFound:
                return False

    readers = (cast.kunthea, cast.bopha, cast.sopheap, cast.rithy)
    assert [reads(one) for one in readers] == [False] * 4
    with claims.house.database.reading() as session:  # nor is it shown at the counter before a dispute
        known = known_holder(session, claims.house, cast.bopha.actor, cast.battambang, PAPERS, now=NOW)
    assert known is not None
    assert known.holder.documents == ()
    key = ask(claims)
    assert [reads(one) for one in readers] == [True, True, False, False]
    assert [len(one.documents) for one in page(claims, key, cast.kunthea).people] == [0, 1]
    answer(claims, key, agrees=False)
    assert [reads(one) for one in readers] == [False] * 4


def test_the_counter_is_shown_who_is_verified_with_the_paper(claims: Claims, thief: Actor) -> None:
    cast = claims.cast
    with claims.house.database.reading() as session:
        known = known_holder(session, claims.house, cast.bopha.actor, cast.battambang, PAPERS, now=NOW)
        assert known is not None
        assert [one.name_latin for one in known.people] == ["MAO SARUN", ""]  # nobody learns a name by typing a number
        assert (known.holder.name_km, known.holder.born_on, known.holder.documents) == ("", None, ())
        same = PAPERS | {"name_latin": "Sok Chantha"}
        known = known_holder(session, claims.house, cast.bopha.actor, cast.battambang, same, now=NOW)
        assert known is not None
        assert known.holder.name_latin == "SOK CHANTHA"
        other = PAPERS | {"id_number": "999999999"}
        assert known_holder(session, claims.house, cast.bopha.actor, cast.battambang, other, now=NOW) is None
        with pytest.raises(NotAllowed):
            known_holder(session, claims.house, cast.sopheap.actor, cast.battambang, PAPERS, now=NOW)
