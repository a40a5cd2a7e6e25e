"""Telephones and e-mails at the counter: proved by a code, replaced by two officers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from engine.applications.counter import take_identity
from engine.applications.counter_contacts import (
    HOLDS,
    Taken,
    agree,
    ask_contact_code,
    decline,
    take_contact,
    waits,
    was_taken,
)
from engine.applications.presence import show_code
from engine.errors import (
    BadAnswers,
    ContactFull,
    ContactKnown,
    NeitherPhoneNorEmail,
    NotAllowed,
    NotFound,
    ProofOver,
    StalePage,
    WrongSignIn,
)
from engine.errors.counter import ColleagueNeeded, NoRoomHere, OfficersAccount
from engine.house import House
from engine.people import accounts
from engine.people.codes import Verdict
from engine.people.contacts import MOST_OF_ONE, contact_point, people_proved
from engine.queries.office.replacements import waiting
from storage.claims import ContactReplacement
from storage.messages import Notification
from storage.people import AccessLog, Membership, Person
from storage.security_log import SecurityEvent
from tests.cast import NOW, PASSWORD, Cast, Member
from tests.counter import PAPERS, code_sent
from tests.small.releases import released

NEW = "012 888 001"
E164 = "+85512888001"


@pytest.fixture(autouse=True)
def verification(house: House, cast: Cast) -> None:
    released(house, house.processes / "interior" / "account_verification")


def registered(house: House, cast: Cast, **said: str) -> int:
    with house.database.transaction() as session:
        return take_identity(session, house, cast.bopha.actor, cast.battambang, PAPERS | said, now=NOW)


def proved(house: House, cast: Cast, person_id: int, contact: str = NEW, by: Member | None = None) -> str:
    """The token of a code that was sent to a contact and read out."""
    actor, here = (by or cast.bopha).actor, cast.battambang
    with house.database.transaction() as session:
        token = ask_contact_code(session, house, actor, here, person_id, typed=contact, now=NOW)
    with house.database.transaction() as session:
        verdict = show_code(session, actor, here, person_id, token=token, typed=code_sent(house), now=NOW)
    assert verdict == Verdict.RIGHT
    return token


def taken(house: House, cast: Cast, person_id: int, contact: str = NEW, by: Member | None = None) -> Taken:
    token = proved(house, cast, person_id, contact, by)
    with house.database.transaction() as session:
        actor = (by or cast.bopha).actor
        return take_contact(session, house, actor, cast.battambang, person_id, token=token, now=NOW)


def asked(house: House, cast: Cast) -> str:
    """The key of what a second person is asked about Sok Dara."""
    assert taken(house, cast, cast.dara.person_id) == Taken.WAITS
    with house.database.reading() as session:
        found = waits(session, cast.dara.person_id, now=NOW)
        assert found is not None
        return found.key


def person(house: House, person_id: int) -> Person:
    with house.database.reading() as session:
        return session.get_one(Person, person_id)


def told(house: House) -> list[tuple[str, str]]:
    with house.database.reading() as session:
        rows = session.execute(select(Notification.address, Notification.body).order_by(Notification.id))
        return [(address, body) for address, body in rows if "លេខកូដ " not in body]


def test_what_an_officer_types_counts_for_nothing_until_it_is_proved(house: House, cast: Cast) -> None:
    theirs = registered(house, cast, phone=NEW)
    row, point = person(house, theirs), contact_point(NEW)
    assert point is not None
    assert (row.phone, row.phone_proved_at) == (E164, None)
    with house.database.reading() as session:
        assert people_proved(session, point) == []
    assert [address for address, _ in told(house)] == [""]


def test_the_first_contact_counts_at_once(house: House, cast: Cast) -> None:
    theirs = registered(house, cast, phone=NEW)
    assert taken(house, cast, theirs) == Taken.PROVED
    row = person(house, theirs)
    assert (row.phone, row.phone_proved_at, row.password_hash) == (E164, NOW, None)
    assert told(house)[-1][0] == E164
    with house.database.reading() as session:
        assert was_taken(session, theirs, NEW, now=NOW) == Taken.PROVED
        assert session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.id)).all()[-1] == "counter_contact"
        assert "contact_proved" in session.scalars(select(AccessLog.page)).all()


def test_a_family_of_three_is_reached_by_one_telephone(house: House, cast: Cast) -> None:
    family = [registered(house, cast, id_number=f"02030405{number}") for number in range(3)]
    for member in family:
        assert taken(house, cast, member) == Taken.PROVED
    point = contact_point(NEW)
    assert point is not None
    with house.database.reading() as session:
        assert [one.id for one in people_proved(session, point)] == family


def test_the_ninth_of_a_telephone_goes_on_without(house: House, cast: Cast) -> None:
    theirs = registered(house, cast)
    token = proved(house, cast, theirs)
    with house.database.transaction() as session:
        session.add_all(
            Person(phone=E164, phone_proved_at=NOW, created_at=NOW, name_km="ម៉ៅ") for _ in range(MOST_OF_ONE)
        )
    with pytest.raises(ContactFull), house.database.transaction() as session:
        take_contact(session, house, cast.bopha.actor, cast.battambang, theirs, token=token, now=NOW)
    with pytest.raises(BadAnswers) as refused:
        proved(house, cast, theirs)
    assert isinstance(refused.value.errors["contact"], NoRoomHere)


@pytest.mark.parametrize(
    ("typed", "error"), [("12", NeitherPhoneNorEmail), ("", NeitherPhoneNorEmail), ("known", ContactKnown)]
)
def test_what_is_no_contact_is_named(house: House, cast: Cast, typed: str, error: type) -> None:
    with pytest.raises(BadAnswers) as refused:
        proved(house, cast, cast.dara.person_id, cast.dara.phone if typed == "known" else typed)
    assert isinstance(refused.value.errors["contact"], error)


def test_a_lost_telephone_is_replaced_by_two_officers(house: House, cast: Cast) -> None:
    key = asked(house, cast)
    assert person(house, cast.dara.person_id).phone == cast.dara.phone
    assert sorted(address for address, body in told(house) if "សុំឱ្យលេខ" in body) == [
        cast.dara.phone,
        cast.dara.email,
    ]
    with house.database.transaction() as session:
        agree(session, house, cast.vannak.actor, key, now=NOW)
    row = person(house, cast.dara.person_id)
    assert (row.phone, row.phone_proved_at, row.email_proved_at, row.password_hash) == (E164, NOW, None, None)
    assert row.identity_status == "verified"
    assert row.session_epoch == cast.dara.epoch + 1
    ended = sorted(address for address, body in told(house) if "លែងនាំទៅគណនី" in body)
    assert ended == [cast.dara.phone, cast.dara.email]
    with house.database.reading() as session:
        with pytest.raises(WrongSignIn):
            accounts.sign_in(session, house, cast.dara.phone, PASSWORD, now=NOW)
        lines = session.execute(select(SecurityEvent.kind, SecurityEvent.actor_id).order_by(SecurityEvent.id)).all()
    assert [tuple(line) for line in lines if not line.kind.startswith(("code_", "version_published"))] == [
        ("contact_replacement_asked", cast.bopha.person_id),
        ("contact_replaced", cast.vannak.person_id),
    ]


def test_the_head_agrees_too_and_agreeing_twice_is_harmless(house: House, cast: Cast) -> None:
    key = asked(house, cast)
    for _ in range(2):
        with house.database.transaction() as session:
            agree(session, house, cast.kunthea.actor, key, now=NOW)
    with pytest.raises(StalePage), house.database.transaction() as session:
        agree(session, house, cast.vannak.actor, key, now=NOW)
    with pytest.raises(StalePage), house.database.transaction() as session:
        decline(session, cast.vannak.actor, key, now=NOW)


def test_who_asked_does_not_agree_and_strangers_find_nothing(house: House, cast: Cast) -> None:
    key = asked(house, cast)
    with pytest.raises(ColleagueNeeded), house.database.transaction() as session:
        agree(session, house, cast.bopha.actor, key, now=NOW)
    for stranger in (cast.phally, cast.sopheap, cast.visal):
        with pytest.raises(NotFound), house.database.transaction() as session:
            agree(session, house, stranger.actor, key, now=NOW)
        with house.database.reading() as session:
            assert waiting(session, stranger.actor, now=NOW) == ()
    with pytest.raises(NotFound), house.database.transaction() as session:
        agree(session, house, cast.vannak.actor, "no key", now=NOW)
    assert person(house, cast.dara.person_id).phone == cast.dara.phone


def test_what_is_declined_taken_back_or_too_old_changes_nothing(house: House, cast: Cast) -> None:
    key = asked(house, cast)
    for _ in range(2):
        with house.database.transaction() as session:
            decline(session, cast.bopha.actor, key, now=NOW)
    with pytest.raises(StalePage), house.database.transaction() as session:
        agree(session, house, cast.vannak.actor, key, now=NOW)
    second = asked(house, cast)
    with pytest.raises(StalePage), house.database.transaction() as session:
        agree(session, house, cast.vannak.actor, second, now=NOW + HOLDS)
    with house.database.reading() as session:
        assert waiting(session, cast.vannak.actor, now=NOW + HOLDS) == ()
        assert [line.key for line in waiting(session, cast.vannak.actor, now=NOW)] == [second]
    row = person(house, cast.dara.person_id)
    assert (row.phone, row.password_hash is None) == (cast.dara.phone, False)


def test_asking_anew_takes_the_place_of_what_was_asked(house: House, cast: Cast) -> None:
    first = asked(house, cast)
    assert taken(house, cast, cast.dara.person_id, "012 888 002", cast.vannak) == Taken.WAITS
    with pytest.raises(StalePage), house.database.transaction() as session:
        agree(session, house, cast.kunthea.actor, first, now=NOW)
    with house.database.reading() as session:
        assert [line.address for line in waiting(session, cast.kunthea.actor, now=NOW)] == ["+85512888002"]


def test_of_two_who_agree_at_the_same_moment_one_does(house: House, cast: Cast) -> None:
    key, both = asked(house, cast), Barrier(2)
    done: list[str] = []

    def answer(by: Member) -> None:
        both.wait()
        try:
            with house.database.transaction() as session:
                agree(session, house, by.actor, key, now=NOW)
            done.append("agreed")
        except StalePage:
            done.append("stale")

    threads = [Thread(target=answer, args=(by,)) for by in (cast.vannak, cast.kunthea)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["agreed", "stale"]
    assert person(house, cast.dara.person_id).session_epoch == cast.dara.epoch + 1


def test_a_code_reaches_one_account_once(house: House, cast: Cast) -> None:
    first, second = registered(house, cast), registered(house, cast, id_number="020304051")
    token, here = proved(house, cast, first), cast.battambang
    with pytest.raises(ProofOver), house.database.transaction() as session:
        take_contact(session, house, cast.bopha.actor, here, second, token=token, now=NOW)
    late = NOW + timedelta(minutes=31)
    with pytest.raises(ProofOver), house.database.transaction() as session:
        take_contact(session, house, cast.bopha.actor, here, first, token=token, now=late)
    with house.database.transaction() as session:
        assert take_contact(session, house, cast.bopha.actor, here, first, token=token, now=NOW) == Taken.PROVED
    with pytest.raises(ProofOver), house.database.transaction() as session:
        take_contact(session, house, cast.bopha.actor, here, first, token=token, now=NOW)


def test_nobody_for_themselves_for_an_officer_or_for_who_is_not_verified(house: House, cast: Cast) -> None:
    for theirs, refusal in ((cast.bopha, NotAllowed), (cast.vannak, OfficersAccount), (cast.sreyneang, NotAllowed)):
        with pytest.raises(refusal):
            proved(house, cast, theirs.person_id)
    with pytest.raises(NotAllowed):
        proved(house, cast, cast.dara.person_id, by=cast.phally)


def test_who_was_hired_or_disabled_meanwhile_is_left_alone(house: House, cast: Cast) -> None:
    key, dara = asked(house, cast), cast.dara.person_id
    with house.database.transaction() as session:
        hired = Membership(person_id=dara, office_id=cast.battambang, group="front_office", from_day=NOW.date())
        session.add(hired)
    with pytest.raises(OfficersAccount), house.database.transaction() as session:
        agree(session, house, cast.vannak.actor, key, now=NOW)
    at_work = replace(cast.dara.actor, memberships=frozenset({("front_office", cast.battambang)}))
    with pytest.raises(NotAllowed), house.database.transaction() as session:
        agree(session, house, at_work, key, now=NOW)
    with pytest.raises(NotAllowed), house.database.transaction() as session:
        decline(session, at_work, key, now=NOW)
    with house.database.transaction() as session:
        session.get_one(Person, dara).disabled_at = NOW
    with pytest.raises(StalePage), house.database.transaction() as session:
        agree(session, house, cast.vannak.actor, key, now=NOW)
    with house.database.reading() as session:
        assert session.scalars(select(ContactReplacement.status)).all() == ["asked"]
