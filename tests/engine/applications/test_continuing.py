"""Renewing and changing a certificate: by its holder or at the counter, in its time, once; then the old is replaced."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO

import pypdf
import pytest
from sqlalchemy import select

from engine.applications import drafts
from engine.applications.continuing import Chosen, continue_certificate
from engine.case.events import verify_chains
from engine.clockwork import schedule
from engine.errors import (
    CannotContinue,
    CertificateNeeded,
    ContinuationRuns,
    NotAllowed,
    NotInForce,
    NotTheirCertificate,
    RenewalNotOpen,
    RenewalTooLate,
)
from engine.house import House
from engine.queries.public.verification import verify
from engine.results import certificates
from engine.results.standing import last_day_of
from storage.applications import Certificate
from storage.continuations import ContinuationKind
from storage.events import CaseEvent
from storage.messages import Notification
from storage.processes import ProcessInstance
from tests.cast import NOW, Cast, Member
from tests.small.files import licence
from tests.small.services import SmallService, found, opened

RENEWAL, CHANGE = ContinuationKind.RENEWAL, ContinuationKind.CHANGE
ANSWERS = {"shop": "ហាងថ្មី", "scales-0-kind": "table", "scales-0-serial": "A1"}
NUMBER, NEXT = "SC-02-26-000001", "SC-02-27-000001"
TOLD = select(Notification.body).where(Notification.idempotency_key.like("certificate/%/renewal%")).distinct()
IN_TIME = NOW + timedelta(days=330)
"""Within 60 days of the end, 2 March 2027."""


def shops(house: House, cast: Cast, files: dict[str, bytes] | None = None) -> SmallService:
    return opened(house, cast, "industry.scale_check", files or licence(), scales=ANSWERS)


@pytest.fixture
def shop(house: House, cast: Cast) -> SmallService:
    """The service, with a licence of Sok Dara that was issued on 2 March 2026."""
    service = shops(house, cast)
    granted(service)
    return service


def granted(service: SmallService, *, now: datetime = NOW) -> Certificate:
    key = service.send(now=now)
    service.work(key, "verify", found(True), now=now)
    return service.certificates(key)[0]


def begin(
    service: SmallService,
    kind: ContinuationKind = RENEWAL,
    *,
    number: str = NUMBER,
    who: Member | None = None,
    applicant: Member | None = None,
    now: datetime = IN_TIME,
) -> str:
    with service.house.database.transaction() as session:
        return continue_certificate(
            session,
            service.house,
            (who or service.cast.dara).actor,
            Chosen(number, kind, service.cast.battambang),
            applicant_id=applicant.person_id if applicant else None,
            now=now,
        )


def state(service: SmallService, number: str, *, now: datetime = IN_TIME) -> tuple[str, str | None]:
    with service.house.database.reading() as session:
        shown = verify(session, number, now=now)
    return shown.state, shown.replaced_by


def test_a_renewal_begins_with_what_was_answered_and_replaces_the_certificate_when_it_is_issued(
    shop: SmallService,
) -> None:
    key = begin(shop)
    assert shop.row(key).answers["shop"] == "ហាងថ្មី"
    assert shop.row(key).answers["scales"] == [{"kind": "table", "serial": "A1"}]
    shop.submit(key, now=IN_TIME)
    assert state(shop, NUMBER) == ("valid", None)
    shop.work(key, "verify", found(True), now=IN_TIME)
    (one,) = shop.certificates(key)
    assert (one.number, last_day_of(one)) == (NEXT, date(2028, 1, 26))
    assert state(shop, NUMBER) == ("replaced", NEXT)
    with shop.house.database.reading() as session:
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "certificate_replaced")).one()
        assert event.data == {"number": NUMBER, "by": NEXT}
        assert list(verify_chains(session)) == []


def test_the_diagram_knows_that_it_is_a_renewal(house: House, cast: Cast) -> None:
    way = ("process.bpmn", "certificate_count &gt; 0", "is_renewal or certificate_count &gt; 5")
    service = shops(house, cast, licence(way))
    first = service.send()
    service.work(first, "verify", found(True))
    assert service.row(first).outcome == "rejected"
    key = service.submit(begin(service), now=IN_TIME)
    service.work(key, "verify", found(True), now=IN_TIME)
    assert service.row(key).stage == "ready"
    with house.database.reading() as session:
        states = session.scalars(select(ProcessInstance.state).order_by(ProcessInstance.id)).all()
    assert all(b"is_renewal" in one for one in states)


def test_a_renewal_may_count_from_the_end_of_the_old_one(house: House, cast: Cast) -> None:
    rules = "renewal: {opens: 60 days, counts_from: end}\n"
    service = shops(house, cast, licence(rules=rules))
    granted(service)
    key = service.submit(begin(service), now=IN_TIME)
    service.work(key, "verify", found(True), now=IN_TIME)
    assert last_day_of(service.certificates(key)[0]) == date(2028, 3, 2)


def test_a_change_keeps_the_end(shop: SmallService) -> None:
    later = NOW + timedelta(days=30)
    key = shop.submit(begin(shop, CHANGE, now=later), now=later)
    shop.work(key, "verify", found(True), now=later)
    assert last_day_of(shop.certificates(key)[0]) == date(2027, 3, 2)
    assert state(shop, NUMBER, now=later)[0] == "replaced"


def test_a_renewal_is_refused_before_its_day_with_the_day_and_after_its_grace(shop: SmallService) -> None:
    with pytest.raises(RenewalNotOpen) as early:
        begin(shop, now=NOW + timedelta(days=200))
    assert early.value.facts["day"] == date(2027, 1, 1)
    assert begin(shop, now=NOW + timedelta(days=390))
    with pytest.raises(RenewalTooLate) as late:
        begin(shop, now=NOW + timedelta(days=400))
    assert late.value.facts["day"] == date(2027, 4, 1)


@pytest.mark.parametrize("who", ["sreyneang", "vannak"])
def test_nobody_else_renews_it_and_learns_nothing_of_it(shop: SmallService, who: str) -> None:
    member = getattr(shop.cast, who)
    with pytest.raises(NotTheirCertificate) as theirs:
        begin(shop, who=member)
    with pytest.raises(NotTheirCertificate) as nobodys:
        begin(shop, who=member, number="SC-02-26-000099")
    assert str(theirs.value) == str(nobodys.value)


def test_the_counter_renews_it_for_its_holder_with_the_number_on_the_paper(shop: SmallService) -> None:
    key = begin(shop, who=shop.cast.bopha, applicant=shop.cast.dara, number="sc–02–26–000001")
    assert (shop.row(key).channel, shop.row(key).applicant_id) == ("counter", shop.cast.dara.person_id)
    with pytest.raises(NotTheirCertificate):
        begin(shop, who=shop.cast.bopha, applicant=shop.cast.vannak)
    with pytest.raises(NotAllowed):
        begin(shop, who=shop.cast.phally, applicant=shop.cast.dara)


def test_two_renewals_of_one_certificate_do_not_run_at_once(shop: SmallService) -> None:
    mine, counter = begin(shop), begin(shop, who=shop.cast.bopha, applicant=shop.cast.dara)
    assert begin(shop) == mine
    shop.submit(mine, now=IN_TIME)
    with pytest.raises(ContinuationRuns) as second:
        shop.submit(counter, shop.cast.bopha, now=IN_TIME)
    assert second.value.facts["reference"] == shop.row(mine).reference
    assert shop.row(counter).status == "draft"
    with pytest.raises(ContinuationRuns):
        begin(shop, CHANGE)


def test_what_was_revoked_replaced_or_used_is_not_continued(shop: SmallService) -> None:
    key = begin(shop)
    with shop.house.database.transaction() as session:
        certificates.revoke(session, shop.cast.kunthea.actor, NUMBER, "បិទ", now=IN_TIME)
    for kind in (RENEWAL, CHANGE):
        with pytest.raises(NotInForce):
            begin(shop, kind)
    with pytest.raises(NotInForce):
        shop.submit(key, now=IN_TIME)


def test_an_expired_one_is_renewed_within_its_grace_but_not_changed(shop: SmallService) -> None:
    expired = NOW + timedelta(days=380)
    assert begin(shop, RENEWAL, now=expired)
    with pytest.raises(NotInForce):
        begin(shop, CHANGE, now=expired)


def test_a_service_that_is_not_renewed_says_so(house: House, cast: Cast) -> None:
    service = shops(house, cast, licence(rules=""))
    granted(service)
    with pytest.raises(CannotContinue):
        begin(service)


def test_a_service_of_its_own_renews_certificates_of_another(house: House, cast: Cast) -> None:
    first = shops(house, cast, licence(rules="renewal: {opens: 60 days}\nkinds: [new]\n"))
    granted(first)
    own = licence(
        (
            "service.yaml",
            "title: {km: ការផ្ទៀងផ្ទាត់ជញ្ជីង, en: Verification of scales}",
            "title: {km: ការបន្ត, en: Renewal}",
        ),
        ("certificate.typ", "= #data.title.km", "= #data.title.km / #data.title.en"),
        rules="renews: industry.scale_check\n",
        key="industry.scale_renewal",
    )
    second = opened(house, cast, "industry.scale_renewal", own, scales=ANSWERS)
    with pytest.raises(CertificateNeeded):
        second.draft()
    key = begin(first)
    assert first.row(key).service_key == "industry.scale_renewal"
    second.submit(key, now=IN_TIME)
    second.work(key, "verify", found(True), now=IN_TIME)
    (one,) = second.certificates(key)
    assert (one.of_service, one.title_en) == ("industry.scale_check", "Verification of scales")
    paper = pypdf.PdfReader(BytesIO(house.files.get(one.sha256))).pages[0].extract_text()
    assert "Verification of scales" in paper
    assert one.renewable_from is not None
    assert begin(first, number=one.number, now=IN_TIME + timedelta(days=330))


def test_its_holder_is_told_once_when_it_can_be_renewed(shop: SmallService) -> None:
    def messages() -> list[str]:
        with shop.house.database.reading() as session:
            return list(session.scalars(TOLD))

    schedule.sweep(shop.house, now=NOW + timedelta(days=200))
    assert messages() == []
    with shop.house.database.reading() as session:
        due = schedule.next_due(session)
    assert due is not None
    assert due <= NOW + timedelta(days=306)
    schedule.sweep(shop.house, now=NOW + timedelta(days=306))
    schedule.sweep(shop.house, now=NOW + timedelta(days=307))
    (told,) = messages()
    assert NUMBER in told


def test_nobody_is_told_of_what_was_replaced(shop: SmallService) -> None:
    later = NOW + timedelta(days=30)
    key = shop.submit(begin(shop, CHANGE, now=later), now=later)
    shop.work(key, "verify", found(True), now=later)
    schedule.sweep(shop.house, now=NOW + timedelta(days=310))
    with shop.house.database.reading() as session:
        told = session.scalars(TOLD).all()
    assert len(told) == 1
    assert "SC-02-26-000002" in told[0]


def test_a_draft_that_is_discarded_frees_the_certificate(shop: SmallService) -> None:
    key = begin(shop)
    with shop.house.database.transaction() as session:
        drafts.discard_draft(session, shop.house, shop.cast.dara.actor, key, now=IN_TIME)
    assert begin(shop) != key


def test_a_withdrawn_or_new_application_leaves_the_certificate_as_it_is(shop: SmallService) -> None:
    key = shop.send(now=IN_TIME)
    shop.work(key, "verify", found(True), now=IN_TIME)
    assert state(shop, NUMBER) == ("valid", None)
