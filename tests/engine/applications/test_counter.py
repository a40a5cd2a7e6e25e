"""The counter sees somebody's papers: the account is made or verified at once, with or without a telephone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.applications import submitting
from engine.applications.counter import identity_form, take_identity
from engine.applications.drafts import save_page, start_draft
from engine.clockwork import tallies
from engine.errors import BadAnswers, NotAllowed, NotFound, PersonKnown
from engine.house import House
from engine.queries.office.counter import counter_drafts, counter_offices, find_people
from engine.queries.office.offered import offered_services
from storage.applications import Application
from storage.messages import Notification
from storage.people import AccessLog, Person
from tests.cast import NOW, Cast, Member
from tests.counter import PAPERS, shown
from tests.journeys.guesthouse import SERVICE as GUESTHOUSE
from tests.journeys.guesthouse import guesthouse
from tests.small.cases import ANSWERS, PAGE, SERVICE, Kilns
from tests.small.releases import released


@pytest.fixture(autouse=True)
def verification(house: House, cast: Cast) -> None:
    """The service whose form asks who somebody is."""
    released(house, house.processes / "interior" / "account_verification")


def taken(house: House, cast: Cast, person_id: int | None = None, who: Member | None = None, **changed: Any) -> Person:
    """Registered, or handed the account that a code has shown to be theirs."""
    token = shown(house, cast, person_id) if person_id else ""
    with house.database.transaction() as session:
        actor = (who or cast.bopha).actor
        raw = PAPERS | changed
        known = take_identity(session, house, actor, cast.battambang, raw, person_id=person_id, token=token, now=NOW)
        return session.get_one(Person, known)


def test_somebody_without_a_telephone_is_registered_and_verified(house: House, cast: Cast) -> None:
    person = taken(house, cast, phone="")
    assert (person.identity_status, person.phone, person.password_hash) == ("verified", None, None)
    assert (person.name_km, person.id_number, person.born_on.isoformat()) == ("ម៉ៅ សារុន", "020304050", "1954-02-09")  # type: ignore[union-attr]
    assert person.address["commune"] == "020301"


def test_khmer_digits_and_local_telephones_are_read(house: House, cast: Cast) -> None:
    person = taken(house, cast, phone="០១២ ៩៩៩ ០០០", id_number="០២០៣០៤០៥០")
    assert (person.phone, person.id_number) == ("+85512999000", "020304050")


def test_a_passport_is_kept_under_its_own_question(house: House, cast: Cast) -> None:
    person = taken(house, cast, id_kind="passport", passport_number="N0123456")
    assert (person.id_kind, person.id_number) == ("passport", "N0123456")


def test_the_counter_asks_no_uploads_and_no_telephone(house: House, cast: Cast) -> None:
    with house.database.reading() as session:
        parts = {part.key: part for part in identity_form(session, house, now=NOW).components()}
    assert parts["name_km"].required
    assert not parts["phone"].required
    assert not any(part.kind.uploads for part in parts.values())


def test_what_is_wrong_is_named(house: House, cast: Cast) -> None:
    with pytest.raises(BadAnswers) as refused:
        taken(house, cast, name_km="", id_number="12")
    assert set(refused.value.errors) == {"name_km", "id_number"}


def test_the_same_document_is_not_registered_twice(house: House, cast: Cast) -> None:
    taken(house, cast, phone="")
    with pytest.raises(PersonKnown):
        taken(house, cast, phone="012 999 111")


def test_a_family_shares_a_telephone(house: House, cast: Cast) -> None:
    assert taken(house, cast, phone=cast.dara.phone).id != cast.dara.person_id


def test_an_account_is_verified_with_the_papers(house: House, cast: Cast) -> None:
    person = taken(house, cast, person_id=cast.sreyneang.person_id, phone="")
    assert (person.identity_status, person.phone) == ("verified", cast.sreyneang.phone)


@pytest.mark.parametrize("who", ["sopheap", "phally", "dara", "visal"])
def test_only_the_front_office_of_the_office_sees_papers(house: House, cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        taken(house, cast, who=getattr(cast, who))


def test_people_are_found_by_exact_numbers_only(house: House, cast: Cast) -> None:
    taken(house, cast, phone="012 999 000")
    bopha = cast.bopha.actor
    with house.database.reading() as session:
        for typed in ("០១២ ៩៩៩ ០០០", "020304050", "0000020304050"):
            assert [person.name.km for person in find_people(session, bopha, typed).people] == ["ម៉ៅ… សា…"]
        for typed in ("", "0203", "ម៉ៅ សារុន", "%"):
            assert find_people(session, bopha, typed).people == ()


def test_the_counter_knows_its_offices_services_and_drafts(kilns: Kilns) -> None:
    actor = kilns.cast.bopha.actor
    with kilns.house.database.transaction() as session:
        key = start_draft(
            session,
            kilns.house,
            actor,
            "industry.kiln_permit",
            kilns.cast.battambang,
            applicant_id=kilns.cast.dara.person_id,
            now=NOW,
        )
    with kilns.house.database.reading() as session:
        assert [office.code for office in counter_offices(session, actor)] == ["02"]
        services = offered_services(session, kilns.house, kilns.cast.battambang, now=NOW)
        assert [service.key for service in services] == ["industry.kiln_permit"]
        assert [draft.key for draft in counter_drafts(session, kilns.house, actor)] == [key]
        assert counter_drafts(session, kilns.house, kilns.cast.phally.actor) == ()


def test_what_people_ask_for_most_at_the_office_is_offered_first(kilns: Kilns) -> None:
    house, here, asked = kilns.house, kilns.cast.battambang, guesthouse(kilns.house, kilns.cast)
    with house.database.reading() as session:
        before = [one.key for one in offered_services(session, house, here, now=NOW)]
    asked.sent()
    tallies.fold(house)
    with house.database.reading() as session:
        after = [one.key for one in offered_services(session, house, here, now=NOW)]
    assert (before, after) == ([SERVICE, GUESTHOUSE], [GUESTHOUSE, SERVICE])


@pytest.mark.parametrize("again", ["k7654321", "K 765-4321", "K៧៦៥៤៣២១"])
def test_a_passport_in_other_writing_is_the_same_person(house: House, cast: Cast, again: str) -> None:
    first = taken(house, cast, id_kind="passport", passport_number="K7654321", phone="")
    with pytest.raises(PersonKnown):
        taken(house, cast, id_kind="passport", passport_number=again, phone="")
    with house.database.reading() as session:
        assert [one.id for one in find_people(session, cast.bopha.actor, again).people] == [first.id]


def test_names_are_asked_in_their_own_letters_at_the_counter_too(house: House, cast: Cast) -> None:
    with pytest.raises(BadAnswers) as refused:
        taken(house, cast, name_km="Mao Sarun", name_latin="ម៉ៅ សារុន")
    assert {name: error.error for name, error in refused.value.errors.items()} == {  # type: ignore[attr-defined]
        "name_km": "not_khmer_letters",
        "name_latin": "not_latin_letters",
    }


def test_a_draft_of_the_counter_is_not_the_one_that_its_applicant_begins_online(kilns: Kilns) -> None:
    dara, bopha, office = kilns.cast.dara, kilns.cast.bopha.actor, kilns.cast.battambang
    with kilns.house.database.transaction() as session:
        filed = start_draft(session, kilns.house, bopha, SERVICE, office, applicant_id=dara.person_id, now=NOW)
    with kilns.house.database.transaction() as session:
        own = start_draft(session, kilns.house, dara.actor, SERVICE, office, now=NOW)
        assert own != filed
        again = start_draft(session, kilns.house, bopha, SERVICE, office, applicant_id=dara.person_id, now=NOW)
        assert again == filed
        channels = select(Application.key, Application.channel, Application.filed_by_id)
        assert {tuple(row) for row in session.execute(channels)} == {
            (filed, "counter", kilns.cast.bopha.person_id),
            (own, "online", None),
        }


def test_what_the_counter_began_its_applicant_may_finish_online_and_nobody_else(kilns: Kilns) -> None:
    cast, house = kilns.cast, kilns.house
    with house.database.transaction() as session:
        key = start_draft(
            session, house, cast.bopha.actor, SERVICE, cast.battambang, applicant_id=cast.dara.person_id, now=NOW
        )
    for stranger in (cast.sreyneang, cast.phally, cast.sopheap):
        with house.database.transaction() as session, pytest.raises(NotFound):
            save_page(session, house, stranger.actor, key, PAGE, raw=dict(ANSWERS), now=NOW)
    with house.database.transaction() as session:
        assert not save_page(session, house, cast.dara.actor, key, PAGE, raw=dict(ANSWERS), now=NOW).errors
    with house.database.transaction() as session:
        submitting.submit(session, house, cast.dara.actor, key, now=NOW)
    with house.database.reading() as session:
        assert counter_drafts(session, house, cast.bopha.actor) == ()
        row = session.scalars(select(Application)).one()
        assert (row.channel, row.filed_by_id) == ("counter", cast.bopha.person_id)


@pytest.mark.parametrize("is_known", [False, True])
def test_whoever_is_registered_or_verified_reads_who_did_it_when_and_with_which_paper(
    house: House, cast: Cast, is_known: bool
) -> None:
    subject = taken(house, cast, cast.sreyneang.person_id if is_known else None).id
    with house.database.reading() as session:
        look = session.scalars(select(AccessLog).order_by(AccessLog.id.desc())).first()
        assert look is not None
        told = session.scalars(select(Notification).where(Notification.person_id == subject)).all()
    assert (look.person_id, look.subject_id, look.at) == (cast.bopha.person_id, subject, NOW)
    assert (look.page, look.paper) == ("verified" if is_known else "registered", PAPERS["id_kind"])
    assert any("ចាន់ បុប្ផា" in message.body for message in told)


def test_papers_that_are_seen_once_more_are_told_once(house: House, cast: Cast) -> None:
    for _ in range(2):
        taken(house, cast, cast.sreyneang.person_id)
    with house.database.reading() as session:
        assert session.scalars(select(AccessLog.page)).all() == ["code_shown", "verified", "code_shown"]
