"""A certificate at the turn of a day and of a year, and two people who revoke it at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

from sqlalchemy import func, select, update

from engine.case.events import verify_chains
from engine.errors import AlreadyRevoked
from engine.results import certificates
from storage.events import CaseEvent
from storage.offices import Office
from storage.payments import Payment
from tests.cast import NOW
from tests.small.cases import Kilns

NEW_YEAR = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
"""Midnight in Phnom Penh."""


def test_a_certificate_of_the_first_hours_of_a_year_belongs_to_that_year(kilns: Kilns) -> None:
    before = kilns.certificate(kilns.approved(now=NEW_YEAR - timedelta(seconds=1)))
    after = kilns.certificate(kilns.approved(now=NEW_YEAR))
    assert (before.number, after.number) == ("KP-02-26-000001", "KP-02-27-000001")
    last_seconds = (datetime(2027, 12, 31, 16, 59, 59, tzinfo=UTC), datetime(2028, 1, 1, 16, 59, 59, tzinfo=UTC))
    assert (before.expires_at, after.expires_at) == last_seconds


def test_each_office_counts_its_own_certificates_and_its_own_receipts(kilns: Kilns) -> None:
    numbers = []
    for code in ("02", "12", "12", "02"):
        with kilns.house.database.transaction() as session:
            session.execute(update(Office).where(Office.id == kilns.cast.phnom_penh).values(code="25"))
            session.execute(update(Office).where(Office.id == kilns.cast.battambang).values(code=code))
        sent = kilns.approved()
        with kilns.house.database.reading() as session:
            paid = select(Payment.receipt_number).where(Payment.application_id == kilns.row(sent).id)
            numbers.append((kilns.certificate(sent).number, session.scalars(paid).one()))
    assert numbers == [
        ("KP-02-26-000001", "R-02-26-000001"),
        ("KP-12-26-000001", "R-12-26-000001"),
        ("KP-12-26-000002", "R-12-26-000002"),
        ("KP-02-26-000002", "R-02-26-000002"),
    ]


def test_the_reason_of_a_revocation_is_kept_up_to_a_thousand_signs(kilns: Kilns) -> None:
    number = kilns.certificate(kilns.approved()).number
    with kilns.house.database.transaction() as session:
        certificates.revoke(session, kilns.cast.kunthea.actor, number, "ក" * 1001, now=NOW)
    with kilns.house.database.reading() as session:
        kept = session.scalars(select(CaseEvent.personal).where(CaseEvent.kind == "certificate_revoked")).one()
    assert kept == {"reason": "ក" * certificates.LONGEST_REASON}
    assert certificates.LONGEST_REASON == 1000


def test_of_two_revocations_at_once_one_counts_and_the_other_is_told(kilns: Kilns) -> None:
    sent = kilns.approved()
    number, together = kilns.certificate(sent).number, Barrier(2)

    def attempt(reason: str) -> str:
        together.wait()
        try:
            with kilns.house.database.transaction() as session:
                certificates.revoke(session, kilns.cast.kunthea.actor, number, reason, now=NOW)
            return "revoked"
        except AlreadyRevoked:
            return "told"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, ("a", "b"))) == ["revoked", "told"]
    with kilns.house.database.reading() as session:
        revoked = select(func.count()).select_from(CaseEvent).where(CaseEvent.kind == "certificate_revoked")
        assert session.scalar(revoked) == 1
        assert list(verify_chains(session)) == []
