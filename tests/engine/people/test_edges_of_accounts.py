"""Accounts at their edges: the shortest password, an unknown language, a session that ended, papers of two kinds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.errors import AlreadyVerified, BadAnswers, NotAllowed, PersonKnown
from engine.house import House
from engine.people import accounts
from engine.people.accounts import Identity
from storage.people import Person
from tests.cast import NOW, PASSWORD, Cast, Member
from tests.engine.people.test_accounts import person, register

PAPERS = Identity("គង់ ស្រីនាង", "Kong Sreyneang", id_kind="national_id", id_number="020304050")


def verify(house: House, cast: Cast, who: Member, papers: Identity = PAPERS, by: Member | None = None) -> None:
    with house.database.transaction() as session:
        accounts.verify_at_counter(session, (by or cast.bopha).actor, cast.battambang, who.person_id, papers)


def take_over(house: House, who: Member, **facts: object) -> None:
    with house.database.transaction() as session:
        accounts.take_over(session.get_one(Person, who.person_id), facts)


@pytest.mark.parametrize("password", ["eight!!8", "ប្រាំបី៨"])
def test_a_password_of_eight_signs_is_long_enough_and_one_of_seven_is_not(
    house: House, cast: Cast, password: str
) -> None:
    assert len(password) == accounts.SHORTEST_PASSWORD
    made = register(house, phone="012 777 021", password=password)
    with pytest.raises(BadAnswers):
        register(house, phone="012 777 022", password=password[1:])
    with house.database.transaction() as session:
        assert accounts.sign_in(session, house, "012 777 021", password, now=NOW) == made
        accounts.change_password(session, house, cast.dara.actor, PASSWORD, password)
    with house.database.transaction() as session, pytest.raises(BadAnswers) as refused:
        accounts.change_password(session, house, cast.dara.actor, password, password[1:])
    assert set(refused.value.errors) == {"new"}


@pytest.mark.parametrize("language", ["fr", "", "KM", "en-GB", "x" * 100])
def test_an_account_in_a_language_that_we_do_not_speak_is_told_in_khmer(house: House, language: str) -> None:
    assert person(house, register(house, phone="012 777 023", language=language).person_id).language == "km"


def test_who_signs_out_of_a_session_that_ended_already_ends_no_later_one(house: House, cast: Cast) -> None:
    dara = cast.dara
    for _ in range(2):
        with house.database.transaction() as session:
            accounts.sign_out(session, dara.person_id, dara.epoch)
    assert person(house, dara.person_id).session_epoch == dara.epoch + 1
    assert person(house, cast.bopha.person_id).session_epoch == cast.bopha.epoch


def test_the_same_papers_again_are_harmless_and_others_are_refused(house: House, cast: Cast) -> None:
    verify(house, cast, cast.sreyneang)
    verify(house, cast, cast.sreyneang, replace(PAPERS, id_number="០២០-៣០៤ ០៥០", name_latin="Somebody Else"))
    assert person(house, cast.sreyneang.person_id).name_latin == "Kong Sreyneang"
    for other in (replace(PAPERS, id_kind="passport"), replace(PAPERS, id_number="020304051")):
        with pytest.raises(AlreadyVerified):
            verify(house, cast, cast.sreyneang, other)


def test_one_number_on_papers_of_two_kinds_is_two_people(house: House, cast: Cast) -> None:
    verify(house, cast, cast.sreyneang)
    with house.database.transaction() as session:
        passport = replace(PAPERS, id_kind="passport")
        accounts.register_at_counter(session, house, cast.bopha.actor, cast.battambang, passport, now=NOW)
    with house.database.transaction() as session, pytest.raises(PersonKnown):
        accounts.register_at_counter(session, house, cast.bopha.actor, cast.battambang, PAPERS, now=NOW)


def test_somebody_who_typed_the_number_before_is_verified_with_it_and_nobody_else_is(house: House, cast: Cast) -> None:
    take_over(house, cast.sreyneang, id_kind="national_id", id_number="020304050")
    other = register(house, phone="012 777 024")
    with house.database.transaction() as session, pytest.raises(PersonKnown):
        accounts.verify_at_counter(session, cast.bopha.actor, cast.battambang, other.person_id, PAPERS)
    verify(house, cast, cast.sreyneang)
    assert person(house, cast.sreyneang.person_id).identity_status == "verified"


def test_nobody_verifies_their_own_account_or_one_of_another_office(house: House, cast: Cast) -> None:
    for who, by in ((cast.bopha, cast.bopha), (cast.sreyneang, cast.phally), (cast.sreyneang, cast.sopheap)):
        with pytest.raises(NotAllowed):
            verify(house, cast, who, by=by)
    assert person(house, cast.sreyneang.person_id).identity_status == "unverified"


def test_what_somebody_left_out_keeps_what_the_account_knew(house: House, cast: Cast) -> None:
    take_over(house, cast.dara, birth_date="1980-02-29", sex="male", id_number="010203045")
    take_over(house, cast.dara, birth_date=None, sex="", id_number="", phone="+85512000000", email="a@b.example")
    row = person(house, cast.dara.person_id)
    assert (row.born_on, row.sex, row.id_number) == (date(1980, 2, 29), "male", "010203045")
    assert (row.phone, row.email) == (cast.dara.phone, cast.dara.email)
