"""What another version would have done with a case: the same, another path, or where it would have been stuck."""

from __future__ import annotations

import pytest

from engine import bpmn
from engine.applications.submitting import Submitted
from engine.case.opening import read_case
from engine.errors import NotFound
from engine.flow import by_hand
from engine.people.actors import OPERATOR
from engine.versions import rehearsing, transfers
from engine.versions.rehearsing import Rehearsal
from engine.versions.replaying import replay
from tests.administrators import confirm
from tests.cast import NOW
from tests.engine.versions.test_transfers import CHECK_ID, CHECK_LANE, CHECK_OUT, CHECK_REFS, RENAMED, WHY
from tests.small.cases import SERVICE, Kilns

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
NEVER_REFUSED = ('result == "refuse"', 'result == "never"')
NEVER_RETURNED = ('result == "return"', 'result == "never"')
EXAMINE = (CHECK_ID, CHECK_REFS, CHECK_OUT, CHECK_LANE)


def tried(kilns: Kilns, sent: Submitted, version: int) -> Rehearsal:
    with kilns.house.database.reading() as session:
        there = kilns.house.catalog.numbered(session, SERVICE, version)
        return rehearsing.rehearse(session, kilns.house, kilns.row(sent).id, there)


def checked(kilns: Kilns, result: str) -> Submitted:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, result)
    return sent


def token_at(kilns: Kilns, sent: Submitted, element_id: str) -> str:
    with kilns.house.database.reading() as session:
        case = read_case(session, kilns.house, kilns.row(sent).id)
        found = bpmn.positions(case.published.process, case.instance.state, now=NOW)
        return next(one.id for one in found if one.element_id == element_id)


def test_a_version_that_differs_in_words_only_does_the_same(kilns: Kilns) -> None:
    sent = checked(kilns, "refuse")
    kilns.draw(2, RENAMED)
    found = tried(kilns, sent, 2)
    assert (found.outcome, found.parted, found.status, found.waits) == ("same", None, "completed", ())
    assert all(step.there == step.then for step in found.steps)
    assert [step.kind for step in found.steps] == ["start", "complete", "complete", "complete"]


def test_another_way_is_told_with_the_step_and_the_element_where_it_parts(kilns: Kilns) -> None:
    sent = checked(kilns, "return")
    kilns.draw(2, NEVER_RETURNED)
    found = tried(kilns, sent, 2)
    assert (found.outcome, found.element_id, found.waits) == ("other", "approve", ("approve",))
    assert found.parted is not None
    assert (found.parted.kind, found.parted.about, found.parted.at) == ("complete", "check", NOW)
    assert found.parted.then == ("check", "which")


def test_a_step_that_cannot_be_taken_there_is_told_with_what_waits_instead(kilns: Kilns) -> None:
    sent = checked(kilns, "refuse")
    kilns.draw(2, NEVER_REFUSED)
    found = tried(kilns, sent, 2)
    assert (found.outcome, found.element_id, found.waits) == ("stuck", "refuse", ("approve",))
    assert found.refusal == "TaskNotReady"
    assert found.parted is not None
    assert found.parted.there is None


def test_what_was_done_by_hand_is_tried_there_too(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    visal = kilns.cast.visal.actor
    with kilns.house.database.transaction() as session:
        by_hand.correct(session, kilns.house, visal, sent.key, "kilns", typed="3", reason=WHY, now=NOW)
    with kilns.house.database.transaction() as session:
        token = token_at(kilns, sent, "check")
        by_hand.move(session, kilns.house, visal, sent.key, token, target_id="tell", reason=WHY, now=NOW)
    confirm(kilns.house, sent.key)
    with kilns.house.database.transaction() as session:
        token = token_at(kilns, sent, "hand_over")
        by_hand.skip(session, kilns.house, visal, sent.key, token, reason=WHY, now=NOW)
    confirm(kilns.house, sent.key)
    kilns.draw(2, RENAMED)
    found = tried(kilns, sent, 2)
    assert (found.outcome, found.status) == ("same", "completed")
    assert [step.kind for step in found.steps][-3:] == ["move", "complete", "skip"]
    kilns.draw(3, ('"tell"', '"say"'))
    assert tried(kilns, sent, 3).refusal == "MoveNotPossible"


def test_a_case_that_was_transferred_is_known_by_the_names_of_both_versions(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.draw(2, *EXAMINE, texts=("  check: {km", "  examine: {km"))
    made = transfers.transfer(kilns.house, OPERATOR, SERVICE, 2, mapping={"check": "examine"}, reason=WHY, now=NOW)
    assert [one.verdict for one in made.verdicts] == ["mapped"]
    kilns.check(sent, "ok", element_id="examine")
    assert [tried(kilns, sent, number).outcome for number in (1, 2)] == ["same", "same"]
    with kilns.house.database.reading() as session:
        assert replay(session, kilns.house, kilns.row(sent).id).same


def test_what_never_began_cannot_be_tried(kilns: Kilns) -> None:
    with kilns.house.database.reading() as session:
        there = kilns.house.catalog.numbered(session, SERVICE, 1)
    with kilns.house.database.reading() as session, pytest.raises(NotFound):
        rehearsing.rehearse(session, kilns.house, 12345, there)
