"""A small service whose applicants choose the day of a course, and whose specialist sets the day of a meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from engine import bpmn
from engine.house import House
from engine.khmer import Bilingual
from engine.sessions import cancelling, choosing, publishing
from engine.sessions.publishing import Made, SessionFacts
from engine.tasks import user_tasks
from storage.applications import Application
from storage.events import CaseEvent
from storage.messages import Notification
from storage.processes import OPEN_TASK, ProcessInstance, UserTask
from storage.sessions import OfficeSession, Seat
from tests.cast import NOW, Cast, Member
from tests.small.files import changed
from tests.small.services import SmallService, opened
from tests.ways import step

SERVICE = "industry.pottery_course"
COURSE, MEETING = f"{SERVICE}/course", f"{SERVICE}/meeting"
HALL = Bilingual("សាលធំ", "The hall")
FRIDAY = date(2026, 3, 6)
"""Four days after NOW, which is a Monday."""
MONDAY = date(2026, 3, 9)


@dataclass
class Courses:
    """The service, published and offered in Battambang, and what people there do with its sessions."""

    house: House
    cast: Cast
    service: SmallService

    @step
    def send(self, who: Member | None = None, *, people: int = 1, now: datetime = NOW) -> str:
        """An application, sent by Sok Dara unless somebody else is named."""
        return self.service.send(who, now=now, people=str(people))

    @step
    def publish(
        self, day: date = FRIDAY, *, by: Member | None = None, kind: str = COURSE, now: datetime = NOW, **facts: Any
    ) -> Made:
        given = {"begins": time(8), "ends": time(11), "place": HALL, "seats": 2} | facts
        with self.house.database.transaction() as session:
            return publishing.publish(
                session,
                self.house,
                (by or self.cast.bopha).actor,
                self.cast.battambang,
                kind,
                facts=SessionFacts(day=day, **given),
                now=now,
            )

    @step
    def session(self, day: date = FRIDAY, *, now: datetime = NOW, **facts: Any) -> str:
        """The key of a session that was just published."""
        self.publish(day, now=now, **facts)
        return self.sessions()[-1].key

    @step
    def choose(
        self, key: str, chosen: str, *, who: Member | None = None, element: str = "choose", now: datetime = NOW
    ) -> None:
        actor, task = (who or self.cast.dara).actor, self.service.task(key, element)
        with self.house.database.transaction() as session:
            choosing.choose(session, self.house, actor, task, chosen, now=now)

    @step
    def change(
        self, key: str, chosen: str, *, who: Member | None = None, kind: str = "course", now: datetime = NOW
    ) -> None:
        actor = (who or self.cast.dara).actor
        with self.house.database.transaction() as session:
            choosing.change(session, self.house, actor, key, kind, session_key=chosen, now=now)

    @step
    def cancel(self, chosen: str, reason: str = "គ្រូឈឺ", *, by: Member | None = None, now: datetime = NOW) -> int:
        with self.house.database.transaction() as session:
            return cancelling.cancel(session, self.house, (by or self.cast.bopha).actor, chosen, reason, now=now)

    @step
    def move(self, chosen: str, place: Bilingual, *, by: Member | None = None, now: datetime = NOW) -> int:
        with self.house.database.transaction() as session:
            return cancelling.move(session, self.house, (by or self.cast.bopha).actor, chosen, place, now=now)

    @step
    def held(self, key: str, result: str = "held", *, now: datetime = NOW) -> None:
        """Chan Bopha records the course."""
        self.service.work(key, "hold", {"result": result}, now=now)

    @step
    def claim(self, key: str, element: str, who: Member, *, now: datetime = NOW) -> None:
        with self.house.database.transaction() as session:
            user_tasks.claim(session, self.house, who.actor, self.service.task(key, element), now=now)

    def sessions(self) -> Sequence[OfficeSession]:
        with self.house.database.reading() as session:
            return session.scalars(select(OfficeSession).order_by(OfficeSession.id)).all()

    def taken(self) -> list[int]:
        return [row.taken for row in self.sessions()]

    def seats(self, key: str) -> list[tuple[str, str]]:
        """The seats of an application in their order: which session, and what became of it."""
        with self.house.database.reading() as session:
            rows = session.execute(
                select(OfficeSession.key, Seat.status)
                .join(Seat, Seat.session_id == OfficeSession.id)
                .where(Seat.application_id == self.service.row(key).id)
                .order_by(Seat.id)
            )
            return [(name, str(status)) for name, status in rows]

    def open_tasks(self, key: str) -> list[UserTask]:
        mine = UserTask.application_id == self.service.row(key).id, UserTask.status.in_(OPEN_TASK)
        with self.house.database.reading() as session:
            return list(session.scalars(select(UserTask).where(*mine).order_by(UserTask.id)))

    def waits_at(self, key: str) -> list[str]:
        return [task.element_id for task in self.open_tasks(key)]

    def events(self, key: str) -> list[str]:
        mine = CaseEvent.application_id == self.service.row(key).id
        with self.house.database.reading() as session:
            return list(session.scalars(select(CaseEvent.kind).where(mine).order_by(CaseEvent.seq)))

    def variables(self, key: str, *, now: datetime = NOW) -> dict[str, Any]:
        with self.house.database.reading() as session:
            instance = session.scalars(
                select(ProcessInstance)
                .join(Application, Application.id == ProcessInstance.application_id)
                .where(Application.key == key)
            ).one()
            process = self.house.catalog.of(session, instance.definition_id).process
        return dict(bpmn.variables(process, instance.state, now=now))

    def told(self, key: str) -> list[str]:
        """The messages about a case by telephone, oldest first."""
        mine = Notification.application_id == self.service.row(key).id, Notification.channel == "sms"
        with self.house.database.reading() as session:
            return list(session.scalars(select(Notification.body).where(*mine).order_by(Notification.id)))


def without_sessions() -> dict[str, bytes]:
    """A later version of the service, which declares no sessions any more."""
    service = changed("industry/pottery_course")["service.yaml"].decode()
    declared = service[service.index("sessions:") : service.index("stages:")]
    return changed("industry/pottery_course", ("service.yaml", declared, ""))


def courses(house: House, cast: Cast, files: Mapping[str, bytes] | None = None) -> Courses:
    """The service published and offered, as it lies there or of these files."""
    pages: dict[str, dict[str, Any]] = {"who": {}}
    return Courses(house, cast, opened(house, cast, SERVICE, files or changed("industry/pottery_course"), **pages))
