"""The head's team over HTTP: who has what, what nobody has, and tasks that go back to their group."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.packages.groups import FRONT_OFFICE
from engine.queries.office.team import Pile, team
from engine.tasks import user_tasks
from storage.events import CaseEvent
from storage.processes import TaskStatus, UserTask
from tests.absences import TODAY, away
from tests.cast import NOW, Member
from tests.small.cases import Kilns

SignedIn = Callable[[Member], FlaskClient]


@pytest.fixture
def check(kilns: Kilns) -> str:
    """A task of the front office that Chan Bopha has claimed."""
    sent = kilns.send()
    kilns.pay(sent)
    key = kilns.task(sent, "check")
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, kilns.cast.bopha.actor, key, now=NOW)
    return key


def test_the_head_sees_who_has_what_and_what_nobody_has(kilns: Kilns, check: str, signed_in: SignedIn) -> None:
    waiting = kilns.send()
    kilns.pay(waiting)
    away(kilns.house, kilns.cast.vannak, None)
    browser = signed_in(kilns.cast.kunthea)
    page = browser.get("/office/team?lang=en").get_data(as_text=True)
    assert "Chan Bopha" in page
    assert "Away until" in page
    link = f'href="/office/team/{kilns.cast.bopha.person_id}?office=02"'
    assert link in page
    assert "group=front_office" in page
    theirs = browser.get(f"/office/team/{kilns.cast.bopha.person_id}?office=02").get_data(as_text=True)
    assert f'value="{check}"' in theirs
    nobodys = browser.get("/office/team/waiting?office=02&group=front_office").get_data(as_text=True)
    assert (waiting.reference in nobodys, "Sok Dara" in nobodys) == (True, False)
    with kilns.house.database.reading() as session:
        found = team(session, kilns.cast.kunthea.actor, "02", 1, today=TODAY, now=NOW)
    has = {one.name.en: one.has for one in found.members.items}
    assert (has["Chan Bopha"].count, has["Chan Bopha"].oldest, has["Keo Vannak"]) == (1, NOW, Pile())
    assert {one.group: one.tasks.count for one in found.waiting}[FRONT_OFFICE] == 1


def test_chosen_tasks_go_back_to_the_group_with_a_reason(kilns: Kilns, check: str, signed_in: SignedIn) -> None:
    head, where = signed_in(kilns.cast.kunthea), f"/office/team/{kilns.cast.bopha.person_id}"
    head.get("/office?lang=en")
    nothing = head.post(f"{where}/back?office=02", data={"reason": "Away"})
    assert (nothing.status_code, "Choose at least one task." in nothing.get_data(as_text=True)) == (422, True)
    unsaid = head.post(f"{where}/back?office=02", data={"task": check})
    assert (unsaid.status_code, "checked" in unsaid.get_data(as_text=True)) == (422, True)
    done = head.post(f"{where}/back?office=02", data={"task": [check, "x"], "reason": "Away"}, follow_redirects=True)
    page = done.get_data(as_text=True)
    assert "1 task is open to its group again." in page
    assert "1 task was left as it is" in page
    with kilns.house.database.reading() as session:
        task = session.scalars(select(UserTask).where(UserTask.key == check)).one()
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "task_taken_back")).one()
    assert (task.status, task.assignee_id) == (TaskStatus.READY, None)
    assert (event.data["officer_en"], event.personal["reason"]) == ("Chan Bopha", "Away")


def test_chosen_tasks_are_given_to_a_colleague_who_may_do_them(kilns: Kilns, check: str, signed_in: SignedIn) -> None:
    head, cast = signed_in(kilns.cast.kunthea), kilns.cast
    where = f"/office/team/give?office=02&of={cast.bopha.person_id}"
    form = {"task": check, "reason": "Away", "colleague": str(cast.vannak.person_id)}
    assert head.post(where, data=form | {"colleague": ""}).status_code == 422
    head.post(where, data=form | {"colleague": str(cast.rithy.person_id)})
    head.post(where, data=form | {"colleague": str(cast.phally.person_id)})
    with kilns.house.database.reading() as session:
        assert session.scalars(select(UserTask.assignee_id).where(UserTask.key == check)).one() == cast.bopha.person_id
    assert head.post(where, data=form).location == "/office/team?office=02"
    with kilns.house.database.reading() as session:
        assert session.scalars(select(UserTask.assignee_id).where(UserTask.key == check)).one() == cast.vannak.person_id
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "task_assigned")).one()
    assert (event.data["officer_en"], event.personal["reason"]) == ("Keo Vannak", "Away")
    assert signed_in(cast.bopha).post(where, data=form).status_code == 403


@pytest.mark.parametrize(
    "address", ["/office/team?office=12", "/office/team/3?office=12", "/office/team/waiting?office=12"]
)
def test_another_office_has_another_head(kilns: Kilns, signed_in: SignedIn, address: str) -> None:
    assert signed_in(kilns.cast.kunthea).get(address).status_code == 404
    assert signed_in(kilns.cast.bopha).get(address).status_code == 403
