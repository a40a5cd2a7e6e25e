"""Revoking a certificate: by the head of the office, once, with a reason that stays in the history."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from engine.case.events import verify_chains
from engine.errors import AlreadyRevoked, NotAllowed, NotFound, ReasonMissing
from engine.results import certificates
from storage.applications import Certificate
from storage.events import CaseEvent
from tests.cast import NOW, Member
from tests.small.cases import Kilns

NUMBER = "KP-02-26-000001"


def revoke(kilns: Kilns, who: Member, reason: str = "ឡត្រូវបានបិទ") -> None:
    with kilns.house.database.transaction() as session:
        certificates.revoke(session, who.actor, NUMBER, reason, now=NOW)


def test_the_head_revokes_it_and_the_history_knows_why(kilns: Kilns) -> None:
    sent = kilns.approved()
    revoke(kilns, kilns.cast.kunthea)
    assert kilns.certificate(sent).revoked_at == NOW
    with kilns.house.database.reading() as session:
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "certificate_revoked")).one()
        assert event.personal == {"reason": "ឡត្រូវបានបិទ"}
        assert event.data == {"number": NUMBER}
        assert list(verify_chains(session)) == []


def test_an_officer_who_is_not_the_head_may_not(kilns: Kilns) -> None:
    kilns.approved()
    with pytest.raises(NotAllowed):
        revoke(kilns, kilns.cast.bopha)


def test_a_reason_is_needed(kilns: Kilns) -> None:
    sent = kilns.approved()
    with pytest.raises(ReasonMissing):
        revoke(kilns, kilns.cast.kunthea, " \u200b ")
    assert kilns.certificate(sent).revoked_at is None


def test_it_is_revoked_once(kilns: Kilns) -> None:
    kilns.approved()
    revoke(kilns, kilns.cast.kunthea)
    with pytest.raises(AlreadyRevoked):
        revoke(kilns, kilns.cast.kunthea)


def test_it_is_looked_at_anew_before_it_is_revoked(kilns: Kilns) -> None:
    sent = kilns.approved()
    with kilns.house.database.transaction() as session:
        seen = session.scalars(select(Certificate)).one()
        session.execute(update(Certificate).values(revoked_at=NOW).execution_options(synchronize_session=False))
        assert seen.revoked_at is None
        with pytest.raises(AlreadyRevoked):
            certificates.revoke(session, kilns.cast.kunthea.actor, NUMBER, "ឡត្រូវបានបិទ", now=NOW)
    assert kilns.certificate(sent).revoked_at == NOW


def test_a_number_that_was_never_given_is_not_found(kilns: Kilns) -> None:
    with pytest.raises(NotFound):
        revoke(kilns, kilns.cast.kunthea)
