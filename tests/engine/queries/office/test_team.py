"""The head's team: what it costs to look at, and who takes a task back."""

from __future__ import annotations

import pytest

from engine.errors import NotAllowed, NotFound, ReasonMissing, TaskGone
from engine.house import House
from engine.packages.groups import FRONT_OFFICE, HEAD
from engine.queries.office.team import PAGE_SIZE, team
from engine.queries.office.team_tasks import Asked, team_tasks
from engine.queries.shared.stretches import MOST_COUNTED, Wanted
from engine.tasks import user_tasks
from engine.tasks.team_work import take_back
from storage.people import Membership, Person
from tests.absences import TODAY
from tests.cast import HIRED, NOW, Member
from tests.small.cases import Kilns
from tests.small.crowds import crowd
from tests.statements import counted
from tests.ways import ground


@pytest.fixture
@ground
def check(kilns: Kilns) -> str:
    """A task of the front office that Chan Bopha has claimed."""
    sent = kilns.send()
    kilns.pay(sent)
    key = kilns.task(sent, "check")
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, kilns.cast.bopha.actor, key, now=NOW)
    return key


def back(house: House, by: Member, key: str, reason: str = "ឈប់សម្រាក") -> None:
    with house.database.transaction() as session:
        take_back(session, house, by.actor, key, reason, now=NOW)


def test_only_the_head_of_the_office_takes_a_task_back_and_never_without_a_reason(kilns: Kilns, check: str) -> None:
    for other in (kilns.cast.vannak, kilns.cast.phally, kilns.cast.visal, kilns.cast.bopha):
        with pytest.raises(NotAllowed):
            back(kilns.house, other, check)
    with pytest.raises(ReasonMissing):
        back(kilns.house, kilns.cast.kunthea, check, " ")
    back(kilns.house, kilns.cast.kunthea, check)
    with pytest.raises(TaskGone):
        back(kilns.house, kilns.cast.kunthea, check)


def test_not_in_the_heads_own_case(kilns: Kilns) -> None:
    sent = kilns.send(kilns.cast.kunthea)
    kilns.pay(sent)
    key = kilns.task(sent, "check")
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, kilns.cast.bopha.actor, key, now=NOW)
    with pytest.raises(NotAllowed):
        back(kilns.house, kilns.cast.kunthea, key)


def test_a_head_looks_at_their_own_people_and_at_nobody_else(kilns: Kilns, check: str) -> None:
    def looked(who: Member, code: str = "") -> str:
        of = Asked(code, who.person_id, "", Wanted())
        with kilns.house.database.reading() as session:
            found = team_tasks(session, kilns.house, kilns.cast.kunthea.actor, of, now=NOW)
        return found.officer.en if found.officer else ""

    assert looked(kilns.cast.bopha) == looked(kilns.cast.bopha, "02") == kilns.cast.bopha.name_latin
    assert looked(kilns.cast.vannak) == kilns.cast.vannak.name_latin  # without a task
    for stranger in (kilns.cast.dara, kilns.cast.phally):
        with pytest.raises(NotFound):
            looked(stranger)
    with pytest.raises(NotFound):
        looked(kilns.cast.bopha, "12")


def test_a_team_costs_as_much_with_many_officers_and_tasks(kilns: Kilns, check: str) -> None:
    house, head = kilns.house, kilns.cast.kunthea.actor

    def asked() -> int:
        with counted(house.database) as cost, house.database.reading() as session:
            team(session, head, "", 1, today=TODAY, now=NOW)
        return cost.statements

    few = asked()
    sent = kilns.send()
    kilns.pay(sent)
    crowd(kilns, sent, MOST_COUNTED + 5)
    with house.database.transaction() as session:
        for number in range(2 * PAGE_SIZE):
            session.add(person := Person(name_latin=f"Officer {number:02}", created_at=NOW))
            session.flush()
            place = {"office_id": kilns.cast.battambang, "from_day": HIRED}
            session.add(Membership(person_id=person.id, group=HEAD, **place))
    assert asked() == few
    with house.database.reading() as session:
        found = team(session, head, "02", 2, today=TODAY, now=NOW)
    assert (found.members.number, found.members.pages, len(found.members.items)) == (2, 3, PAGE_SIZE)
    assert {one.group: one.tasks.count for one in found.waiting}[FRONT_OFFICE] == MOST_COUNTED + 1
