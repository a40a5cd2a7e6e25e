"""Lost second factors are taken away by two administrators together, never for themselves, or by the operator."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from engine.errors import (
    NoFactors,
    NotAllowed,
    NotFound,
    OtherAdministratorNeeded,
    OwnFactors,
    ReasonMissing,
    RemovalOver,
    RemovalWaits,
)
from engine.house import House
from engine.people import factor_removals, factors, recovery_codes
from engine.people.actors import OPERATOR, Actor
from engine.people.sign_ins import Known
from engine.queries.admin.factors import factors_of, proposals
from storage.factors import FactorRemoval
from storage.sign_ins import EndReason, SignIn
from tests.administrators import second
from tests.cast import Cast, Member
from tests.devices import Device
from tests.engine.people.conftest import MACHINE, kinds, outcomes, told, with_app, with_passkey

Browser = Callable[..., Known]


@pytest.fixture
def bopha(house: House, cast: Cast, browser: Browser) -> Member:
    """Bopha has an app, a passkey and recovery codes, and has lost them all."""
    with_app(house, browser(cast.bopha))
    seen = browser(cast.bopha, factor="app")
    with_passkey(house, seen, Device())
    with house.database.transaction() as session:
        recovery_codes.make(session, house, seen, now=MACHINE)
    return cast.bopha


def proposed(house: House, by: Actor, who: int, reason: str = "The telephone fell into the river.") -> int:
    with house.database.transaction() as session:
        factor_removals.propose(session, by, who, reason, now=MACHINE)
        return session.scalars(select(FactorRemoval.id).order_by(FactorRemoval.id.desc()).limit(1)).one()


def agreed(house: House, by: Actor, number: int) -> None:
    with house.database.transaction() as session:
        factor_removals.agree(session, house, by, number, now=MACHINE)


def test_two_administrators_take_them_away_and_the_person_is_signed_out_and_told(
    house: House, cast: Cast, bopha: Member
) -> None:
    other = second(house)
    number = proposed(house, cast.visal.actor, bopha.person_id)
    with house.database.reading() as session:
        shown = factors_of(session, other.actor, bopha.person_id)
        assert shown.proposal is not None
        assert (shown.held.count, shown.held.codes, shown.proposal.is_mine) == (2, 10, False)
        assert (shown.proposal.by("en"), shown.proposal.reason) == ("Ouch Visal", "The telephone fell into the river.")
        assert [one.is_mine for one in proposals(session, cast.visal.actor)] == [True]
    agreed(house, other.actor, number)
    with house.database.reading() as session:
        held = factors.held(session, bopha.person_id)
        assert (held.app, held.passkeys, held.codes) == (False, 0, 0)
        ended = session.scalars(select(SignIn.end_kind).where(SignIn.person_id == bopha.person_id)).all()
        assert set(ended) == {EndReason.GROUPS}
        row = session.get_one(FactorRemoval, number)
        assert (row.proposed_by_id, row.answered_by_id) == (cast.visal.person_id, other.person_id)
        assert proposals(session, cast.visal.actor) == []
    assert kinds(house)[-2:] == ["factors_removal_proposed", "factors_removed"]
    assert told(house, bopha)[-1] == "កត្តាទីពីរត្រូវបានដកចេញទាំងអស់"


def test_nobody_answers_their_own_proposal_or_takes_part_for_themselves(
    house: House, cast: Cast, bopha: Member, browser: Browser
) -> None:
    other = second(house)
    number = proposed(house, cast.visal.actor, bopha.person_id)
    with pytest.raises(OtherAdministratorNeeded):
        agreed(house, cast.visal.actor, number)
    with pytest.raises(OtherAdministratorNeeded):
        agreed(house, OPERATOR, number)
    with_app(house, browser(cast.visal))
    with pytest.raises(OwnFactors):
        proposed(house, cast.visal.actor, cast.visal.person_id)
    about_visal = proposed(house, other.actor, cast.visal.person_id)
    with pytest.raises(OwnFactors):
        agreed(house, cast.visal.actor, about_visal)
    for stranger in (cast.bopha.actor, cast.dara.actor, cast.chenda.actor):
        with pytest.raises(NotAllowed):
            proposed(house, stranger, cast.kunthea.person_id)
        with pytest.raises(NotAllowed):
            agreed(house, stranger, about_visal)
        with house.database.reading() as session, pytest.raises(NotAllowed):
            factors_of(session, stranger, cast.visal.person_id)


def test_a_proposal_has_a_reason_and_something_to_take_away_and_waits_once(
    house: House, cast: Cast, bopha: Member
) -> None:
    for who, reason, refusal in (
        (bopha.person_id, " ", ReasonMissing),
        (cast.dara.person_id, "lost", NoFactors),
        (987654, "lost", NotFound),
    ):
        with pytest.raises(refusal):
            proposed(house, cast.visal.actor, who, reason)
    proposed(house, cast.visal.actor, bopha.person_id)
    with pytest.raises(RemovalWaits):
        proposed(house, second(house).actor, bopha.person_id)


def test_a_refused_proposal_changes_nothing_and_is_over(house: House, cast: Cast, bopha: Member) -> None:
    other = second(house)
    number = proposed(house, cast.visal.actor, bopha.person_id)
    with house.database.transaction() as session:
        factor_removals.refuse(session, other.actor, number, now=MACHINE)
        assert factors.held(session, bopha.person_id).count == 2
    assert kinds(house)[-1] == "factors_removal_refused"
    with pytest.raises(RemovalOver):
        agreed(house, other.actor, number)
    with pytest.raises(NotFound):
        agreed(house, other.actor, number + 1)
    proposed(house, cast.visal.actor, bopha.person_id)  # and it can be proposed again


def test_of_two_answers_at_once_one_counts(house: House, cast: Cast, bopha: Member) -> None:
    other = second(house)
    number = proposed(house, cast.visal.actor, bopha.person_id)

    def refused() -> None:
        with house.database.transaction() as session:
            factor_removals.refuse(session, other.actor, number, now=MACHINE)

    assert outcomes(lambda: agreed(house, other.actor, number), refused) == ["RemovalOver", "done"]


def test_the_operator_takes_them_away_alone(house: House, cast: Cast, bopha: Member) -> None:
    with house.database.transaction() as session:
        factor_removals.take_away(session, house, OPERATOR, bopha.person_id, now=MACHINE)
        assert not factors.held(session, bopha.person_id)
        with pytest.raises(NoFactors):
            factor_removals.take_away(session, house, OPERATOR, bopha.person_id, now=MACHINE)
