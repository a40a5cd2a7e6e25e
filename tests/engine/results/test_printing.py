"""What was typed can be printed, or was refused where it was typed; what was kept before stops no paper."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from engine.applications import drafts
from engine.errors import BadAnswers
from engine.people.accounts import open_account
from engine.results.slips import slip
from storage.applications import Application
from storage.people import Person
from storage.processes import Incident
from tests.cast import NOW
from tests.small.cases import PAGE, SERVICE, Kilns


def test_a_form_says_which_signs_it_cannot_print(kilns: Kilns) -> None:
    dara = kilns.cast.dara.actor
    with kilns.house.database.transaction() as session:
        key = drafts.start_draft(session, kilns.house, dara, SERVICE, kilns.cast.battambang, now=NOW)
        typed = {"kiln_name": "Kiln 😀", "kilns": "2"}
        errors = drafts.save_page(session, kilns.house, dara, key, PAGE, raw=typed, now=NOW).errors
    assert (
        errors["kiln_name"].text("en")
        == "Our papers cannot print 😀 in “Name of the kiln”. Write it in Khmer or Latin letters"
    )
    assert "😀" in errors["kiln_name"].text("km")


def test_an_account_is_not_named_with_signs_that_cannot_be_printed(kilns: Kilns) -> None:
    with pytest.raises(BadAnswers) as refused, kilns.house.database.transaction() as session:
        open_account(
            session,
            kilns.house,
            phone="012999001",
            email="",
            password="rice-field-window",
            name_km="សុខ",
            name_latin="Sok \uab30",
            now=NOW,
        )
    assert list(refused.value.errors) == ["name_latin"]
    assert "cannot print \uab30 in" in refused.value.errors["name_latin"].text("en")


def test_what_was_kept_before_stops_no_paper_and_no_slip(kilns: Kilns) -> None:
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        session.execute(update(Person).values(name_latin="Sok 😀" + "a" * 10_000, name_km="호텔"))
        session.execute(update(Application).values(answers={"kiln_name": "Kiln 😀", "kilns": 2}))
    with kilns.house.database.reading() as session:
        paper = slip(session, kilns.house, kilns.cast.bopha.actor, sent.key, now=NOW)
    assert PdfReader(io.BytesIO(paper.content)).pages
    kilns.pay(sent)
    kilns.check(sent, "ok")
    assert kilns.certificate(sent).number


def test_an_incident_of_a_paper_says_what_was_wrong_with_the_template(kilns: Kilns) -> None:
    lines = b'#let data = json(bytes(sys.inputs.data))\n\n#if data.holder.en != "SPECIMEN" [#int(data.holder.en)]'
    kilns.publish(certificate_typ=lines)
    sent = kilns.approved()
    with kilns.house.database.reading() as session:
        incident = session.scalars(select(Incident)).one()
    assert incident.reason.startswith("certificates.issue: DocumentFailed: Line 3: ")
    assert "Dara" not in incident.reason
    assert sent.reference
