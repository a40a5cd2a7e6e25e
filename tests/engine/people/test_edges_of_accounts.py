"""Accounts at their edges: the shortest password, an unknown language, a session that ended, papers of two kinds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.errors import (
    AlreadyVerified,
    BadAnswers,
    NotAllowed,
    NotAnEmail,
    NotFound,
    PasswordTooLong,
    PasswordTooShort,
    PersonKnown,
    WrongSignIn,
)
from engine.house import House
from engine.people import accounts, identities, passwords
from engine.people.identities import Identity
from storage.people import Person
from tests.cast import NOW, PASSWORD, Cast, Member
from tests.engine.people.test_accounts import opened, person

PAPERS = Identity("គង់ ស្រីនាង", "Kong Sreyneang", id_kind="national_id", id_number="020304050")


def verify(house: House, cast: Cast, who: Member, papers: Identity = PAPERS, by: Member | None = None) -> None:
    with house.database.transaction() as session:
        identities.verify_at_counter(session, (by or cast.bopha).actor, cast.battambang, who.person_id, papers, now=NOW)


def take_over(house: House, who: Member, **facts: object) -> None:
    with house.database.transaction() as session:
        identities.take_over(session.get_one(Person, who.person_id), facts)


@pytest.mark.parametrize("password", ["ten!!!!10?", "ប្រាំបី៨!?"])
def test_a_password_of_ten_signs_is_long_enough_and_one_of_nine_is_not(house: House, cast: Cast, password: str) -> None:
    assert len(password) == passwords.SHORTEST
    made = opened(house, phone="012 777 021", password=password)
    with pytest.raises(BadAnswers):
        opened(house, phone="012 777 022", password=password[1:])
    with house.database.transaction() as session:
        assert accounts.sign_in(session, house, "012 777 021", password, now=NOW) == made
        accounts.change_password(session, house, cast.dara.actor, PASSWORD, password, now=NOW)
    with house.database.transaction() as session, pytest.raises(BadAnswers) as refused:
        accounts.change_password(session, house, cast.dara.actor, password, password[1:], now=NOW)
    assert set(refused.value.errors) == {"new"}


@pytest.mark.parametrize("language", ["fr", "", "KM", "en-GB", "x" * 100])
def test_an_account_in_a_language_that_we_do_not_speak_is_told_in_khmer(house: House, language: str) -> None:
    assert person(house, opened(house, phone="012 777 023", language=language).person_id).language == "km"


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
        identities.register_at_counter(session, house, cast.bopha.actor, cast.battambang, passport, now=NOW)
    with house.database.transaction() as session, pytest.raises(PersonKnown):
        identities.register_at_counter(session, house, cast.bopha.actor, cast.battambang, PAPERS, now=NOW)


def test_somebody_who_only_typed_the_number_before_stands_in_nobodys_way(house: House, cast: Cast) -> None:
    take_over(house, cast.sreyneang, id_kind="national_id", id_number="020304050")
    other = opened(house, phone="012 777 024")
    with house.database.transaction() as session:
        identities.verify_at_counter(session, cast.bopha.actor, cast.battambang, other.person_id, PAPERS, now=NOW)
    assert person(house, other.person_id).identity_status == "verified"
    with pytest.raises(PersonKnown):
        verify(house, cast, cast.sreyneang)
    assert person(house, cast.sreyneang.person_id).identity_status == "unverified"


def test_the_papers_of_the_first_account_of_all_are_known_too(house: House, cast: Cast) -> None:
    assert cast.dara.person_id == 1
    take_over(house, cast.dara, id_kind="national_id", id_number="020304050")
    with house.database.transaction() as session, pytest.raises(PersonKnown):
        identities.register_at_counter(session, house, cast.bopha.actor, cast.battambang, PAPERS, now=NOW)


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


WHOLE = Identity(
    "ម៉ៅ ចាន់",
    "Mao Chan",
    sex="male",
    born_on=date(1980, 2, 29),
    id_kind="passport",
    id_number="n 0123-4567",
    phone="012 777 025",
    email="Chan@Example.org",
    address={"province": "02"},
)


def test_the_counter_writes_down_all_that_the_papers_say(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        made = identities.register_at_counter(session, house, cast.bopha.actor, cast.battambang, WHOLE, now=NOW)
    row = person(house, made)
    assert (row.name_km, row.name_latin, row.sex, row.born_on) == ("ម៉ៅ ចាន់", "Mao Chan", "male", date(1980, 2, 29))
    assert (row.id_kind, row.id_number, row.address) == ("passport", "N01234567", {"province": "02"})
    assert (row.phone, row.email, row.password_hash) == ("+85512777025", "chan@example.org", None)
    assert (row.identity_status, row.created_at) == ("verified", NOW)


def test_a_form_is_filled_from_all_that_an_account_knows_and_from_nothing_else(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        made = identities.register_at_counter(session, house, cast.bopha.actor, cast.battambang, WHOLE, now=NOW)
    assert identities.account_facts(person(house, made)) == {
        "name_km": "ម៉ៅ ចាន់",
        "name_latin": "Mao Chan",
        "sex": "male",
        "birth_date": "1980-02-29",
        "id_kind": "passport",
        "id_number": "N01234567",
        "phone": "+85512777025",
        "email": "chan@example.org",
        "address": {"province": "02"},
    }
    known = {"name_km": cast.bopha.name_km, "name_latin": cast.bopha.name_latin, "phone": cast.bopha.phone}
    assert identities.account_facts(person(house, cast.bopha.person_id)) == known


def test_what_an_applicant_says_of_themselves_is_in_their_account(house: House, cast: Cast) -> None:
    said = {
        "name_km": "សុខ វិចិត្រ",
        "name_latin": "Sok Vichet",
        "sex": "male",
        "birth_date": "1980-02-29",
        "id_kind": "national_id",
        "id_number": "010203045",
        "address": {"province": "02"},
    }
    take_over(house, cast.dara, **said)
    known = {**said, "phone": cast.dara.phone, "email": cast.dara.email}
    assert identities.account_facts(person(house, cast.dara.person_id)) == known


def test_an_account_by_e_mail_and_latin_name_alone(house: House) -> None:
    with house.database.transaction() as session:
        made = accounts.open_account(
            session, house, phone="", email="Chan@Example.org", password=PASSWORD, name_latin="Mao Chan", now=NOW
        )
    row = person(house, made.person_id)
    assert (made.epoch, row.phone, row.email) == (row.session_epoch, None, "chan@example.org")
    assert (row.name_km, row.name_latin, row.language, row.created_at) == ("", "Mao Chan", "km", NOW)


def test_an_account_by_telephone_and_khmer_name_alone(house: House) -> None:
    with house.database.transaction() as session:
        made = accounts.open_account(
            session, house, phone="012 777 026", email="", password=PASSWORD, name_km="ម៉ៅ ចាន់", now=NOW
        )
    row = person(house, made.person_id)
    assert (row.name_km, row.name_latin, row.email) == ("ម៉ៅ ចាន់", "", None)


def test_a_wrong_telephone_is_not_said_to_be_missing_too(house: House) -> None:
    with pytest.raises(BadAnswers) as refused:
        opened(house, email="who@")
    assert {name: type(error) for name, error in refused.value.errors.items()} == {"email": NotAnEmail}


def test_a_refused_password_says_how_long_one_must_be(house: House, cast: Cast) -> None:
    with pytest.raises(BadAnswers) as new_account:
        opened(house, phone="012 777 027", password="short")
    with house.database.transaction() as session, pytest.raises(BadAnswers) as new_password:
        accounts.change_password(session, house, cast.dara.actor, PASSWORD, "short", now=NOW)
    for said in (new_account.value.errors["password"], new_password.value.errors["new"]):
        assert isinstance(said, PasswordTooShort)
        assert "10" in str(said)


@pytest.mark.parametrize("login", ["012 345 601", "dara@example.org"])
def test_a_password_may_have_two_hundred_signs_and_more_of_an_older_one_are_not_read(
    house: House, cast: Cast, login: str
) -> None:
    book = ("ខ្ញុំមានសៀវភៅមួយ " * 20)[: passwords.LONGEST]
    assert passwords.LONGEST == 200
    with house.database.transaction() as session:
        accounts.change_password(session, house, cast.dara.actor, PASSWORD, book, now=NOW)
    with house.database.reading() as session:
        assert accounts.sign_in(session, house, login, book + "another", now=NOW).person_id == cast.dara.person_id
        with pytest.raises(WrongSignIn):
            accounts.sign_in(session, house, login, book[1:], now=NOW)
    with house.database.transaction() as session, pytest.raises(BadAnswers) as refused:
        accounts.change_password(session, house, cast.dara.actor, book, book + "!", now=NOW)
    assert isinstance(refused.value.errors["new"], PasswordTooLong)
    with house.database.transaction() as session:
        again = accounts.change_password(session, house, cast.dara.actor, book, PASSWORD, now=NOW)
    assert again.epoch == cast.dara.epoch + 2


def test_papers_without_a_number_belong_to_everybody_who_has_none(house: House, cast: Cast) -> None:
    for name in ("ម៉ៅ ចាន់", "មាស សុខា"):
        with house.database.transaction() as session:
            identities.register_at_counter(session, house, cast.bopha.actor, cast.battambang, Identity(name), now=NOW)


def test_the_counter_refuses_what_is_not_a_name_or_a_telephone(house: House, cast: Cast) -> None:
    wrong = Identity("Mao Chan", "ម៉ៅ ចាន់", phone="12", email="who@")
    with house.database.transaction() as session, pytest.raises(BadAnswers) as refused:
        identities.register_at_counter(session, house, cast.bopha.actor, cast.battambang, wrong, now=NOW)
    assert set(refused.value.errors) == {"name_km", "name_latin", "phone", "email"}


@pytest.mark.parametrize("way", ["phone", "email"])
def test_a_family_shares_a_telephone_or_a_mailbox(house: House, cast: Cast, way: str) -> None:
    shared = replace(PAPERS, **{way: getattr(cast.dara, way)})
    with house.database.transaction() as session:
        made = identities.register_at_counter(session, house, cast.bopha.actor, cast.battambang, shared, now=NOW)
    assert getattr(person(house, made), way) == getattr(cast.dara, way)


def test_an_account_that_is_gone_is_not_found(house: House, cast: Cast) -> None:
    gone = replace(cast.dara.actor, person_id=999)
    with house.database.transaction() as session:
        with pytest.raises(NotFound):
            accounts.change_language(session, gone, "en")
        with pytest.raises(NotFound):
            accounts.change_password(session, house, gone, PASSWORD, PASSWORD, now=NOW)
        with pytest.raises(NotFound):
            identities.verify_at_counter(session, cast.bopha.actor, cast.battambang, 999, PAPERS, now=NOW)


def test_somebody_without_a_password_has_none_to_change(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        made = identities.register_at_counter(session, house, cast.bopha.actor, cast.battambang, WHOLE, now=NOW)
    with house.database.transaction() as session, pytest.raises(BadAnswers) as refused:
        accounts.change_password(session, house, replace(cast.dara.actor, person_id=made), "", PASSWORD, now=NOW)
    assert {name: type(error) for name, error in refused.value.errors.items()} == {"old": WrongSignIn}
