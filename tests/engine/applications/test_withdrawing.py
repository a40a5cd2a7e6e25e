"""Withdrawing: at any time before the decision, once, by the applicant."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from engine.applications import submitting
from engine.errors import CannotWithdraw, NotFound
from storage.messages import MessageChannel, Notification
from tests.cast import NOW, Cast, Member
from tests.engine.applications.test_submitting import send, verification
from tests.journeys.guesthouse import Guesthouse


def withdraw(licence: Guesthouse, who: Member, key: str) -> None:
    with licence.house.database.transaction() as session:
        submitting.withdraw(session, licence.house, who.actor, key, now=NOW)


def returned(licence: Guesthouse) -> str:
    key = licence.paid()
    licence.check(key, "return")
    return key


def in_review(licence: Guesthouse) -> str:
    key = licence.paid()
    licence.check(key)
    licence.review(key)
    return key


@pytest.mark.parametrize("before", [Guesthouse.sent, Guesthouse.paid, returned, in_review])
def test_an_application_is_withdrawn_at_any_time_before_the_decision(
    licence: Guesthouse, cast: Cast, before: Callable[[Guesthouse], str]
) -> None:
    key = before(licence)
    withdraw(licence, cast.dara, key)
    row = licence.row(key)
    assert (row.status, row.outcome, row.waits_for_applicant) == ("ended", "withdrawn", False)
    assert licence.open_tasks(key) == []
    assert {clock.status for kind in ("term", "norm") for clock in licence.clocks(key, kind)} == {"stopped"}


def test_withdrawing_twice_changes_nothing_and_tells_once(licence: Guesthouse, cast: Cast) -> None:
    key = licence.sent()
    withdraw(licence, cast.dara, key)
    seq = licence.row(key).event_seq
    withdraw(licence, cast.dara, key)
    assert licence.row(key).event_seq == seq
    with licence.house.database.reading() as session:
        told = session.scalars(select(Notification).where(Notification.channel == MessageChannel.SMS)).all()
    assert len(told) == 2  # received, withdrawn


def test_a_decided_application_stays_decided(licence: Guesthouse, cast: Cast) -> None:
    key = licence.approved()
    with pytest.raises(CannotWithdraw):
        withdraw(licence, cast.dara, key)


def test_a_process_that_does_not_provide_for_it_says_so(licence: Guesthouse, cast: Cast) -> None:
    key = verification(licence, cast.sreyneang)
    send(licence, cast.sreyneang, key)
    with pytest.raises(CannotWithdraw):
        withdraw(licence, cast.sreyneang, key)
    assert licence.open_tasks(key) == ["verify"]


def test_a_draft_is_deleted_not_withdrawn(licence: Guesthouse, cast: Cast) -> None:
    with pytest.raises(NotFound):
        withdraw(licence, cast.dara, licence.draft())


def test_nobody_withdraws_the_application_of_another(licence: Guesthouse, cast: Cast) -> None:
    key = licence.sent()
    for other in (cast.sreyneang, cast.bopha, cast.kunthea):
        with pytest.raises(NotFound):
            withdraw(licence, other, key)
