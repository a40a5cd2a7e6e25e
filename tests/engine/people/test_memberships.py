"""From which day to which somebody may act for an office: both days count."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from engine.house import House
from engine.packages.groups import FRONT_OFFICE
from engine.people.actors import load_actor, serving
from storage.people import Membership
from tests.cast import Cast

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 6)


@pytest.mark.parametrize(("day", "may"), [(1, False), (2, True), (4, True), (6, True), (7, False)])
def test_the_first_and_the_last_day_of_a_membership_count(house: House, cast: Cast, day: int, may: bool) -> None:
    bopha, today = cast.bopha.person_id, date(2026, 3, day)
    with house.database.transaction() as session:
        session.execute(update(Membership).where(Membership.person_id == bopha).values(from_day=FIRST, to_day=LAST))
    with house.database.reading() as session:
        actor = load_actor(session, bopha, today=today)
        assert actor is not None
        assert actor.acts_for(FRONT_OFFICE, cast.battambang) is may
        assert (bopha in session.scalars(serving(FRONT_OFFICE, cast.battambang, today)).all()) is may


def test_a_membership_without_a_last_day_goes_on(house: House, cast: Cast) -> None:
    with house.database.reading() as session:
        actor = load_actor(session, cast.bopha.person_id, today=date(2099, 1, 1))
    assert actor is not None
    assert actor.acts_for(FRONT_OFFICE, cast.battambang)
