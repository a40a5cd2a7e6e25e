"""The result leaves the office once, against a name, an identity check and a signature."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.errors import BadAnswers, NotAllowed, NothingToHandOver
from engine.handovers import handovers
from engine.handovers.handovers import Collected
from engine.handovers.signatures import Signature
from storage.applications import Certificate, Handover
from tests.cast import NOW, Member
from tests.small.cases import Kilns

SIGNED = Signature("drawn", b"a drawing", "image/png")
COLLECTED = Collected("Sok Dara", "អត្តសញ្ញាណប័ណ្ណ 010203040", SIGNED)


def hand_over(
    kilns: Kilns,
    sent: Submitted,
    who: Member | None = None,
    collected: Collected = COLLECTED,
    element: str = "hand_over",
) -> handovers.HandedOver:
    task_key = kilns.task(sent, element)
    with kilns.house.database.transaction() as session:
        actor = (who or kilns.cast.bopha).actor
        return handovers.hand_over(session, kilns.house, actor, task_key, collected, now=NOW)


def test_a_handover_ends_the_case_and_keeps_the_signature(kilns: Kilns) -> None:
    sent = kilns.approved()
    done = hand_over(kilns, sent)
    assert (done.received_by, done.reference, done.at) == ("Sok Dara", sent.reference, NOW)
    row = kilns.row(sent)
    assert (row.status, row.outcome, row.stage) == ("ended", "approved", "collected")
    with kilns.house.database.reading() as session:
        kept = session.scalars(select(Handover)).one()
    assert kilns.house.files.get(kept.signature_sha256) == SIGNED.content
    assert (kept.kind, kept.identity_note) == ("drawn", COLLECTED.identity_note)


def test_a_second_click_keeps_the_first_record(kilns: Kilns) -> None:
    sent = kilns.approved()
    first = hand_over(kilns, sent)
    assert hand_over(kilns, sent, collected=Collected("Somebody Else", "none", SIGNED)) == first


@pytest.mark.parametrize("who", ["rithy", "phally", "dara", "sopheap"])
def test_only_the_front_office_of_the_office_hands_over(kilns: Kilns, who: str) -> None:
    sent = kilns.approved()
    with pytest.raises(NotAllowed):
        hand_over(kilns, sent, getattr(kilns.cast, who))


def test_nobody_hands_a_result_to_themselves(kilns: Kilns) -> None:
    sent = kilns.send(kilns.cast.vannak)
    kilns.pay(sent)
    kilns.check(sent, "ok")
    with pytest.raises(NotAllowed):
        hand_over(kilns, sent, kilns.cast.vannak)


def test_a_name_and_an_identity_check_are_needed(kilns: Kilns) -> None:
    sent = kilns.approved()
    with pytest.raises(BadAnswers) as refused:
        hand_over(kilns, sent, collected=Collected(" ", "", SIGNED))
    assert set(refused.value.errors) == {"received_by", "identity_note"}


def test_a_revoked_certificate_is_not_handed_over(kilns: Kilns) -> None:
    sent = kilns.approved()
    with kilns.house.database.transaction() as session:
        session.scalars(select(Certificate)).one().revoked_at = NOW
    with pytest.raises(NothingToHandOver):
        hand_over(kilns, sent)


def test_a_task_of_another_kind_hands_nothing_over(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    with pytest.raises(NothingToHandOver):
        hand_over(kilns, sent, element="check")
