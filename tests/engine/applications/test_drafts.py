"""Drafts: begun at an office, kept page by page, thrown away."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from engine.applications import drafts
from engine.errors import AlreadySubmitted, AlreadyVerified, NotAllowed, NotFound, ServiceNotOffered
from engine.house import House
from engine.queries.citizen.drafts import draft_to_check
from engine.versions import publishing
from storage.applications import Application, ApplicationStatus
from storage.offices import OfficeService
from tests.cast import NOW, Cast, Member
from tests.journeys.guesthouse import PACKAGES, SERVICE, Guesthouse
from tests.small.releases import released

VERIFICATION = "interior.account_verification"


def begin(licence: Guesthouse, who: Member, service: str = SERVICE, office: int | None = None, **more: int) -> str:
    with licence.house.database.transaction() as session:
        wanted = office or licence.cast.battambang
        return drafts.start_draft(session, licence.house, who.actor, service, wanted, **more, now=NOW)


def save(licence: Guesthouse, who: Member, key: str, page: str, answers: dict[str, object]) -> drafts.PageSaved:
    with licence.house.database.transaction() as session:
        return drafts.save_page(session, licence.house, who.actor, key, page, raw=answers, now=NOW)


def test_a_draft_begins_with_what_the_account_knows(licence: Guesthouse, cast: Cast) -> None:
    row = licence.row(begin(licence, cast.dara))
    assert row.answers == {
        "owner_name_km": cast.dara.name_km,
        "owner_name_latin": cast.dara.name_latin,
        "contact_phone": cast.dara.phone,
        "contact_email": cast.dara.email,
    }
    assert (row.status, row.channel, row.reference, row.filed_by_id) == ("draft", "online", None, None)


def test_beginning_twice_opens_the_same_draft_at_the_office_chosen_last(licence: Guesthouse, cast: Cast) -> None:
    first = begin(licence, cast.dara)
    assert begin(licence, cast.dara, office=cast.phnom_penh) == first
    assert licence.row(first).office_id == cast.phnom_penh


def test_somebody_not_yet_verified_may_prepare_a_draft(licence: Guesthouse, cast: Cast) -> None:
    assert licence.row(begin(licence, cast.sreyneang)).status == ApplicationStatus.DRAFT


def test_an_office_that_no_longer_offers_the_service_takes_no_draft(licence: Guesthouse, cast: Cast) -> None:
    with licence.house.database.transaction() as session:
        session.execute(update(OfficeService).values(offered_to=date(2026, 3, 1)))
    with pytest.raises(ServiceNotOffered):
        begin(licence, cast.dara)


def test_a_service_that_does_not_exist_is_not_found(licence: Guesthouse, cast: Cast) -> None:
    with pytest.raises(NotFound):
        begin(licence, cast.dara, "tourism.casino")


def test_the_front_office_begins_one_for_somebody_at_the_counter(licence: Guesthouse, cast: Cast) -> None:
    row = licence.row(begin(licence, cast.bopha, applicant_id=cast.sreyneang.person_id))
    assert (row.applicant_id, row.filed_by_id, row.channel) == (
        cast.sreyneang.person_id,
        cast.bopha.person_id,
        "counter",
    )
    assert row.answers["owner_name_km"] == cast.sreyneang.name_km


def test_nobody_else_begins_one_for_another_person(licence: Guesthouse, cast: Cast) -> None:
    for other in (cast.sopheap, cast.phally, cast.sreyneang):
        with pytest.raises(NotAllowed):
            begin(licence, other, applicant_id=cast.dara.person_id)


def test_a_verified_account_is_not_verified_again(licence: Guesthouse, cast: Cast) -> None:
    with pytest.raises(AlreadyVerified):
        begin(licence, cast.dara, VERIFICATION)


def test_what_is_right_on_a_page_is_kept_beside_what_is_wrong(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    saved = save(licence, cast.dara, key, "business", {"business_name_km": "ផ្ទះ", "business_name_latin": ""})
    assert set(saved.errors) == {"business_name_latin"}
    assert licence.row(key).answers["business_name_km"] == "ផ្ទះ"
    assert saved.typed == {"business_name_km": "ផ្ទះ", "business_name_latin": ""}


def test_a_wrong_answer_does_not_leave_the_older_one_standing(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    save(licence, cast.dara, key, "rooms", {"rooms": "12"})
    save(licence, cast.dara, key, "rooms", {"rooms": "many"})
    assert "rooms" not in licence.row(key).answers


def test_a_page_leads_to_the_next_one_and_the_last_to_none(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    assert save(licence, cast.dara, key, "business", {}).next_page == "place"
    assert save(licence, cast.dara, key, "declaration", {"declared_true": "yes"}).next_page is None


def test_saving_the_same_answers_again_makes_no_new_revision(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    save(licence, cast.dara, key, "rooms", {"rooms": "12"})
    revision = licence.row(key).revision
    save(licence, cast.dara, key, "rooms", {"rooms": "១២"})
    assert licence.row(key).revision == revision


def test_an_unknown_page_is_not_found(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    with pytest.raises(NotFound):
        save(licence, cast.dara, key, "secrets", {})


def test_a_draft_of_somebody_else_is_not_found(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    for other in (cast.sreyneang, cast.bopha, cast.visal):
        with pytest.raises(NotFound):
            save(licence, other, key, "rooms", {"rooms": "1"})


def test_the_whole_front_office_goes_on_with_a_draft_of_its_counter(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.bopha, applicant_id=cast.sreyneang.person_id)
    assert not save(licence, cast.vannak, key, "rooms", {"rooms": "3"}).errors
    assert not save(licence, cast.sreyneang, key, "rooms", {"rooms": "4"}).errors
    with pytest.raises(NotFound):
        save(licence, cast.phally, key, "rooms", {"rooms": "5"})


def test_the_fee_follows_the_answers(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    save(licence, cast.dara, key, "rooms", {"rooms": "12"})
    with licence.house.database.reading() as session:
        told = draft_to_check(session, licence.house, cast.dara.actor, key, now=NOW).fees or ()
    (fee,) = (one.fee for one in told)
    assert fee is not None
    assert fee.total == 180_000
    assert fee.lines[0].citation.en


def test_a_draft_can_be_thrown_away_but_nothing_that_was_sent(licence: Guesthouse, cast: Cast) -> None:
    draft = licence.draft()
    with licence.house.database.transaction() as session:
        drafts.discard_draft(session, licence.house, cast.dara.actor, draft, now=NOW)
    with licence.house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Application)) == 0
    sent = licence.sent()
    with licence.house.database.transaction() as session, pytest.raises(AlreadySubmitted):
        drafts.discard_draft(session, licence.house, cast.dara.actor, sent, now=NOW)


def test_what_was_sent_is_not_written_over(licence: Guesthouse, cast: Cast) -> None:
    key = licence.sent()
    with pytest.raises(AlreadySubmitted):
        save(licence, cast.dara, key, "rooms", {"rooms": "1"})


def test_a_draft_follows_a_version_published_later(licence: Guesthouse, house: House, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    before = licence.row(key).definition_id
    later = NOW + timedelta(hours=1)
    republish(licence, later)
    with house.database.transaction() as session:
        drafts.save_page(session, house, cast.dara.actor, key, "rooms", raw={"rooms": "2"}, now=later)
    assert licence.row(key).definition_id > before


def republish(licence: Guesthouse, now: datetime) -> None:
    """The same service once more with another word in its texts."""
    files = dict(publishing.files_of(PACKAGES / "tourism" / "guesthouse_licence"))
    files["texts.yaml"] += b"\n# another version\n"
    released(licence.house, files, now=now)
