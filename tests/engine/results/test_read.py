"""Who may open a certificate, and that the applicant can see who did."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.errors import NotFound
from engine.results import certificates
from storage.applications import Certificate
from storage.people import AccessLog, IdentityStatus, Person
from tests.cast import NOW, Member
from tests.small.cases import Kilns

NUMBER = "KP-02-26-000001"


def read(kilns: Kilns, who: Member, number: str = NUMBER) -> certificates.CertificateFile:
    with kilns.house.database.transaction() as session:
        return certificates.read(session, kilns.house, who.actor, number, now=NOW)


def looks(kilns: Kilns) -> list[tuple[int, str]]:
    with kilns.house.database.reading() as session:
        return [(row.person_id, row.page) for row in session.scalars(select(AccessLog))]


def test_the_applicant_opens_it_and_nothing_is_noted(kilns: Kilns) -> None:
    kilns.approved()
    paper = read(kilns, kilns.cast.dara)
    assert paper.filename == f"{NUMBER}.pdf"
    assert paper.content.startswith(b"%PDF")
    assert looks(kilns) == []


def test_an_officer_of_the_office_opens_it_and_is_noted(kilns: Kilns) -> None:
    kilns.approved()
    assert read(kilns, kilns.cast.kunthea).content
    assert looks(kilns) == [(kilns.cast.kunthea.person_id, "certificate")]


def test_whoever_works_on_cases_of_the_office_opens_it_also_where_no_task_leads_them(kilns: Kilns) -> None:
    kilns.approved()
    assert read(kilns, kilns.cast.mony).content
    assert looks(kilns) == [(kilns.cast.mony.person_id, "certificate")]


def test_somebody_else_whom_it_names_by_their_number_opens_it_as_its_holder(kilns: Kilns) -> None:
    kilns.approved()
    with kilns.house.database.transaction() as session:
        certificate = session.scalars(select(Certificate)).one()
        holder = session.get_one(Person, kilns.cast.sreyneang.person_id)
        holder.identity_status, holder.id_number = IdentityStatus.VERIFIED, "010203040"
        certificate.owner_latin, certificate.owner_km, certificate.owner_id_number = "Sreyneang", "ស្រី", "010203040"
    assert read(kilns, kilns.cast.sreyneang).content
    assert looks(kilns) == []


@pytest.mark.parametrize("who", ["sreyneang", "phally", "chenda"])
def test_others_get_the_answer_for_a_number_that_was_never_given(kilns: Kilns, who: str) -> None:
    kilns.approved()
    member = getattr(kilns.cast, who)
    with pytest.raises(NotFound) as mine:
        read(kilns, member)
    with pytest.raises(NotFound) as nobodys:
        read(kilns, member, "KP-02-26-000099")
    assert str(mine.value) == str(nobodys.value)
