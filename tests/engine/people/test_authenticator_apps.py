"""The app of a person: set up by a code, asked for codes, none of them twice, guessed at in vain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine.errors import ConfirmFirst, NotFound, OfferEnded, TooManyWrongCodes, WrongCode
from engine.house import House, Safety
from engine.people import authenticator_apps, factors, totp
from engine.people.authenticator_apps import FREE, LONGEST_PAUSE, pause_after
from engine.people.sign_ins import Known
from engine.sealing import Sealing
from storage.factors import AuthenticatorApp
from tests.cast import Cast
from tests.engine.people.conftest import MACHINE, kinds, outcomes, told, with_app
from tests.properties import given, st

Browser = Callable[..., Known]
HALF_MINUTE = timedelta(seconds=totp.PERIOD)
LATER = MACHINE + 2 * HALF_MINUTE


def taken(house: House, who: int, code: str, *, at: datetime = LATER) -> None:
    with house.database.transaction() as session:
        authenticator_apps.take(session, house, who, code, now=at)


def tried(house: House, who: int, *, at: datetime = LATER) -> None:
    with house.database.transaction() as session:
        authenticator_apps.count_try(session, house, who, now=at)


def code_at(secret: str, at: datetime) -> str:
    return totp.code_of(secret, totp.half_minute(at))


def test_an_app_is_a_factor_once_it_has_shown_a_code(house: House, cast: Cast, browser: Browser) -> None:
    seen = browser(cast.dara)
    with house.database.transaction() as session:
        made = authenticator_apps.offer(session, house, seen.actor, now=MACHINE)
        assert not factors.held(session, cast.dara.person_id)
        wrong = code_at(made.secret, MACHINE + timedelta(hours=1))
        with pytest.raises(WrongCode):
            authenticator_apps.add(session, house, seen, made, wrong, now=MACHINE)
        brought = authenticator_apps.offered(session, house, seen.actor, made.sealed, now=MACHINE)
        authenticator_apps.add(session, house, seen, brought, code_at(made.secret, MACHINE), now=MACHINE)
        assert factors.held(session, cast.dara.person_id).app
    assert kinds(house) == ["factor_added"]
    assert told(house, cast.dara) == ["បានបន្ថែមកត្តាទីពីរ"]


def test_the_secret_lies_sealed_and_opens_in_no_other_row_and_with_no_other_key(
    house: House, cast: Cast, browser: Browser
) -> None:
    secret = with_app(house, browser(cast.dara))
    with house.database.transaction() as session:
        row = session.scalars(select(AuthenticatorApp)).one()
        assert secret not in row.secret
        session.add(AuthenticatorApp(person_id=cast.sreyneang.person_id, secret=row.secret, added_at=MACHINE))
        session.flush()
    with pytest.raises(WrongCode):
        taken(house, cast.sreyneang.person_id, code_at(secret, LATER))
    elsewhere = replace(house, safety=Safety(Sealing.of("the secret of somebody who has copied the database")))
    with pytest.raises(WrongCode):
        taken(elsewhere, cast.dara.person_id, code_at(secret, LATER))
    taken(house, cast.dara.person_id, code_at(secret, LATER))


def test_an_offer_is_for_its_person_and_for_half_an_hour(house: House, cast: Cast, browser: Browser) -> None:
    mine, theirs = browser(cast.dara).actor, browser(cast.sreyneang).actor
    with house.database.reading() as session:
        made = authenticator_apps.offer(session, house, mine, now=MACHINE)
        almost = MACHINE + timedelta(minutes=29)
        assert authenticator_apps.offered(session, house, mine, made.sealed, now=almost) == made
        for actor, sealed, at in (
            (theirs, made.sealed, MACHINE),
            (mine, made.sealed, MACHINE + timedelta(minutes=30)),
            (mine, "", MACHINE),
            (mine, "made up", MACHINE),
        ):
            with pytest.raises(OfferEnded):
                authenticator_apps.offered(session, house, actor, sealed, now=at)


def test_a_code_is_taken_once_also_the_one_that_set_the_app_up(house: House, cast: Cast, browser: Browser) -> None:
    secret = with_app(house, browser(cast.dara))
    with pytest.raises(WrongCode):
        taken(house, cast.dara.person_id, code_at(secret, MACHINE), at=MACHINE)
    code = code_at(secret, LATER)
    taken(house, cast.dara.person_id, f"{code[:3]} {code[3:]}")
    for again in (LATER, LATER + HALF_MINUTE):
        with pytest.raises(WrongCode):
            taken(house, cast.dara.person_id, code, at=again)


def test_of_two_browsers_with_one_code_at_once_one_gets_in(house: House, cast: Cast, browser: Browser) -> None:
    code = code_at(with_app(house, browser(cast.dara)), LATER)
    ended = outcomes(*[lambda: taken(house, cast.dara.person_id, code)] * 4)
    assert ended == ["WrongCode"] * 3 + ["done"]


def test_digits_may_be_typed_in_khmer(house: House, cast: Cast, browser: Browser) -> None:
    code = code_at(with_app(house, browser(cast.dara)), LATER)
    taken(house, cast.dara.person_id, code.translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")))


def test_after_some_wrong_codes_each_next_one_waits_longer_and_the_person_is_told_once(
    house: House, cast: Cast, browser: Browser
) -> None:
    secret = with_app(house, browser(cast.dara))
    for _ in range(FREE):
        tried(house, cast.dara.person_id)
    with pytest.raises(TooManyWrongCodes) as refused:
        tried(house, cast.dara.person_id, at=LATER + timedelta(seconds=29))
    assert refused.value.facts == {"minutes": 1}
    tried(house, cast.dara.person_id, at=LATER + timedelta(seconds=30))
    with pytest.raises(TooManyWrongCodes):
        tried(house, cast.dara.person_id, at=LATER + timedelta(seconds=89))
    assert told(house, cast.dara)[1:] == ["មានគេទាយលេខកូដរបស់អ្នក"]
    later = LATER + timedelta(hours=1)
    tried(house, cast.dara.person_id, at=later)
    taken(house, cast.dara.person_id, code_at(secret, later), at=later)
    for _ in range(FREE):
        tried(house, cast.dara.person_id, at=later)  # a right one begins the count anew


def test_many_tries_at_once_are_as_many_tries(house: House, cast: Cast, browser: Browser) -> None:
    with_app(house, browser(cast.dara))
    ended = outcomes(*[lambda: tried(house, cast.dara.person_id)] * (FREE + 3))
    assert ended == ["TooManyWrongCodes"] * 3 + ["done"] * FREE


@given(st.integers(min_value=0, max_value=10_000))
def test_pauses_grow_and_never_lock_out_for_good(failures: int) -> None:
    assert pause_after(failures) <= pause_after(failures + 1) <= LONGEST_PAUSE
    assert (pause_after(failures) == timedelta()) == (failures < FREE)


def test_who_has_no_app_shows_no_code(house: House, cast: Cast) -> None:
    for act in (tried, lambda house, who: taken(house, who, "000000")):
        with pytest.raises(WrongCode):
            act(house, cast.dara.person_id)


def test_another_telephone_takes_the_place_of_the_one_before(house: House, cast: Cast, browser: Browser) -> None:
    seen = browser(cast.dara, factor="app")
    old, new = with_app(house, seen), with_app(house, seen, at=MACHINE + 2 * HALF_MINUTE)
    at = MACHINE + 8 * HALF_MINUTE
    with pytest.raises(WrongCode):
        taken(house, cast.dara.person_id, code_at(old, at), at=at)
    taken(house, cast.dara.person_id, code_at(new, at), at=at)


def test_an_app_is_removed_with_a_line_and_a_message(house: House, cast: Cast, browser: Browser) -> None:
    seen = browser(cast.dara, factor="app")
    with_app(house, seen)
    with house.database.transaction() as session:
        authenticator_apps.remove(session, house, seen, now=MACHINE)
        assert not factors.held(session, cast.dara.person_id)
        with pytest.raises(NotFound):
            authenticator_apps.remove(session, house, seen, now=MACHINE)
    assert kinds(house) == ["factor_added", "factor_removed"]
    assert told(house, cast.dara)[1:] == ["បានដកកត្តាទីពីរចេញ"]


def test_who_signed_in_a_while_ago_changes_nothing_without_showing_that_it_is_them(
    house: House, cast: Cast, browser: Browser
) -> None:
    seen, later = browser(cast.dara), MACHINE + factors.FRESH
    with pytest.raises(ConfirmFirst):
        with_app(house, seen, at=later)
    with_app(house, seen, at=later - timedelta(seconds=1))
