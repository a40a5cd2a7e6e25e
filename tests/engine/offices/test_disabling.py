"""Accounts that are disabled: what becomes of their work, and who may not be disabled."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from engine.errors import LastAdministrator, NotAllowed, NotFound, OwnAccount
from engine.house import House
from engine.offices.disabling import disable, enable
from engine.offices.officers import grant
from engine.offices.staffing import _serving
from engine.packages.groups import ADMINISTRATOR, FRONT_OFFICE
from engine.people.actors import OPERATOR, Actor, load_actor, serving
from engine.people.members import members
from engine.tasks import user_tasks
from storage.events import CaseEvent
from storage.people import Person
from storage.processes import UserTask
from tests.cast import NOW, Cast, Member
from tests.small.cases import Kilns

TODAY = date(2026, 3, 2)


def disabled(house: House, actor: Actor, who: Member) -> None:
    with house.database.transaction() as session:
        disable(session, actor, who.person_id, today=TODAY, now=NOW)


def acts(house: House, who: Member) -> bool:
    with house.database.reading() as session:
        return load_actor(session, who.person_id, today=TODAY) is not None


def test_what_a_disabled_officer_had_claimed_goes_back_with_a_line_in_the_history(kilns: Kilns) -> None:
    sent, cast = kilns.send(), kilns.cast
    kilns.pay(sent)
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, cast.bopha.actor, kilns.task(sent, "check"), now=NOW)
    for _ in range(2):
        disabled(kilns.house, cast.visal.actor, cast.bopha)
    with kilns.house.database.reading() as session:
        task = session.scalars(select(UserTask).where(UserTask.key == kilns.task(sent, "check"))).one()
        released = select(CaseEvent.actor_id).where(CaseEvent.kind == "claim_released")
        assert session.scalars(released).all() == [cast.visal.person_id]
    assert (task.status, task.assignee_id) == ("ready", None)
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, cast.vannak.actor, kilns.task(sent, "check"), now=NOW)


def test_an_account_that_is_enabled_again_acts_as_before(house: House, cast: Cast) -> None:
    disabled(house, cast.visal.actor, cast.bopha)
    assert not acts(house, cast.bopha)
    for _ in range(2):
        with house.database.transaction() as session:
            enable(session, cast.visal.actor, cast.bopha.person_id, now=NOW)
    assert acts(house, cast.bopha)


def test_nobody_disables_their_own_account(house: House, cast: Cast) -> None:
    with pytest.raises(OwnAccount):
        disabled(house, cast.visal.actor, cast.visal)
    assert acts(house, cast.visal)


def test_the_last_who_administers_every_office_is_not_disabled(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        grant(session, house, OPERATOR, cast.mony.person_id, ADMINISTRATOR, office_code="02", today=TODAY, now=NOW)
    with pytest.raises(LastAdministrator):
        disabled(house, OPERATOR, cast.visal)
    with house.database.transaction() as session:
        grant(session, house, OPERATOR, cast.kunthea.person_id, ADMINISTRATOR, office_code=None, today=TODAY, now=NOW)
    disabled(house, OPERATOR, cast.visal)
    with pytest.raises(LastAdministrator):
        disabled(house, OPERATOR, cast.kunthea)
    assert (acts(house, cast.visal), acts(house, cast.kunthea)) == (False, True)


def test_only_who_administers_every_office_disables_and_enables(house: House, cast: Cast) -> None:
    of_one = Actor(cast.kunthea.person_id, memberships=frozenset({(ADMINISTRATOR, cast.battambang)}))
    for actor in (of_one, cast.kunthea.actor, cast.dara.actor):
        with pytest.raises(NotAllowed):
            disabled(house, actor, cast.bopha)
        with house.database.transaction() as session, pytest.raises(NotAllowed):
            enable(session, actor, cast.bopha.person_id, now=NOW)


def test_whoever_is_disabled_is_told_nothing_and_counts_for_no_group(house: House, cast: Cast) -> None:
    def who(house: House) -> list[set[int]]:
        with house.database.reading() as session:
            asked = members((FRONT_OFFICE,), cast.battambang, TODAY), serving(FRONT_OFFICE, cast.battambang, TODAY)
            counted = _serving(session, cast.battambang, TODAY)
            return [*(set(session.scalars(one)) for one in asked), counted.get(FRONT_OFFICE, set())]

    both = {cast.bopha.person_id, cast.vannak.person_id}
    assert who(house) == [both] * 3
    disabled(house, cast.visal.actor, cast.bopha)
    assert who(house) == [{cast.vannak.person_id}] * 3


def test_two_administrators_who_disable_each_other_at_once_leave_one(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        grant(session, house, OPERATOR, cast.kunthea.person_id, ADMINISTRATOR, office_code=None, today=TODAY, now=NOW)
    start, refused = Barrier(2), []

    def disabling(actor: Actor, who: Member) -> None:
        start.wait()
        try:
            disabled(house, actor, who)
        except LastAdministrator as refusal:
            refused.append(refusal)

    visal, kunthea = cast.visal, cast.kunthea
    everywhere = Actor(kunthea.person_id, memberships=frozenset({(ADMINISTRATOR, None)}))
    both = [Thread(target=disabling, args=pair) for pair in ((visal.actor, kunthea), (everywhere, visal))]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert (len(refused), [acts(house, visal), acts(house, kunthea)].count(True)) == (1, 1)


def test_nobody_is_no_account(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        with pytest.raises(NotFound):
            disable(session, cast.visal.actor, 999, today=TODAY, now=NOW)
        with pytest.raises(NotFound):
            enable(session, cast.visal.actor, 999, now=NOW)
        assert session.scalars(select(Person.id).where(Person.disabled_at.is_not(None))).all() == []
