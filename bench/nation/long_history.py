"""The page of a history of a thousand events, of a task that was claimed and given back again and again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.installation import NOW
from bench.nation.making import Nation
from bench.nation.pages import Asked, measure
from bench.nation.plan import BUSY
from bench.rows import Row
from engine.packages.groups import FRONT_OFFICE
from engine.people.actors import Actor
from engine.tasks import user_tasks
from storage.applications import Application
from storage.offices import Office
from storage.people import Membership, Person
from storage.processes import TaskStatus, UserTask

EVENTS: Final = 1_000


def rows(nations: Sequence[Nation]) -> Iterator[Row]:
    """In the largest nation."""
    nation = nations[-1]
    asked = Asked("history", "administrator", f"/admin/cases/{_long(nation)}/history", must=100)
    ((taken,),) = measure([nation], [asked])
    yield Row(f"history page of {EVENTS:,} events", taken.middle, " ms", asked.must, sense="at most", note=taken.note)


def _long(nation: Nation) -> str:
    """The key of a case with so many events; the first time they are made."""
    house = nation.house()
    with house.database.reading() as session:
        officer, task, application = _chosen(session)
    for _ in range(max(0, EVENTS - application.event_seq + 1) // 2):
        for act in (user_tasks.claim, user_tasks.release_claim):
            with house.database.transaction() as session:
                act(session, house, officer, task, now=NOW)
    house.database.close()
    return application.key


def _chosen(session: Session) -> tuple[Actor, str, Application]:
    """The case with the longest history at the busy office, its task and its officer."""
    works = select(Membership.person_id, Office.id).join(Office, Office.id == Membership.office_id)
    person_id, office_id = session.execute(works.where(Office.code == BUSY, Membership.group == FRONT_OFFICE)).one()
    person = session.get_one(Person, person_id)
    waits = select(UserTask.key, Application).join(Application, Application.id == UserTask.application_id)
    here = waits.where(
        UserTask.office_id == office_id, UserTask.group == FRONT_OFFICE, UserTask.status == TaskStatus.READY
    )
    key, application = session.execute(here.order_by(Application.event_seq.desc(), UserTask.id).limit(1)).one()
    memberships = frozenset({(FRONT_OFFICE, office_id)})
    return Actor(person.id, person.name_km, person.name_latin, memberships=memberships), key, application
