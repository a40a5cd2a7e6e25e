"""Accounts: opened for somebody, signing in, changing the password."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from engine.errors import (
    AccountExists,
    BadAnswers,
    ContactMissing,
    NameMissing,
    NotAllowed,
    NotAnEmail,
    NotAPhone,
    PasswordTooShort,
    WrongSignIn,
)
from engine.house import House
from engine.packages import FieldError
from engine.people import accounts, identities
from engine.people.identities import Identity
from storage.people import Person
from tests.cast import CHEAP_PASSWORDS, NOW, PASSWORD, PASSWORD_HASH, Cast

BOPHA_SAW = Identity("មាស សុខា", "Meas Sokha", "female", date(1950, 5, 1), "national_id", "០១០២០៣០៤៥")


def opened(house: House, **given: str) -> accounts.SignedIn:
    wanted = {"phone": "", "email": "", "password": "three good words", "name_km": "ម៉ៅ ចាន់", **given}
    with house.database.transaction() as session:
        return accounts.open_account(session, house, **wanted, now=NOW)


def person(house: House, person_id: int) -> Person:
    with house.database.reading() as session:
        return session.get_one(Person, person_id)


@pytest.mark.parametrize("login", ["+85512345601", "012 345 601", "០១២ ៣៤៥ ៦០១", "Dara@Example.org"])
def test_a_phone_or_an_e_mail_signs_in_however_it_is_written(house: House, cast: Cast, login: str) -> None:
    with house.database.reading() as session:
        found = accounts.sign_in(session, house, login, PASSWORD, now=NOW)
    assert found.person_id == cast.dara.person_id


def test_a_password_does_not_age(house: House, cast: Cast) -> None:
    with house.database.reading() as session:
        found = accounts.sign_in(session, house, cast.dara.phone, PASSWORD, now=NOW + timedelta(days=10_000))
    assert found.person_id == cast.dara.person_id


@pytest.mark.parametrize(("login", "password"), [("012 345 601", "wrong"), ("012 999 999", PASSWORD), ("?", PASSWORD)])
def test_a_wrong_sign_in_says_the_same_whatever_was_wrong(house: House, cast: Cast, login: str, password: str) -> None:
    with house.database.reading() as session, pytest.raises(WrongSignIn):
        accounts.sign_in(session, house, login, password, now=NOW)


def test_who_shares_a_telephone_signs_in_by_their_own_password_and_never_by_that_of_two(
    house: House, cast: Cast
) -> None:
    with house.database.transaction() as session:
        sreyneang = session.get_one(Person, cast.sreyneang.person_id)
        sreyneang.phone, sreyneang.password_hash = cast.dara.phone, CHEAP_PASSWORDS.hash("mango-under-the-stairs")
    with house.database.reading() as session:
        assert accounts.sign_in(session, house, cast.dara.phone, PASSWORD, now=NOW).person_id == cast.dara.person_id
        hers = accounts.sign_in(session, house, cast.dara.phone, "mango-under-the-stairs", now=NOW)
        assert hers.person_id == cast.sreyneang.person_id
    with house.database.transaction() as session:
        session.get_one(Person, cast.sreyneang.person_id).password_hash = PASSWORD_HASH
    with pytest.raises(WrongSignIn), house.database.reading() as session:
        accounts.sign_in(session, house, cast.dara.phone, PASSWORD, now=NOW)


def test_a_telephone_that_nobody_has_may_answer_as_slowly_as_that_of_a_family(house: House) -> None:
    class Counting(Argon2Hasher):
        hashed = 0

        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            self.hashed += 1
            return "nothing"

    def looked_at(login: str, password: str = "wrong") -> int:
        counting = Counting()
        slow = replace(house, passwords=PasswordHash((counting,)))
        with house.database.reading() as session, pytest.raises(WrongSignIn):
            accounts.sign_in(session, slow, login, password, now=NOW)
        return counting.hashed

    numbers = [f"0127000{number:02}" for number in range(60)]
    first = [looked_at(number) for number in numbers]
    assert {1, 2} <= set(first) <= set(range(1, 9))
    assert first.count(1) > first.count(2)
    assert [looked_at(number) for number in numbers] == first
    in_two_writings = [
        looked_at(number, "wr\u200bong") for number in numbers[:5]
    ]  # both are compared of an account, too
    assert in_two_writings == [2 * times for times in first[:5]]


def test_somebody_registered_at_the_counter_cannot_sign_in(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        who = Identity("មាស សុខា", phone="012 777 001")
        identities.register_at_counter(session, house, cast.bopha.actor, cast.battambang, who, now=NOW)
    with house.database.reading() as session, pytest.raises(WrongSignIn):
        accounts.sign_in(session, house, "012 777 001", "", now=NOW)


def test_a_new_account_is_not_verified(house: House) -> None:
    found = opened(house, phone="០១២ ៧៧៧ ០០២", language="en")
    made = person(house, found.person_id)
    assert (made.phone, made.identity_status, made.language) == ("+85512777002", "unverified", "en")
    assert made.password_hash != "three good words"


def test_opening_one_names_every_field_that_is_wrong(house: House) -> None:
    with pytest.raises(BadAnswers) as refused:
        opened(house, phone="12", email="who@", password="short", name_km="  ")
    kinds = {name: type(error) for name, error in refused.value.errors.items()}
    assert kinds == {"phone": NotAPhone, "email": NotAnEmail, "password": PasswordTooShort, "name_km": NameMissing}


def test_an_account_needs_a_way_to_reach_the_person(house: House) -> None:
    with pytest.raises(BadAnswers) as refused:
        opened(house)
    assert isinstance(refused.value.errors["phone"], ContactMissing)


def test_an_account_opened_for_somebody_needs_a_phone_of_its_own(house: House, cast: Cast) -> None:
    with pytest.raises(AccountExists):
        opened(house, phone="012345601")


def test_the_counter_registers_somebody_without_phone_as_verified(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        made = identities.register_at_counter(session, house, cast.bopha.actor, cast.battambang, BOPHA_SAW, now=NOW)
    row = person(house, made)
    assert (row.identity_status, row.phone, row.id_number) == ("verified", None, "010203045")


def test_only_the_front_office_of_that_office_registers_at_its_counter(house: House, cast: Cast) -> None:
    for other in (cast.phally, cast.sopheap, cast.dara):
        with house.database.transaction() as session, pytest.raises(NotAllowed):
            identities.register_at_counter(session, house, other.actor, cast.battambang, BOPHA_SAW, now=NOW)


def test_the_counter_verifies_an_account_but_leaves_what_it_signs_in_with(house: House, cast: Cast) -> None:
    seen = Identity("គង់ ស្រីនាង", "Kong Sreyneang", id_number="020304050", phone="012 000 111")
    with house.database.transaction() as session:
        identities.verify_at_counter(
            session, cast.bopha.actor, cast.battambang, cast.sreyneang.person_id, seen, now=NOW
        )
    row = person(house, cast.sreyneang.person_id)
    assert (row.identity_status, row.phone, row.id_number) == ("verified", cast.sreyneang.phone, "020304050")


def test_a_new_password_ends_the_other_sessions(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        found = accounts.change_password(session, house, cast.dara.actor, PASSWORD, "another good one", now=NOW)
    assert found.epoch == cast.dara.epoch + 1
    with house.database.reading() as session:
        assert accounts.sign_in(session, house, cast.dara.phone, "another good one", now=NOW) == found
        with pytest.raises(WrongSignIn):
            accounts.sign_in(session, house, cast.dara.phone, PASSWORD, now=NOW)


def test_the_old_password_is_asked_for(house: House, cast: Cast) -> None:
    with house.database.transaction() as session, pytest.raises(BadAnswers) as refused:
        accounts.change_password(session, house, cast.dara.actor, "not this", "another good one", now=NOW)
    assert set(refused.value.errors) == {"old"}


def test_the_language_of_messages_is_one_of_ours(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        accounts.change_language(session, cast.dara.actor, "en")
    with house.database.transaction() as session:
        accounts.change_language(session, cast.dara.actor, "fr")
    assert person(house, cast.dara.person_id).language == "en"


@pytest.mark.parametrize("typed", ["00855 12 777 003", "+855 (0)12 777 003", "855 12 777 003", "012‑777–003"])
def test_one_telephone_is_one_account_however_it_is_typed(house: House, typed: str) -> None:
    made = opened(house, phone="012 777 003")
    assert person(house, made.person_id).phone == "+85512777003"
    with pytest.raises(AccountExists):
        opened(house, phone=typed)
    with house.database.reading() as session:
        assert accounts.sign_in(session, house, typed, "three good words", now=NOW) == made


@pytest.mark.parametrize("typed", ["012 777 003 ext 5", "1-800-FLOWERS", "0123456", "012 345 678 901"])
def test_an_account_takes_no_telephone_that_a_form_would_refuse(house: House, typed: str) -> None:
    with pytest.raises(BadAnswers) as refused:
        opened(house, phone=typed)
    assert isinstance(refused.value.errors["phone"], NotAPhone)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name_km", "Mao Chan", "“Name in Khmer letters” must be written in Khmer letters"),
        ("name_km", "😀😀", "“Name in Khmer letters” must be a name"),
        ("name_latin", "ម៉ៅ ចាន់", "“Name in Latin letters” must be written in Latin letters"),
        ("name_latin", "M" * 201, "“Name in Latin letters” must have at most 200 characters"),
    ],
)
def test_a_name_is_asked_in_its_own_letters(house: House, field: str, typed: str, said: str) -> None:
    with pytest.raises(BadAnswers) as refused:
        opened(house, phone="012 777 003", **{field: typed})
    wrong = refused.value.errors[field]
    assert isinstance(wrong, FieldError)
    assert wrong.text("en").startswith(said)
    assert wrong.text("km")


def test_a_name_is_kept_with_its_accents_and_one_kind_of_apostrophe(house: House) -> None:
    made = opened(house, phone="012 777 003", name_km="", name_latin="José  D’Angelo‑Müller")
    assert person(house, made.person_id).name_latin == "José D'Angelo-Müller"
