"""Who hears of a release: approvers that it waits, its makers what became of it; each once, in their language."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from engine.clockwork import schedule
from engine.errors import ReasonMissing
from engine.packages.groups import ANALYST, APPROVER
from engine.people.actors import Actor
from engine.people.notice_words import sentence
from engine.releases import deciding, making, telling
from storage.messages import MessageChannel, Notification
from storage.notices import NoticeKind, NoticePlace
from storage.people import Membership, Person
from storage.releases import Release
from tests.bell import notices, rung
from tests.cast import NOW
from tests.small.agreeing import MINISTRY, Agreeing, kiln_files
from tests.small.cases import SERVICE, Kilns

APRIL = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)


@pytest.fixture
def agreeing(kilns: Kilns) -> Agreeing:
    return Agreeing(kilns)


def told(agreeing: Agreeing, actor: Actor) -> list[str]:
    """The titles of what somebody was told, in order; what their bell rings too is recorded and does not leave."""
    with agreeing.house.database.reading() as session:
        rows = session.scalars(select(Notification).where(Notification.person_id == actor.person_id))
        found = sorted(rows, key=lambda row: row.id)
    assert all((row.channel == MessageChannel.PORTAL) is ("release_waits" in row.idempotency_key) for row in found)
    return [row.subject for row in found]


def bodies(agreeing: Agreeing, actor: Actor) -> list[str]:
    with agreeing.house.database.reading() as session:
        wanted = select(Notification.body).where(Notification.person_id == actor.person_id)
        return list(session.scalars(wanted.order_by(Notification.id)))


def in_english(agreeing: Agreeing, *actors: Actor) -> None:
    with agreeing.house.database.transaction() as session:
        ids = [actor.person_id for actor in actors]
        session.execute(update(Person).where(Person.id.in_(ids)).values(language="en"))


@pytest.fixture
def approver(agreeing: Agreeing) -> Actor:
    """Vannak, approver of the ministry; Sothea approves everywhere."""
    found = agreeing.belongs(agreeing.cast.vannak, APPROVER, MINISTRY)
    in_english(agreeing, found, agreeing.analyst, agreeing.approver)
    return found


def test_approvers_and_makers_find_a_release_under_the_bell(agreeing: Agreeing) -> None:
    agreeing.kilns.send()
    key = agreeing.begin()
    agreeing.put_in(key)
    agreeing.submit(key)
    (waits,) = notices(agreeing.house, agreeing.cast.sothea)
    assert (waits.kind, waits.place_kind, waits.opens) == (NoticeKind.RELEASE_WAITS, NoticePlace.RELEASE, key)
    assert sentence(waits.kind, waits.facts, "en") == "A release waits for approval: Clearer words"
    for _ in range(2):
        agreeing.replayed()
    assert rung(agreeing.house, agreeing.cast.chenda) == [NoticeKind.RELEASE_REPLAYED]


def test_the_approvers_of_the_ministry_hear_that_a_release_waits_and_nobody_else(
    agreeing: Agreeing, approver: Actor
) -> None:
    stranger = agreeing.belongs(agreeing.cast.bopha, APPROVER, "tourism")
    key = agreeing.begin()
    agreeing.put_in(key)
    agreeing.submit(key)
    for actor, heard in (
        (approver, ["Waits for approval: Clearer words"]),
        (agreeing.approver, ["Waits for approval: Clearer words"]),
        (agreeing.analyst, []),
        (stranger, []),
        (agreeing.cast.visal.actor, []),
    ):
        assert told(agreeing, actor) == heard
    assert "of industry waits for you" in bodies(agreeing, approver)[0].lower()


def test_an_approver_who_made_a_part_is_not_asked_to_approve_it(agreeing: Agreeing, approver: Actor) -> None:
    author = agreeing.belongs(agreeing.cast.vannak, ANALYST, MINISTRY)
    key = agreeing.begin()
    with agreeing.house.database.transaction() as session:
        making.put_in(session, agreeing.house, author, key, kiln_files(), now=NOW)
    agreeing.submit(key)
    assert told(agreeing, approver) == []


def test_somebody_who_is_no_approver_any_more_hears_nothing(agreeing: Agreeing, approver: Actor) -> None:
    yesterday = (NOW - timedelta(days=1)).date()
    with agreeing.house.database.transaction() as session:
        session.execute(update(Membership).where(Membership.person_id == approver.person_id).values(to_day=yesterday))
    key = agreeing.begin()
    agreeing.put_in(key)
    agreeing.submit(key)
    assert told(agreeing, approver) == []


def test_its_makers_hear_that_it_was_sent_back_and_why_and_the_approvers_when_it_waits_again(
    agreeing: Agreeing, approver: Actor
) -> None:
    key = agreeing.begin()
    agreeing.put_in(key)
    for _ in range(2):
        agreeing.submit(key)
        with pytest.raises(ReasonMissing), agreeing.house.database.transaction() as session:
            deciding.send_back(session, agreeing.house, approver, key, " ", now=NOW)
        with agreeing.house.database.transaction() as session:
            deciding.send_back(session, agreeing.house, approver, key, "The citation is missing.", now=NOW)
    assert told(agreeing, agreeing.analyst) == ["Sent back: Clearer words"] * 2
    assert bodies(agreeing, agreeing.analyst)[0].endswith("Reason: The citation is missing.")
    assert told(agreeing, approver) == ["Waits for approval: Clearer words"] * 2


def test_its_makers_hear_from_when_it_is_in_effect_and_everybody_concerned_when_it_is(
    agreeing: Agreeing, approver: Actor
) -> None:
    agreeing.approve(agreeing.submitted(planned_for=APRIL), actor=approver)
    assert told(agreeing, agreeing.analyst) == ["Approved: Clearer words"]
    assert "In effect from 1 Apr 2026, 00:00." in bodies(agreeing, agreeing.analyst)[0]
    with agreeing.house.database.reading() as session:
        assert session.scalar(select(telling.next_due())) == APRIL
    for moment in (NOW, APRIL - timedelta(seconds=1)):
        assert telling.tell_due(agreeing.house, now=moment) == 0
    schedule.sweep(agreeing.house, now=APRIL)
    assert telling.tell_due(agreeing.house, now=APRIL) == 0
    assert told(agreeing, agreeing.analyst)[1:] == ["In effect: Clearer words"]
    assert told(agreeing, approver) == ["Waits for approval: Clearer words", "In effect: Clearer words"]
    assert told(agreeing, agreeing.approver) == ["Waits for approval: Clearer words"]


def test_what_is_in_effect_as_soon_as_it_is_approved_is_told_of_once(agreeing: Agreeing, approver: Actor) -> None:
    agreeing.approve(agreeing.submitted(), actor=approver)
    schedule.sweep(agreeing.house, now=APRIL)
    assert told(agreeing, agreeing.analyst) == ["Approved: Clearer words"]


def test_two_workers_tell_of_a_moment_once(agreeing: Agreeing, approver: Actor) -> None:
    agreeing.approve(agreeing.submitted(planned_for=APRIL), actor=approver)
    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(telling.tell_due, agreeing.house, now=APRIL) for _ in range(2)]
    assert sum(each.result() for each in found) == 1
    assert told(agreeing, agreeing.analyst) == ["Approved: Clearer words", "In effect: Clearer words"]


def test_who_withdraws_tells_the_others_and_nobody_hears_of_its_moment(agreeing: Agreeing, approver: Actor) -> None:
    key = agreeing.submitted(planned_for=APRIL)
    agreeing.approve(key, actor=approver)
    agreeing.withdraw(key)
    schedule.sweep(agreeing.house, now=APRIL)
    assert told(agreeing, agreeing.analyst)[1:] == ["Withdrawn: Clearer words"]
    assert told(agreeing, approver)[1:] == ["Withdrawn: Clearer words"]
    assert told(agreeing, agreeing.approver)[1:] == []


def test_its_makers_hear_what_was_published_under_it_once(agreeing: Agreeing, approver: Actor) -> None:
    under = agreeing.begin("Mine")
    agreeing.put_in(under, kiln_files("Mine."))
    agreeing.approve(agreeing.submitted(), actor=approver)
    assert told(agreeing, agreeing.analyst) == ["Overtaken: Mine", "Approved: Clearer words"]
    assert SERVICE in next(body for body in bodies(agreeing, agreeing.analyst) if "under your release" in body)


def test_nobody_is_told_that_a_finished_release_was_overtaken(agreeing: Agreeing, approver: Actor) -> None:
    agreeing.approve(agreeing.submitted("One."), actor=approver)
    withdrawn = agreeing.begin("Dropped")
    agreeing.withdraw(withdrawn)
    agreeing.approve(agreeing.submitted("Two."), actor=approver)
    assert not [title for title in told(agreeing, agreeing.analyst) if title.startswith("Overtaken")]


def test_they_are_told_in_khmer_where_that_is_their_language(agreeing: Agreeing) -> None:
    key = agreeing.begin("ពាក្យថ្មី")
    agreeing.put_in(key)
    agreeing.submit(key)
    assert told(agreeing, agreeing.approver) == ["រង់ចាំអនុម័ត៖ ពាក្យថ្មី"]
    with agreeing.house.database.reading() as session:
        assert session.scalar(select(Release.tell_at)) is None
