"""Cases of a small service that crosses levels: received at a district, tested in a province's laboratory, examined at
the ministry, handed over at the district."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine.applications import drafts, submitting, uploads
from engine.house import House
from engine.offices import offering, opening
from engine.offices.offering import Days
from engine.people.actors import OPERATOR
from engine.tasks import user_tasks
from engine.versions import publishing
from storage.applications import Application
from storage.events import CaseEvent
from storage.offices import Office
from storage.people import Membership, Person
from storage.processes import OPEN_TASK, UserTask
from tests.cast import BEFORE, HIRED, NOW, PASSWORD_HASH, Cast, Member
from tests.small.releases import released
from tests.ways import step

PACKAGE = Path(__file__).parent / "culture" / "film_permit"
SERVICE = "culture.film_permit"
LABORATORY = "culture.laboratory"
ANSWERS = {"film": "រឿងថ្មី", "kind": "feature"}

OFFICERS = {
    # name: group, code of the office or key of its ministry
    "front": ("front_office", "0203"),
    "district_head": ("head", "0203"),
    "laboratory": (LABORATORY, "02"),
    "second_laboratory": (LABORATORY, "02"),
    "province_head": ("head", "02"),
    "specialist": ("specialist", "culture"),
    "ministry_head": ("head", "culture"),
    "governor": ("governor", "0203"),
    "other_district": ("front_office", "0801"),
    "other_laboratory": (LABORATORY, "12"),
    "other_specialist": ("specialist", "12"),
}


@dataclass
class Films:
    """The service, published and offered at the district 0203, and the officers of every office on the way."""

    house: House
    cast: Cast
    officers: Mapping[str, Member] = field(default_factory=dict)
    district: int = 0

    @step
    def begin(self) -> tuple[int, Mapping[str, Member]]:
        """The service offered at the district 0203, with every office on the way open and staffed: the office of the
        district, and the officers."""
        released(self.house, PACKAGE)
        self.open("0203", "0801", "culture")
        self.offer()
        return self.hire()

    @step
    def publish(self, *changes: tuple[str, str, str], now: datetime = NOW) -> publishing.Publication:
        """The package as it lies in the folder, or with these texts of files replaced and without scenarios."""
        files = dict(publishing.files_of(PACKAGE))
        if changes:
            del files["tests.yaml"]
        for name, before, after in changes:
            assert before in files[name].decode(), before
            files[name] = files[name].decode().replace(before, after).encode()
        with self.house.database.transaction() as session:
            return publishing.publish(session, self.house, files, now=now)

    def open(self, *codes: str) -> None:
        """Opens these offices: a code of a place, or the key of a ministry."""
        with self.house.database.transaction() as session:
            for code in codes:
                is_place = code.isdigit()
                facts = opening.usual_facts(code) if is_place else opening.ministry_facts(session, code)
                opening.open_office(session, OPERATOR, facts, now=NOW)

    def offer(self, code: str = "0203") -> None:
        with self.house.database.transaction() as session:
            published = self.house.catalog.current(session, SERVICE, now=NOW)
            office_id = opening.find_office(session, code)
            offering.offer(session, OPERATOR, office_id, published, Days(HIRED), now=NOW)

    def hire(self) -> tuple[int, Mapping[str, Member]]:
        hired: dict[str, Member] = {}
        with self.house.database.transaction() as session:
            district = opening.find_office(session, "0203")
            for number, (name, (group, code)) in enumerate(OFFICERS.items()):
                phone, latin = f"+8551700000{number}", name.replace("_", " ").title()
                person = Person(
                    phone=phone, phone_proved_at=BEFORE, password_hash=PASSWORD_HASH, name_km=f"មន្ត្រី {number}",
                    name_latin=latin, identity_status="verified", session_epoch=1, created_at=BEFORE,
                )  # fmt: skip
                session.add(person)
                session.flush()
                office_id = opening.find_office(session, code)
                session.add(Membership(person_id=person.id, office_id=office_id, group=group, from_day=HIRED))
                held = frozenset({(group, office_id)})
                hired[name] = Member(person.id, person.name_km, latin, phone, None, "verified", held)
        return district, hired

    @step
    def send(
        self, *, answers: dict[str, str] | None = None, script: bytes = b"", now: datetime = NOW
    ) -> submitting.Submitted:
        dara = self.cast.dara.actor
        with self.house.database.transaction() as session:
            key = drafts.start_draft(session, self.house, dara, SERVICE, self.district, now=now)
        with self.house.database.transaction() as session:
            saved = drafts.save_page(session, self.house, dara, key, "film", raw=answers or ANSWERS, now=now)
            assert not saved.errors
        if script:
            upload = uploads.examined("script.png", script)
            with self.house.database.transaction() as session:
                uploads.add_document(session, self.house, dara, key, "script", upload=upload, now=now)
        with self.house.database.transaction() as session:
            return submitting.submit(session, self.house, dara, key, now=now)

    @step
    def work(
        self, sent: submitting.Submitted, element_id: str, who: str, answers: dict[str, Any], *, now: datetime = NOW
    ) -> None:
        """Claims the open task of this element and completes it."""
        task_key, actor = self.task(sent, element_id).key, self.officers[who].actor
        with self.house.database.transaction() as session:
            user_tasks.claim(session, self.house, actor, task_key, now=now)
        with self.house.database.transaction() as session:
            user_tasks.complete(session, self.house, actor, task_key, answers, now=now)

    @step
    def at_the_ministry(self, *, now: datetime = NOW) -> submitting.Submitted:
        """A case that waits to be examined."""
        sent = self.send(now=now)
        self.work(sent, "check", "front", {}, now=now)
        self.work(sent, "test", "laboratory", {}, now=now)
        return sent

    def task(self, sent: submitting.Submitted, element_id: str) -> UserTask:
        with self.house.database.reading() as session:
            return (
                session.scalars(
                    select(UserTask)
                    .join(Application, Application.id == UserTask.application_id)
                    .where(Application.key == sent.key, UserTask.element_id == element_id)
                    .order_by(UserTask.id.desc())
                ).first()
                or UserTask()
            )

    def holders(self, sent: submitting.Submitted) -> list[str]:
        """The codes of the offices that have an open task of the case."""
        with self.house.database.reading() as session:
            rows = session.scalars(
                select(Office.code)
                .join(UserTask, UserTask.office_id == Office.id)
                .join(Application, Application.id == UserTask.application_id)
                .where(Application.key == sent.key, UserTask.status.in_(OPEN_TASK))
                .order_by(UserTask.id)
            )
            return list(rows)

    def crossings(self, sent: submitting.Submitted) -> list[tuple[str, str]]:
        with self.house.database.reading() as session:
            rows = session.scalars(
                select(CaseEvent)
                .join(Application, Application.id == CaseEvent.application_id)
                .where(Application.key == sent.key, CaseEvent.kind == "crossed")
                .order_by(CaseEvent.seq)
            )
            return [(row.data["from"], row.data["to"]) for row in rows]


def films(house: House, cast: Cast) -> Films:
    """The service offered at the district 0203, with every office on the way open and staffed."""
    service = Films(house, cast)
    service.district, service.officers = service.begin()
    return service
