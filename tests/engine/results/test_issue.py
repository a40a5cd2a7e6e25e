"""Issuing a certificate: numbered without gaps, valid for the length the service says, drawn as PDF, never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pypdf
from sqlalchemy import select, update

from engine.case.events import verify_chains
from engine.case.opening import lock_case
from engine.case.turn import Turn
from engine.flow import retrying
from engine.references import ALPHABET
from engine.results.issuing import issue
from storage.events import CaseEvent
from storage.people import Person
from storage.processes import Incident
from tests.cast import NOW
from tests.small.cases import PACKAGE, Kilns

NEXT_YEAR = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)


def test_an_approved_application_has_a_numbered_certificate(kilns: Kilns) -> None:
    sent = kilns.approved()
    issued = kilns.certificate(sent)
    assert issued.number == "KP-02-26-000001"
    assert issued.holder == "សុខ ដារ៉ា · Sok Dara"
    assert (issued.title_km, issued.title_en) == ("លិខិតអនុញ្ញាតឡឥដ្ឋ", "Brick kiln permit")
    assert len(issued.code) == 10
    assert set(issued.code) <= set(ALPHABET)


def test_the_next_one_has_the_next_number_and_each_year_begins_anew(kilns: Kilns) -> None:
    numbers = [kilns.certificate(kilns.approved(now=when)).number for when in (NOW, NOW, NEXT_YEAR)]
    assert numbers == ["KP-02-26-000001", "KP-02-26-000002", "KP-02-27-000001"]


def test_it_is_valid_to_the_end_of_the_last_day(kilns: Kilns) -> None:
    issued = kilns.certificate(kilns.approved())
    last_second = datetime(2027, 3, 2, 16, 59, 59, tzinfo=UTC)  # 2 March 2027, 23:59:59 in Phnom Penh
    assert (issued.issued_at, issued.expires_at) == (NOW, last_second)


def test_a_service_without_validity_issues_for_ever(kilns: Kilns) -> None:
    kilns.publish(service_yaml=(PACKAGE / "service.yaml").read_bytes().replace(b"validity: 1 year\n", b""))
    assert kilns.certificate(kilns.approved()).expires_at is None


def test_the_paper_is_one_archival_page_in_a_khmer_font(kilns: Kilns) -> None:
    issued = kilns.certificate(kilns.approved())
    reader = pypdf.PdfReader(BytesIO(kilns.house.files.get(issued.sha256)))
    assert len(reader.pages) == 1
    assert reader.metadata is not None
    assert reader.metadata.title == issued.number
    assert "pdfaid:part" in str(reader.root_object["/Metadata"].get_object().get_data())
    fonts = reader.pages[0]["/Resources"]["/Font"]
    assert all("KantumruyPro" in font.get_object()["/BaseFont"] for font in fonts.values())


def test_the_paper_knows_its_application_its_office_and_where_it_is_verified(kilns: Kilns) -> None:
    told = "data.reference, data.code, data.verify_url, data.office.km, data.office.en, data.holder.km, data.holder.en"
    typst = f'#let data = json(bytes(sys.inputs.data))\n#set document(title: "paper", keywords: ({told}))'
    kilns.publish(certificate_typ=typst.encode())
    sent = kilns.approved()
    issued = kilns.certificate(sent)
    metadata = pypdf.PdfReader(BytesIO(kilns.house.files.get(issued.sha256))).metadata
    assert metadata is not None
    assert str(metadata["/Keywords"]).split(", ") == [
        sent.reference,
        issued.code,
        f"http://localhost/verify/{issued.code}",
        "ការិយាល័យច្រកចេញចូលតែមួយ ខេត្តបាត់ដំបង",
        "Battambang One Window Service Office",
        "សុខ ដារ៉ា",
        "Sok Dara",
    ]


def test_somebody_with_one_name_is_named_once(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        session.execute(update(Person).where(Person.id == kilns.cast.dara.person_id).values(name_km=""))
    assert kilns.certificate(kilns.approved()).holder == "Sok Dara"


def test_the_history_says_which_paper_was_issued(kilns: Kilns) -> None:
    issued = kilns.certificate(kilns.approved())
    with kilns.house.database.reading() as session:
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "certificate_issued")).one()
        assert event.data == {"number": issued.number, "sha256": issued.sha256}
        assert event.actor_id == kilns.cast.bopha.person_id
        assert list(verify_chains(session)) == []


def test_issuing_again_gives_the_certificate_that_is_there(kilns: Kilns) -> None:
    sent = kilns.approved()
    first = kilns.certificate(sent)
    with kilns.house.database.transaction() as session:
        case = lock_case(session, kilns.house, kilns.row(sent).id)
        later = Turn(session, kilns.house, case, kilns.cast.bopha.actor, NOW + timedelta(days=1))
        (again,) = issue(later)
        assert (again.number, again.code) == (first.number, first.code)


def test_a_paper_that_cannot_be_drawn_stops_the_case_and_uses_up_no_number(kilns: Kilns) -> None:
    without_fonts = Kilns(replace(kilns.house, fonts=kilns.house.files.root), kilns.cast)
    stopped = without_fonts.approved()
    with kilns.house.database.reading() as session:
        incident = session.scalars(select(Incident)).one()
        assert incident.element_id == "issue"
        assert incident.reason.startswith("certificates.issue: DocumentFailed: There are no fonts in ")
    with kilns.house.database.transaction() as session:
        assert retrying.retry(session, kilns.house, kilns.cast.visal.actor, incident.id, "Repaired.", now=NOW)
    assert kilns.certificate(stopped).number == "KP-02-26-000001"
    with kilns.house.database.reading() as session:
        assert list(verify_chains(session)) == []
