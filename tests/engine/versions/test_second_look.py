"""A transfer whose mapping takes cases past payment, decision or paper waits for a second administrator."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.clockwork import schedule
from engine.errors import ProposalOver, SecondNeeded
from engine.people.actors import OPERATOR, Actor
from engine.versions import second_look, transfers
from storage.applications import Application
from tests.administrators import second
from tests.cast import NOW
from tests.engine.versions.test_transfers import WHY, versions
from tests.small.cases import SERVICE, Kilns

PAST = {"pay": "check", "begin": "begin"}
"""Whoever waits to be paid for goes on with the check."""
SOME = "sqlite"


def begin(kilns: Kilns, who: Actor, mapping: dict[str, str]) -> int:
    with kilns.house.database.transaction() as session:
        return transfers.begin(session, kilns.house, who, SERVICE, 2, mapping=mapping, reason=WHY, now=NOW)


def confirm(kilns: Kilns, number: int, who: Actor, *, later: int = 0) -> None:
    with kilns.house.database.transaction() as session:
        second_look.confirm(session, who, number, now=NOW + timedelta(days=later))


@pytest.fixture
def unpaid(kilns: Kilns) -> Kilns:
    kilns.send()
    kilns.draw(2, ('id="f2"', 'id="f2" name="then"'))
    return kilns


def test_cases_that_a_mapping_takes_past_payment_stay_until_a_second_administrator_confirms(unpaid: Kilns) -> None:
    number = begin(unpaid, unpaid.cast.visal.actor, PAST)
    assert transfers.go_on(unpaid.house, number, now=NOW) == ()
    schedule.sweep(unpaid.house, now=NOW)
    with unpaid.house.database.reading() as session:
        assert schedule.next_due(session) != NOW
    assert versions(unpaid) == {1: 1}
    confirm(unpaid, number, second(unpaid.house).actor)
    assert [one.verdict for one in transfers.go_on(unpaid.house, number, now=NOW)] == ["mapped"]
    assert versions(unpaid) == {2: 1}


@pytest.mark.parametrize("database_kind", [SOME], indirect=True)
def test_nobody_confirms_their_own_transfer_and_anybody_else_that_of_the_operator(unpaid: Kilns) -> None:
    visal, number = unpaid.cast.visal.actor, begin(unpaid, unpaid.cast.visal.actor, PAST)
    for who in (visal, OPERATOR):
        with pytest.raises(SecondNeeded):
            confirm(unpaid, number, who)
    with pytest.raises(ProposalOver):
        confirm(unpaid, number, second(unpaid.house).actor, later=7)
    transfers.undo(unpaid.house, visal, number, now=NOW)
    with pytest.raises(ProposalOver):
        confirm(unpaid, number, second(unpaid.house).actor)
    confirm(unpaid, begin(unpaid, OPERATOR, PAST), visal)


@pytest.mark.parametrize("mapping", [{}, {"pay": "pay"}, {"tell": "tell"}])
@pytest.mark.parametrize("database_kind", [SOME], indirect=True)
def test_a_mapping_that_passes_nothing_is_a_matter_for_one(unpaid: Kilns, mapping: dict[str, str]) -> None:
    assert len(transfers.go_on(unpaid.house, begin(unpaid, unpaid.cast.visal.actor, mapping), now=NOW)) == 1


@pytest.mark.parametrize("mapping", [PAST, {"tell": "issue"}, {"check": "hand_over"}, {"correct": "hand_over"}])
@pytest.mark.parametrize("database_kind", [SOME], indirect=True)
def test_whatever_loses_a_payment_a_decision_or_a_paper_is_a_matter_for_two(
    unpaid: Kilns, mapping: dict[str, str]
) -> None:
    assert transfers.go_on(unpaid.house, begin(unpaid, unpaid.cast.visal.actor, mapping), now=NOW) == ()


@pytest.mark.parametrize("database_kind", [SOME], indirect=True)
def test_the_case_of_one_of_the_two_stays(unpaid: Kilns) -> None:
    colleague, number = second(unpaid.house), begin(unpaid, unpaid.cast.visal.actor, PAST)
    with unpaid.house.database.transaction() as session:
        session.execute(update(Application).values(applicant_id=colleague.person_id))
    confirm(unpaid, number, colleague.actor)
    (verdict,) = transfers.go_on(unpaid.house, number, now=NOW)
    assert (verdict.verdict, verdict.obstacles[0].fact) == ("blocked", "own-case")
