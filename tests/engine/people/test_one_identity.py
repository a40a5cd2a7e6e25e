"""One identity number, one verified person: whoever only says a number stands in nobody's way, and nobody is verified
with the number of somebody who is."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from engine.applications import corrections
from engine.errors import PersonKnown, PersonKnownSince, VerifiedOtherwise
from engine.house import House
from engine.people import identities
from engine.people.actors import Actor
from engine.typed.identity import number_of_paper
from storage.people import IdentityStatus, Person
from storage.processes import Incident
from tests.cast import NOW, Cast, Member
from tests.small.claims import CARD, NUMBER, REFUSED, VERIFIED, Claims


@pytest.fixture
def claims(house: House, cast: Cast) -> Claims:
    made = Claims(house, cast)
    made.publish()
    return made


def at_counter(claims: Claims, number: str = NUMBER, *, person_id: int | None = None, kind: str = "national_id") -> int:
    """Somebody shows this paper at the counter: registered, or their account verified with it."""
    house, cast, paper = claims.house, claims.cast, replace(CARD, id_number=number, id_kind=kind)
    with house.database.transaction() as session:
        if person_id is None:
            return identities.register_at_counter(session, house, cast.bopha.actor, cast.battambang, paper, now=NOW)
        identities.verify_at_counter(session, cast.bopha.actor, cast.battambang, person_id, paper, now=NOW)
        return person_id


def status(claims: Claims, who: Actor | int) -> str:
    return claims.person(who).identity_status


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("national_id", "0000010203045", "010203045"),
        ("national_id", "០០១០ ២០៣-០៤៥", "010203045"),
        ("national_id", "000000000", "000000000"),
        ("national_id", "1234567890", "1234567890"),
        ("national_id", "", ""),
        ("passport", "n0123456", "N0123456"),
        ("passport", "0000000001234", "0000000001234"),
        ("", "0000010203045", "0000010203045"),
    ],
)
def test_a_number_has_one_writing(kind: str, typed: str, kept: str) -> None:
    assert number_of_paper(kind, typed) == kept


def test_a_squatter_does_not_keep_the_person_from_being_verified_at_the_counter(claims: Claims) -> None:
    thief = claims.account()
    claims.claim(thief)
    real = at_counter(claims)
    assert (status(claims, real), status(claims, thief)) == ("verified", "pending")


@pytest.mark.parametrize("number", [NUMBER, "០១០២០៣០៤៥", "010 203-045", "0000010203045"])
def test_no_writing_of_the_number_verifies_a_second_account(claims: Claims, number: str) -> None:
    real = at_counter(claims)
    thief = claims.account()
    task = claims.take(claims.claim(thief, number))
    with pytest.raises(PersonKnownSince) as refused:
        claims.complete(task, VERIFIED)
    assert refused.value.facts["day"] == NOW
    assert "Battambang" in refused.value.facts["office"].en  # type: ignore[attr-defined]
    assert (status(claims, real), status(claims, thief)) == ("verified", "pending")
    with claims.house.database.reading() as session:
        assert session.scalars(select(Incident)).all() == []
    claims.complete(task, REFUSED)
    assert (status(claims, real), status(claims, thief)) == ("verified", "refused")


def test_a_passport_in_small_letters_is_the_same_one(claims: Claims) -> None:
    at_counter(claims, "K7654321", kind="passport")
    task = claims.take(claims.claim(claims.account(), "k7654321", passport=True))
    with pytest.raises(PersonKnown):
        claims.complete(task, VERIFIED)


def test_the_same_number_on_another_kind_of_paper_is_another_one(claims: Claims) -> None:
    at_counter(claims)
    other = claims.account()
    claims.complete(claims.take(claims.claim(other, NUMBER, passport=True)), VERIFIED)
    assert status(claims, other) == "verified"


def test_when_and_where_somebody_was_verified_is_kept(claims: Claims) -> None:
    person = claims.person(at_counter(claims))
    assert (person.verified_at, person.verified_office_id) == (NOW, claims.cast.battambang)


def test_who_was_verified_before_that_was_kept_is_known_without_day_and_office(claims: Claims) -> None:
    at_counter(claims)
    with claims.house.database.transaction() as session:
        session.execute(update(Person).values(verified_at=None, verified_office_id=None))
    with pytest.raises(PersonKnown) as refused:
        at_counter(claims)
    assert not isinstance(refused.value, PersonKnownSince)


def test_people_without_a_number_are_verified_side_by_side(claims: Claims) -> None:
    first, second = at_counter(claims, ""), at_counter(claims, "")
    assert first != second
    assert status(claims, first) == status(claims, second) == "verified"


def test_the_database_itself_refuses_a_second_verified_account(claims: Claims) -> None:
    at_counter(claims)
    thief = claims.account()
    claims.claim(thief)
    with pytest.raises(IntegrityError), claims.house.database.transaction() as session:
        session.get_one(Person, thief.person_id).identity_status = IdentityStatus.VERIFIED


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What became of acts that begin together: nothing was said, or the refusal."""
    together = Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        together.wait()
        try:
            act()
        except PersonKnown as refused:
            return type(refused)
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_of_two_officers_who_verify_one_number_at_the_same_moment_one_is_told_who_was_first(claims: Claims) -> None:
    """One looks at what came online, the other at the card of somebody at the counter of another office."""
    thief, cast = claims.account(), claims.cast
    task = claims.take(claims.claim(thief))

    def at_the_other_counter() -> None:
        with claims.house.database.transaction() as session:
            identities.register_at_counter(session, claims.house, cast.phally.actor, cast.phnom_penh, CARD, now=NOW)

    assert set(at_once(lambda: claims.complete(task, VERIFIED), at_the_other_counter)) == {None, PersonKnownSince}
    verified = Person.id_number == NUMBER, Person.identity_status == IdentityStatus.VERIFIED
    with claims.house.database.reading() as session:
        assert len(session.scalars(select(Person).where(*verified)).all()) == 1


