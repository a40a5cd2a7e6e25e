"""Whose work demands a second factor, when factors may be changed, and that the last one stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from engine.errors import ConfirmFirst, LastFactor, NotSignedIn, WrongPassword
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.people import authenticator_apps, factors, passkeys
from engine.people.accounts import SignedIn
from engine.people.sign_ins import Known
from storage.factors import Passkey
from storage.people import Person
from storage.sign_ins import SignIn
from tests.cast import PASSWORD, Cast
from tests.devices import Device
from tests.engine.people.conftest import MACHINE, outcomes, with_app, with_passkey

Browser = Callable[..., Known]
LATER = MACHINE + factors.FRESH


@pytest.fixture
def strict(house: House) -> House:
    """A house in which administrators work with a second factor only."""
    return replace(house, safety=replace(house.safety, second_factor_for=frozenset({ADMINISTRATOR})))


def again(house: House, seen: Known) -> Known:
    """The same sign-in as the next page finds it."""
    with house.database.reading() as session:
        row = session.get_one(SignIn, seen.sign_in_id)
        return replace(seen, confirmed_at=row.confirmed_at or row.begun_at, factor_at=row.factor_at)


def test_a_factor_is_demanded_of_the_groups_of_the_setting_alone(strict: House, cast: Cast, browser: Browser) -> None:
    for who, factor, lacks in (
        (cast.visal, "", True),
        (cast.visal, "app", False),
        (cast.chenda, "", False),
        (cast.dara, "", False),
    ):
        assert factors.lacks(strict, browser(who, factor=factor)) is lacks


def test_with_the_first_factor_this_browser_is_let_in_and_others_are_not(
    strict: House, cast: Cast, browser: Browser
) -> None:
    here, there = browser(cast.visal), browser(cast.visal)
    with_app(strict, here)
    assert not factors.lacks(strict, again(strict, here))
    assert factors.lacks(strict, again(strict, there))


def test_the_last_factor_of_who_needs_one_is_not_removed(strict: House, cast: Cast, browser: Browser) -> None:
    seen = browser(cast.visal)
    with_app(strict, seen)
    seen = again(strict, seen)
    with strict.database.transaction() as session, pytest.raises(LastFactor):
        authenticator_apps.remove(session, strict, seen, now=MACHINE)
    with_passkey(strict, seen, Device())
    with strict.database.transaction() as session:
        authenticator_apps.remove(session, strict, seen, now=MACHINE)
        number = session.scalars(select(Passkey.id)).one()
        with pytest.raises(LastFactor):
            passkeys.remove(session, strict, seen, number, now=MACHINE)


def test_two_factors_are_not_both_removed_at_once(strict: House, cast: Cast, browser: Browser) -> None:
    seen = browser(cast.visal)
    with_app(strict, seen)
    seen = again(strict, seen)
    with_passkey(strict, seen, Device())
    with strict.database.reading() as session:
        number = session.scalars(select(Passkey.id)).one()

    def app() -> None:
        with strict.database.transaction() as session:
            authenticator_apps.remove(session, strict, seen, now=MACHINE)

    def passkey() -> None:
        with strict.database.transaction() as session:
            passkeys.remove(session, strict, seen, number, now=MACHINE)

    assert outcomes(app, passkey) == ["LastFactor", "done"]


def test_the_password_shows_that_it_is_them_for_ten_minutes(house: House, cast: Cast, browser: Browser) -> None:
    seen = browser(cast.dara)
    with house.database.transaction() as session:
        factors.require_fresh(session, seen, now=MACHINE)
        with pytest.raises(ConfirmFirst):
            factors.require_fresh(session, seen, now=LATER)
        with pytest.raises(WrongPassword):
            factors.confirm_by_password(session, house, seen, "not the password", now=LATER)
        factors.confirm_by_password(session, house, seen, PASSWORD, now=LATER)
    seen = again(house, seen)
    assert seen.factor_at is None
    with house.database.reading() as session:
        factors.require_fresh(session, seen, now=LATER)
        with pytest.raises(ConfirmFirst):
            factors.require_fresh(session, seen, now=LATER + factors.FRESH)


def test_who_has_a_factor_shows_it_before_anything_is_changed(house: House, cast: Cast, browser: Browser) -> None:
    """A browser that signed in before the factor was set up elsewhere knows the password only."""
    before, here = browser(cast.dara), browser(cast.dara)
    with_app(house, here)
    with house.database.transaction() as session:
        for act in (
            lambda: factors.require_fresh(session, before, now=MACHINE),
            lambda: authenticator_apps.remove(session, house, before, now=MACHINE),
        ):
            with pytest.raises(ConfirmFirst):
                act()
        with pytest.raises(WrongPassword):
            factors.confirm_by_password(session, house, before, PASSWORD, now=MACHINE)
        factors.require_fresh(session, again(house, here), now=MACHINE)


def test_between_the_steps_an_account_may_be_disabled_or_signed_out(house: House, cast: Cast) -> None:
    who = SignedIn(cast.dara.person_id, 1)
    with house.database.transaction() as session:
        person = factors.still_welcome(session, who)
        person.session_epoch += 1
        with pytest.raises(NotSignedIn):
            factors.still_welcome(session, who)
        assert factors.still_welcome(session, SignedIn(person.id, 2)).id == person.id
        session.get_one(Person, person.id).disabled_at = MACHINE
        with pytest.raises(NotSignedIn):
            factors.still_welcome(session, SignedIn(person.id, 2))
        with pytest.raises(NotSignedIn):
            factors.still_welcome(session, SignedIn(987654, 1))
