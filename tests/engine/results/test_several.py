"""Several certificates of one case: one for each scale that passed, each with its number, its row and its end."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pypdf
import pytest
from sqlalchemy import select

from engine.errors import NotFound, NothingToHandOver
from engine.localise import local
from engine.queries.public.verification import verify
from engine.results import certificates
from storage.applications import Certificate
from storage.events import CaseEvent
from storage.processes import Incident
from tests.cast import NOW, Cast
from tests.small.services import SmallService, found, scale_checks


@pytest.fixture
def scales(house: object, cast: Cast) -> SmallService:
    return scale_checks(house, cast)  # type: ignore[arg-type]


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages).split())


def test_each_row_that_passed_gets_a_certificate_of_its_own(scales: SmallService) -> None:
    key = scales.send()
    scales.work(key, "verify", found(True, False, True))
    made = scales.drawn(key)
    assert [(one.number, one.place, one.row_place) for one in made] == [
        ("SC-02-26-000001", 0, 0),
        ("SC-02-26-000002", 1, 2),
    ]
    assert [one.about_en for one in made] == ["Table scale, A1", "Floor scale, C3"]
    assert {local(one.expires_at).date().isoformat() for one in made if one.expires_at} == {"2027-03-02"}
    assert len({one.code for one in made}) == 2
    for one, serial in zip(made, ("A1", "C3"), strict=True):
        paper = text_of(scales.house.files.get(one.sha256))
        assert one.number in paper
        assert serial in paper
        assert "B2" not in paper


def test_the_rows_end_each_on_their_own_day(scales: SmallService) -> None:
    key = scales.send()
    answers = found(True, True)
    answers["scales"][1]["next_check"] = "2026-09-01"
    scales.work(key, "verify", answers)
    assert [str(local(one.expires_at).date()) for one in scales.certificates(key) if one.expires_at] == [
        "2027-03-02",
        "2026-09-01",
    ]


def test_each_is_verified_by_its_own_code_and_says_what_it_is_for(scales: SmallService) -> None:
    key = scales.send()
    scales.work(key, "verify", found(True, True, True))
    for one in scales.certificates(key):
        with scales.house.database.reading() as session:
            shown = verify(session, one.code, now=NOW)
        assert (shown.number, shown.about.en, shown.state) == (one.number, one.about_en, "valid")


def test_where_no_row_passes_the_diagram_decides_what_happens(scales: SmallService) -> None:
    key = scales.send()
    scales.work(key, "verify", found(False, False, False))
    assert scales.certificates(key) == ()
    assert (scales.row(key).status, scales.row(key).outcome) == ("ended", "rejected")
    with scales.house.database.reading() as session:
        assert session.scalars(select(Incident)).all() == []


def test_they_leave_together_and_the_history_names_each(scales: SmallService) -> None:
    key = scales.send()
    scales.work(key, "verify", found(True, True, False))
    scales.collect(key)
    assert scales.row(key).status == "ended"
    with scales.house.database.reading() as session:
        told = session.scalars(select(CaseEvent).where(CaseEvent.kind == "handed_over")).one()
    assert told.data["numbers"] == ["SC-02-26-000001", "SC-02-26-000002"]


def test_what_is_in_force_is_handed_over_and_nothing_when_all_are_revoked(scales: SmallService) -> None:
    key = scales.send()
    scales.work(key, "verify", found(True, True, False))
    head = scales.cast.kunthea.actor
    for number in ("SC-02-26-000001", "SC-02-26-000002"):
        with scales.house.database.transaction() as session:
            certificates.revoke(session, head, number, "ជញ្ជីងខូច", now=NOW)
    with pytest.raises(NothingToHandOver):
        scales.collect(key)


def test_they_are_printed_in_one_go_behind_their_list(scales: SmallService) -> None:
    key = scales.send()
    scales.work(key, "verify", found(True, False, True))
    scales.drawn(key)
    with scales.house.database.transaction() as session:
        paper = certificates.read_all(session, scales.house, scales.cast.dara.actor, key, now=NOW)
        same = certificates.read_all(session, scales.house, scales.cast.dara.actor, key, now=NOW)
    assert paper.content == same.content
    pages = pypdf.PdfReader(BytesIO(paper.content)).pages
    assert len(pages) == 3
    first = pages[0].extract_text()
    assert "SC-02-26-000001" in first
    assert "SC-02-26-000002" in first
    assert "C3" in pages[2].extract_text()


@pytest.mark.parametrize("who", ["sreyneang", "phally", "chenda"])
def test_the_collection_is_closed_to_others(scales: SmallService, who: str) -> None:
    key = scales.send()
    scales.work(key, "verify", found(True))
    with pytest.raises(NotFound), scales.house.database.transaction() as session:
        certificates.read_all(session, scales.house, getattr(scales.cast, who).actor, key, now=NOW)


def test_one_that_is_past_its_day_has_expired_while_the_other_holds(scales: SmallService) -> None:
    key = scales.send()
    answers = found(True, True)
    answers["scales"][1]["next_check"] = "2026-09-01"
    scales.work(key, "verify", answers)
    with scales.house.database.reading() as session:
        states = [
            verify(session, code, now=NOW + timedelta(days=300)).state
            for code in session.scalars(select(Certificate.code).order_by(Certificate.place))
        ]
    assert states == ["valid", "expired"]
