"""How long a result holds: by length, to an answered day, by a choice, for one use, without end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.errors import AlreadyUsed, NotAllowed, NotForOneUse, NotInForce
from engine.house import House
from engine.localise import local
from engine.queries.public.verification import verify
from engine.results import certificates
from storage.applications import Certificate
from storage.processes import Incident
from tests.cast import NOW, Cast
from tests.small.cases import Kilns
from tests.small.files import changed
from tests.small.services import SmallService, found, scale_checks

VALIDITY = ("service.yaml", "validity: {until: row.next_check}")


def scales(house: House, cast: Cast, validity: str) -> SmallService:
    return scale_checks(house, cast, changed("industry/scale_check", (*VALIDITY, f"validity: {validity}")))


def issue_one(service: SmallService) -> Certificate:
    key = service.send()
    service.work(key, "verify", found(True))
    return service.certificates(key)[0]


def state(service: SmallService, one: Certificate, **later: float) -> str:
    with service.house.database.reading() as session:
        return verify(session, one.code, now=NOW + timedelta(**later)).state


@pytest.mark.parametrize(
    ("validity", "last_day"),
    [
        ("6 months", "2026-09-02"),
        ("{until: row.next_check}", "2027-03-02"),
        ("{by: row.kind, lengths: {table: 2 years, floor: 1 year}}", "2028-03-02"),
        ("{by: row.kind, lengths: {table: permanent, floor: 1 year}}", None),
        ("{length: 3 days, single_use: true}", "2026-03-05"),
        ("single use", None),
        ("permanent", None),
    ],
)
def test_the_last_day_is_what_the_service_says(house: House, cast: Cast, validity: str, last_day: str | None) -> None:
    one = issue_one(scales(house, cast, validity))
    assert (str(local(one.expires_at).date()) if one.expires_at else None) == last_day
    assert one.single_use == ("single" in validity)


def test_a_paper_that_would_hold_on_no_day_is_not_issued(house: House, cast: Cast) -> None:
    service = scales(house, cast, "{until: row.next_check}")
    key = service.send()
    service.work(key, "verify", found(True, next_check="2026-03-01"))
    assert service.certificates(key) == ()
    with house.database.reading() as session:
        (incident,) = session.scalars(select(Incident)).all()
    assert "the day in row.next_check has passed, so the result would hold on no day" in incident.reason


def test_one_for_a_single_use_is_used_once_by_any_officer_and_then_is_over(house: House, cast: Cast) -> None:
    service = scales(house, cast, "{length: 3 days, single_use: true}")
    one = issue_one(service)
    assert state(service, one) == "valid"
    with house.database.transaction() as session:
        certificates.mark_used(session, cast.phally.actor, one.number, now=NOW)
    assert state(service, one) == "used"
    with pytest.raises(AlreadyUsed) as again, house.database.transaction() as session:
        certificates.mark_used(session, cast.bopha.actor, one.number, now=NOW)
    assert again.value.facts["at"] == NOW


def test_nobody_uses_up_what_is_over_or_holds_for_longer_or_is_their_own(house: House, cast: Cast) -> None:
    service = scales(house, cast, "{length: 3 days, single_use: true}")
    one = issue_one(service)
    for who in (cast.dara, cast.sreyneang):
        with pytest.raises(NotAllowed), house.database.transaction() as session:
            certificates.mark_used(session, who.actor, one.number, now=NOW)
    with pytest.raises(NotInForce), house.database.transaction() as session:
        certificates.mark_used(session, cast.bopha.actor, one.number, now=NOW + timedelta(days=4))
    assert state(service, one, days=4) == "expired"


def test_a_licence_for_a_year_is_not_used_up(kilns: Kilns) -> None:
    kilns.approved()
    with pytest.raises(NotForOneUse), kilns.house.database.transaction() as session:
        certificates.mark_used(session, kilns.cast.bopha.actor, "KP-02-26-000001", now=NOW)


def test_what_was_revoked_says_so_also_when_it_was_used_before(house: House, cast: Cast) -> None:
    service = scales(house, cast, "single use")
    one = issue_one(service)
    with house.database.transaction() as session:
        certificates.mark_used(session, cast.bopha.actor, one.number, now=NOW)
    with house.database.transaction() as session:
        certificates.revoke(session, cast.kunthea.actor, one.number, "ខុស", now=NOW)
    assert state(service, one) == "revoked"
