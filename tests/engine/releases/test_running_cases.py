"""What a release means for running cases: how many there are, and the transfers to its versions, of pilots too."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from engine.applications.submitting import Submitted
from engine.queries.analyst.release_page import ReleaseShown, release_page
from engine.versions import transfers
from storage.applications import Application
from storage.processes import ProcessDefinition, ProcessInstance
from tests.cast import NOW
from tests.small.agreeing import Agreeing
from tests.small.cases import SERVICE, Kilns


@pytest.fixture
def agreeing(kilns: Kilns) -> Agreeing:
    return Agreeing(kilns)


def shown(agreeing: Agreeing, key: str) -> ReleaseShown:
    with agreeing.house.database.reading() as session:
        return release_page(session, agreeing.house, agreeing.analyst, key, now=NOW)


def sent_at(agreeing: Agreeing, office_id: int) -> Submitted:
    """A running case of the office."""
    sent = agreeing.kilns.send()
    with agreeing.house.database.transaction() as session:
        session.execute(update(Application).where(Application.key == sent.key).values(office_id=office_id))
    return sent


def version_of(agreeing: Agreeing, sent: Submitted) -> int:
    with agreeing.house.database.reading() as session:
        of_case = select(ProcessDefinition.version).join(
            ProcessInstance, ProcessInstance.definition_id == ProcessDefinition.id
        )
        return session.scalars(of_case.where(ProcessInstance.application_id == agreeing.kilns.row(sent).id)).one()


def transferred(agreeing: Agreeing) -> int:
    administrator = agreeing.cast.visal.actor
    with agreeing.house.database.transaction() as session:
        number = transfers.begin(
            session, agreeing.house, administrator, SERVICE, 2, mapping={}, reason="For all.", now=NOW
        )
    transfers.go_on(agreeing.house, number, now=NOW)
    return number


def test_the_page_counts_running_cases_and_says_how_far_their_transfer_is(agreeing: Agreeing) -> None:
    sent = sent_at(agreeing, agreeing.cast.battambang)
    key = agreeing.submitted()
    agreeing.approve(key)
    assert (shown(agreeing, key).changed[0].running, shown(agreeing, key).transfers) == (1, ())
    number = transferred(agreeing)
    assert version_of(agreeing, sent) == 2
    (line,) = shown(agreeing, key).transfers
    assert (line.id, line.counts, line.left, line.undone_at) == (number, {"safe": 1}, 0, None)
    assert shown(agreeing, key).changed[0].running == 0
    transfers.undo(agreeing.house, agreeing.cast.visal.actor, number, now=NOW)
    assert shown(agreeing, key).transfers[0].undone_at == NOW
    assert version_of(agreeing, sent) == 1


def test_a_pilot_counts_and_takes_the_cases_of_its_offices_only(agreeing: Agreeing) -> None:
    here, elsewhere = (sent_at(agreeing, office) for office in (agreeing.cast.battambang, agreeing.cast.phnom_penh))
    key = agreeing.submitted(offices=("02",))
    agreeing.approve(key)
    assert shown(agreeing, key).changed[0].running == 1
    surveyed = transfers.survey(agreeing.house, agreeing.cast.visal.actor, SERVICE, 2, mapping={}, now=NOW)
    assert [verdict.application_id for verdict in surveyed] == [agreeing.kilns.row(here).id]
    transferred(agreeing)
    assert [version_of(agreeing, sent) for sent in (here, elsewhere)] == [2, 1]


def test_transfers_of_another_release_are_not_told(agreeing: Agreeing) -> None:
    sent_at(agreeing, agreeing.cast.battambang)
    agreeing.approve(agreeing.submitted("One."))
    transferred(agreeing)
    other = agreeing.submitted("Two.")
    agreeing.approve(other)
    assert shown(agreeing, other).transfers == ()