def test_two_counters_that_register_one_number_at_the_same_moment_make_one_person(claims: Claims) -> None:
    cast = claims.cast

    def register(who: Member, office: int) -> None:
        with claims.house.database.transaction() as session:
            identities.register_at_counter(session, claims.house, who.actor, office, CARD, now=NOW)

    came = at_once(lambda: register(cast.bopha, cast.battambang), lambda: register(cast.phally, cast.phnom_penh))
    assert set(came) == {None, PersonKnownSince}
    with claims.house.database.reading() as session:
        assert len(session.scalars(select(Person).where(Person.id_number == NUMBER)).all()) == 1


def test_an_account_is_verified_with_what_the_officer_saw_whatever_it_says_elsewhere(claims: Claims) -> None:
    """A second application of the same account claims another number while the first is looked at."""
    thief = claims.account()
    task = claims.take(claims.claim(thief, "111111111"))
    with claims.house.database.transaction() as session:
        identities.take_over(session.get_one(Person, thief.person_id), {"id_number": NUMBER})
    claims.complete(task, VERIFIED)
    assert claims.person(thief).id_number == "111111111"


def test_whoever_is_verified_at_the_counter_meanwhile_is_neither_changed_nor_unmade_by_the_application(
    claims: Claims,
) -> None:
    who = claims.account()
    task = claims.take(claims.claim(who, "999999999"))
    at_counter(claims, person_id=who.person_id)
    with pytest.raises(VerifiedOtherwise):
        claims.complete(task, VERIFIED)
    claims.complete(task, REFUSED)
    person = claims.person(who)
    assert (person.identity_status, person.id_number) == ("verified", NUMBER)


def test_a_correction_after_the_counter_verified_somebody_writes_nothing_over_it(claims: Claims) -> None:
    who = claims.account()
    key = claims.claim(who)
    claims.complete(claims.take(key), {"verification_result": "better_photo", "reason": "មិនច្បាស់"})
    at_counter(claims, person_id=who.person_id)
    raw = {name: value for page in claims.pages("999999999").values() for name, value in page.items()}
    with claims.house.database.transaction() as session:
        corrections.resubmit(session, claims.house, who, key, claims.task(key), raw=raw, now=NOW)
    assert claims.row(key).answers["id_number"] == "999999999"
    assert claims.person(who).id_number == NUMBER


def test_a_number_that_a_correction_brings_is_looked_at_like_any_other(claims: Claims) -> None:
    at_counter(claims)
    thief = claims.account()
    key = claims.claim(thief, "999999999")
    claims.complete(claims.take(key), {"verification_result": "better_photo", "reason": "មិនច្បាស់"})
    raw = {name: value for page in claims.pages(NUMBER).values() for name, value in page.items()}
    with claims.house.database.transaction() as session:
        corrections.resubmit(session, claims.house, thief, key, claims.task(key), raw=raw, now=NOW)
    with pytest.raises(PersonKnown):
        claims.complete(claims.take(key), VERIFIED)


def test_who_was_refused_may_try_again_and_be_verified(claims: Claims) -> None:
    who = claims.account()
    claims.complete(claims.take(claims.claim(who)), REFUSED)
    assert status(claims, who) == "refused"
    again = claims.claim(who)
    assert status(claims, who) == "pending"
    claims.complete(claims.take(again), VERIFIED)
    assert status(claims, who) == "verified"
