"""The slip that says "we have received it": for the applicant and the office, for nobody else, never for a draft."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

import pypdf
import pytest

from engine.applications import drafts
from engine.errors import NotFound
from engine.results.slips import Slip, slip
from tests.cast import NOW, Member
from tests.small.cases import SERVICE, Kilns
from tests.small.courses import Courses


def paper(kilns: Kilns, who: Member, key: str, *, now: datetime = NOW) -> Slip:
    with kilns.house.database.reading() as session:
        return slip(session, kilns.house, who.actor, key, help_phone="+85523456789", now=now)


@pytest.mark.parametrize("who", ["dara", "bopha", "sopheap"])
def test_the_applicant_and_the_office_get_the_slip(kilns: Kilns, who: str) -> None:
    sent = kilns.send()
    printed = paper(kilns, getattr(kilns.cast, who), sent.key)
    assert printed.filename == f"{sent.reference}.pdf"
    assert len(pypdf.PdfReader(BytesIO(printed.content)).pages) == 1


@pytest.mark.parametrize("who", ["sreyneang", "phally", "chenda"])
def test_nobody_else_gets_it(kilns: Kilns, who: str) -> None:
    with pytest.raises(NotFound):
        paper(kilns, getattr(kilns.cast, who), kilns.send().key)


def test_a_draft_has_no_slip(kilns: Kilns) -> None:
    dara = kilns.cast.dara
    with kilns.house.database.transaction() as session:
        key = drafts.start_draft(session, kilns.house, dara.actor, SERVICE, kilns.cast.battambang, now=NOW)
    with pytest.raises(NotFound):
        paper(kilns, dara, key)
    with pytest.raises(NotFound):
        paper(kilns, dara, "no-such-key")


def test_the_slip_says_the_day_or_what_it_is_counted_from_and_never_a_day_that_has_passed(kilns: Kilns) -> None:
    sent = kilns.send()
    assert "5 working days after payment" in text_on(paper(kilns, kilns.cast.dara, sent.key))
    kilns.pay(sent)
    assert "9 March 2026" in text_on(paper(kilns, kilns.cast.dara, sent.key))
    late = text_on(paper(kilns, kilns.cast.dara, sent.key, now=NOW + timedelta(days=20)))
    assert "9 March 2026" not in late
    assert "after payment" not in late


def text_on(slip: Slip) -> str:
    """What can be read on the paper, with plain blanks."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(slip.content)).pages).split())


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_slip_says_on_which_day_the_applicant_comes(courses: Courses) -> None:
    friday, key = courses.session(), courses.send()
    courses.choose(key, friday)
    with courses.house.database.reading() as session:
        printed = slip(session, courses.house, courses.cast.dara.actor, key, now=NOW)
    read = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(printed.content)).pages)
    assert "Friday 6 March 2026, 08:00 · The hall" in " ".join(read.split())
