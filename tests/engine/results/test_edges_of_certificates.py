"""Several papers in one file, behind a list of them that is signed for; what a use leaves in the history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.documents import result_papers
from engine.documents.result_papers import Fact, ResultPage
from engine.errors import AlreadyUsed, NotAllowed, NotFound, NotInForce, PaperNotDrawn
from engine.house import House
from engine.khmer import Bilingual
from engine.packages.groups import HEAD
from engine.results import certificates
from engine.results.certificates import CertificateFile
from storage.applications import Certificate
from storage.events import CaseEvent
from storage.offices import Office
from storage.people import AccessLog
from tests.cast import NOW, Cast, Member
from tests.engine.applications.test_new_owners import HOLDER, SOLD, identify, sellable, sold
from tests.engine.results.test_validity import issue_one, scales
from tests.small.services import SmallService, found, scale_checks

LATER = NOW + timedelta(hours=1)
BATTAMBANG = Bilingual("ការិយាល័យច្រកចេញចូលតែមួយ ខេត្តបាត់ដំបង", "Battambang One Window Service Office")


@pytest.fixture
def checks(house: House, cast: Cast) -> SmallService:
    return scale_checks(house, cast)


def issued(checks: SmallService, *passed: bool) -> str:
    key = checks.send()
    checks.work(key, "verify", found(*passed))
    return key


def read_all(checks: SmallService, key: str, who: Member | None = None) -> CertificateFile:
    with checks.house.database.transaction() as session:
        reader = (who or checks.cast.dara).actor
        return certificates.read_all(session, checks.house, reader, key, now=NOW)


def revoke(checks: SmallService, one: Certificate) -> None:
    with checks.house.database.transaction() as session:
        certificates.revoke(session, checks.cast.kunthea.actor, one.number, "ខូច", now=NOW)


def named(one: Certificate, about: str) -> Bilingual:
    return Bilingual(f"{one.number}  {one.about_km}", f"{one.number}  {about}")


def test_the_list_names_the_office_the_holder_each_paper_and_who_signs_for_them(checks: SmallService) -> None:
    key = issued(checks, True, False, True)
    checks.drawn(key)
    first, second = checks.certificates(key)
    expected = ResultPage(
        title=Bilingual("បញ្ជី៖ ការផ្ទៀងផ្ទាត់ជញ្ជីង", "List: Verification of scales"),
        office=BATTAMBANG,
        facts=(
            Fact(Bilingual("អ្នកកាន់", "Holder"), Bilingual("សុខ ដារ៉ា", "Sok Dara")),
            Fact(
                Bilingual("១", "1"), Bilingual(f"{first.number}  {first.about_km}", f"{first.number}  Table scale, A1")
            ),
            Fact(
                Bilingual("២", "2"),
                Bilingual(f"{second.number}  {second.about_km}", f"{second.number}  Floor scale, C3"),
            ),
        ),
        address=f"{checks.house.base_url}/verify/{first.code}",
        issued_at=NOW,
        signed_by=Bilingual("អ្នកទទួល", "Received by"),
    )
    page = result_papers.page(expected, fonts=checks.house.fonts)
    papers = [checks.house.files.get(one.sha256) for one in (first, second)]
    assert read_all(checks, key).content == result_papers.joined([page, *papers])


def test_one_paper_alone_has_no_list_and_is_named_after_its_application(checks: SmallService) -> None:
    key = issued(checks, True)
    (one,) = checks.drawn(key)
    assert read_all(checks, key) == CertificateFile(
        f"{checks.row(key).reference}.pdf", checks.house.files.get(one.sha256)
    )


def test_what_was_revoked_is_not_handed_over_and_nothing_is_left_when_all_were(checks: SmallService) -> None:
    key = issued(checks, True, True)
    first, second = checks.drawn(key)
    revoke(checks, first)
    assert read_all(checks, key).content == checks.house.files.get(second.sha256)
    revoke(checks, second)
    with pytest.raises(NotFound):
        read_all(checks, key)


def test_papers_of_an_application_that_is_not_there_or_has_none_are_not_found(checks: SmallService) -> None:
    for key in ("nothing", checks.send()):
        with pytest.raises(NotFound):
            read_all(checks, key)


def test_who_asks_before_all_are_drawn_learns_of_which_application_and_from_which_on(checks: SmallService) -> None:
    key = issued(checks, True, True)
    second, application_id = checks.certificates(key)[1], checks.row(key).id
    with pytest.raises(PaperNotDrawn) as whole:
        read_all(checks, key)
    assert (whole.value.application_id, whole.value.first) == (application_id, 0)
    with pytest.raises(PaperNotDrawn) as alone, checks.house.database.transaction() as session:
        certificates.read(session, checks.house, checks.cast.dara.actor, second.number, now=NOW)
    assert (alone.value.application_id, alone.value.first) == (application_id, second.id)


def test_an_officer_who_prints_them_together_is_noted(checks: SmallService) -> None:
    key = issued(checks, True, True)
    checks.drawn(key)
    assert read_all(checks, key, checks.cast.kunthea).content
    with checks.house.database.reading() as session:
        (look,) = session.scalars(select(AccessLog)).all()
    assert (look.person_id, look.application_id, look.page, look.at) == (
        checks.cast.kunthea.person_id, checks.row(key).id, "certificate", NOW,
    )  # fmt: skip


def test_a_use_is_written_down_with_its_moment_and_its_officer(house: House, cast: Cast) -> None:
    one = issue_one(scales(house, cast, "{length: 3 days, single_use: true}"))
    with house.database.transaction() as session:
        certificates.mark_used(session, cast.phally.actor, one.number, now=LATER)
    with house.database.reading() as session:
        row = session.get_one(Certificate, one.id)
        (event,) = session.scalars(select(CaseEvent).where(CaseEvent.kind == "certificate_used"))
    assert (row.used_at, row.used_by_id) == (LATER, cast.phally.person_id)
    assert (event.application_id, event.actor_id, event.at) == (one.application_id, cast.phally.person_id, LATER)
    assert event.data == {"number": one.number}


def test_what_was_revoked_is_not_used(house: House, cast: Cast) -> None:
    service = scales(house, cast, "{length: 3 days, single_use: true}")
    one = issue_one(service)
    revoke(service, one)
    with pytest.raises(NotInForce), house.database.transaction() as session:
        certificates.mark_used(session, cast.bopha.actor, one.number, now=NOW)


def test_a_revocation_is_written_down_with_its_moment_its_officer_and_its_reason(checks: SmallService) -> None:
    (one,) = checks.certificates(issued(checks, True))
    with checks.house.database.transaction() as session:
        certificates.revoke(session, checks.cast.kunthea.actor, one.number, "ខូច", now=LATER)
    with checks.house.database.reading() as session:
        row = session.get_one(Certificate, one.id)
        (event,) = session.scalars(select(CaseEvent).where(CaseEvent.kind == "certificate_revoked"))
    assert (row.revoked_at, event.at, event.actor_id) == (LATER, LATER, checks.cast.kunthea.person_id)
    assert event.data["number"] == one.number


def test_a_use_is_looked_at_anew_before_it_is_written_down(house: House, cast: Cast) -> None:
    one = issue_one(scales(house, cast, "{length: 3 days, single_use: true}"))
    with house.database.transaction() as session:
        seen = session.get_one(Certificate, one.id)
        session.execute(update(Certificate).values(used_at=NOW).execution_options(synchronize_session=False))
        assert seen.used_at is None
        with pytest.raises(AlreadyUsed):
            certificates.mark_used(session, cast.bopha.actor, one.number, now=LATER)


def test_an_officer_who_bought_what_is_for_one_use_does_not_use_it_up_and_a_colleague_does(
    house: House, cast: Cast
) -> None:
    once = ("service.yaml", "validity: 1 year", "validity: {length: 1 year, single_use: true}")
    service = sold(house, cast, sellable(HOLDER, once))
    identify(service, cast.bopha)
    with pytest.raises(NotAllowed), house.database.transaction() as session:
        certificates.mark_used(session, cast.bopha.actor, SOLD, now=NOW)
    with house.database.transaction() as session:
        certificates.mark_used(session, cast.phally.actor, SOLD, now=NOW)


def test_a_holder_with_one_name_stands_on_the_list_with_it_in_both_languages(checks: SmallService) -> None:
    issued(checks, True, True)
    with checks.house.database.transaction() as session:
        session.execute(update(Certificate).values(holder="DARA"))
        office = session.scalars(select(Office).where(Office.id == checks.cast.battambang)).one()
        found = session.scalars(select(Certificate).order_by(Certificate.place)).all()
        alone = certificates._list(checks.house, office, found)
        session.execute(update(Certificate).values(holder="DARA · DARA"))
        session.expire_all()
        assert certificates._list(checks.house, office, found) == alone


def test_who_works_in_no_one_office_but_in_all_works_on_cases_too(cast: Cast) -> None:
    everywhere = replace(cast.kunthea.actor, memberships=frozenset({(HEAD, None)}))
    assert certificates.works_on_cases(everywhere)
    assert not certificates.works_on_cases(cast.dara.actor)
