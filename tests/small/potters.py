"""Cases of a small service that asks its applicants something in the middle: examined, asked, answered, decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine import bpmn
from engine.applications import applicant_forms, drafts, submitting, uploads
from engine.applications.applicant_forms import Answered
from engine.catalog.archives import pack
from engine.flow.start_events import register
from engine.house import House
from engine.packages import digest as digest_of
from engine.packages import read_files
from engine.tasks import user_tasks
from storage.applications import Application
from storage.messages import Notification
from storage.offices import Ministry, OfficeService
from storage.processes import OPEN_TASK, ProcessDefinition, ProcessInstance, UserTask
from tests.cast import HIRED, NOW, Cast, Member
from tests.ways import step

PACKAGE = Path(__file__).parent / "industry" / "potter_card"
SERVICE = "industry.potter_card"
WHEELS: Mapping[str, str] = {"wheel_kinds": "1", "wheels-0-wheel_name": "កង់ជើង", "wheels-0-pieces": "4"}
ANSWERS: Mapping[str, Mapping[str, str]] = {"extras": {}, "craft": {"years": "10"}, "wheels": WHEELS}
FAILED: Mapping[str, Any] = {
    "present": "yes",
    "score": "59",
    "grade": "village",
    "examined_on": "2026-03-02",
    "examined_at": "8:30",
    "deposit": "20 000",
}
PASSED: Mapping[str, Any] = {**FAILED, "score": "60", "grade": "master", "deposit": "០"}


@dataclass
class Potters:
    """The service, published and offered in Battambang, and what people there do with it."""

    house: House
    cast: Cast

    @step
    def open(self) -> None:
        """The first version of the service, its ministry, and the office that offers it."""
        self.draw(1, files())
        with self.house.database.transaction() as session:
            session.add(Ministry(key="industry", name_km="ក្រសួងឧស្សាហកម្ម", name_en="Ministry of Industry"))
            session.add(OfficeService(office_id=self.cast.battambang, service_key=SERVICE, offered_from=HIRED))

    @step
    def draw(self, version: int, files: Mapping[str, bytes], *, now: datetime = NOW) -> None:
        """These files as a version of the service."""
        with self.house.database.transaction() as session:
            row = ProcessDefinition(
                service_key=SERVICE,
                version=version,
                digest=digest_of(files),
                archive=pack(files),
                published_at=now,
                effective_from=now,
            )
            session.add(row)
            session.flush()
            register(session, row, self.house.catalog.draft(files).package.process)

    @step
    def draft(
        self,
        who: Member | None = None,
        *,
        answers: Mapping[str, Mapping[str, Any]] = ANSWERS,
        by: Member | None = None,
        now: datetime = NOW,
    ) -> str:
        """A draft with these answers, made by the applicant or by an officer at the counter."""
        applicant = who or self.cast.dara
        actor, other = (by or applicant).actor, applicant.person_id if by else None
        with self.house.database.transaction() as session:
            key = drafts.start_draft(
                session, self.house, actor, SERVICE, self.cast.battambang, applicant_id=other, now=now
            )
        for page, typed in answers.items():
            with self.house.database.transaction() as session:
                saved = drafts.save_page(session, self.house, actor, key, page, raw=typed, now=now)
                assert not saved.errors, saved.errors
        return key

    @step
    def send(
        self,
        who: Member | None = None,
        *,
        answers: Mapping[str, Mapping[str, Any]] = ANSWERS,
        by: Member | None = None,
        now: datetime = NOW,
    ) -> str:
        """An application, sent by Sok Dara unless somebody else is named."""
        key = self.draft(who, answers=answers, by=by, now=now)
        with self.house.database.transaction() as session:
            submitting.submit(session, self.house, (by or who or self.cast.dara).actor, key, now=now)
        return key

    @step
    def examine(self, key: str, marks: Mapping[str, Any] = PASSED, *, now: datetime = NOW) -> None:
        """Chan Bopha writes down the marks."""
        bopha, task_key = self.cast.bopha.actor, self.task(key, "exam")
        with self.house.database.transaction() as session:
            user_tasks.claim(session, self.house, bopha, task_key, now=now)
        with self.house.database.transaction() as session:
            user_tasks.complete(session, self.house, bopha, task_key, marks, now=now)

    @step
    def failed(self, *, by: Member | None = None, now: datetime = NOW) -> str:
        """An application whose applicant is asked whether to come again."""
        key = self.send(by=by, now=now)
        self.examine(key, FAILED, now=now)
        return key

    @step
    def answer(
        self, key: str, typed: Mapping[str, Any], *, who: Member | None = None, now: datetime = NOW, **more: Any
    ) -> Answered:
        """The applicant answers, or somebody at the counter."""
        actor, task_key = (who or self.cast.dara).actor, self.task(key, "repair")
        with self.house.database.transaction() as session:
            return applicant_forms.answer(session, self.house, actor, task_key, typed, now=now, **more)

    @step
    def attach(
        self, key: str, content: bytes, *, who: Member | None = None, place: str = "workshop_photo", now: datetime = NOW
    ) -> str:
        """A photo for the question."""
        actor, task_key, sent = (
            (who or self.cast.dara).actor,
            self.task(key, "repair"),
            uploads.examined("a.png", content),
        )
        with self.house.database.transaction() as session:
            return applicant_forms.attach(session, self.house, actor, task_key, place, upload=sent, now=now)

    def task(self, key: str, element_id: str) -> str:
        return self.task_row(key, element_id).key

    def task_row(self, key: str, element_id: str) -> UserTask:
        with self.house.database.reading() as session:
            found = session.scalar(
                select(UserTask)
                .join(Application, Application.id == UserTask.application_id)
                .where(Application.key == key, UserTask.element_id == element_id)
                .order_by(UserTask.id.desc())
            )
        assert found is not None
        return found

    def open_tasks(self, key: str) -> list[str]:
        with self.house.database.reading() as session:
            return list(
                session.scalars(
                    select(UserTask.element_id)
                    .join(Application, Application.id == UserTask.application_id)
                    .where(Application.key == key, UserTask.status.in_(OPEN_TASK))
                    .order_by(UserTask.id)
                )
            )

    def row(self, key: str) -> Application:
        with self.house.database.reading() as session:
            return session.scalars(select(Application).where(Application.key == key)).one()

    def variables(self, key: str, *, now: datetime = NOW) -> Mapping[str, Any]:
        """What the diagram of the case knows."""
        with self.house.database.reading() as session:
            instance = session.scalars(
                select(ProcessInstance)
                .join(Application, Application.id == ProcessInstance.application_id)
                .where(Application.key == key)
            ).one()
            process = self.house.catalog.of(session, instance.definition_id).process
        return bpmn.variables(process, instance.state, now=now)

    def told(self, key: str) -> list[str]:
        """The messages about a case to its applicant by telephone, oldest first."""
        with self.house.database.reading() as session:
            return list(
                session.scalars(
                    select(Notification.body)
                    .join(Application, Application.id == Notification.application_id)
                    .where(Application.key == key, Notification.person_id == Application.applicant_id)
                    .where(Notification.channel == "sms")
                    .order_by(Notification.id)
                )
            )


def potters(house: House, cast: Cast) -> Potters:
    """The service published and offered."""
    service = Potters(house, cast)
    service.open()
    return service


@cache
def files() -> Mapping[str, bytes]:
    """The package as it lies in the folder."""
    return read_files(PACKAGE)
