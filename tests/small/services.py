"""Small services of a ministry for tests, published as they lie in a folder or with some files replaced, and what the
cast does with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.applications import drafts, submitting, uploads
from engine.catalog.archives import pack
from engine.flow.start_events import register
from engine.handovers.handovers import Collected, HandedOver, hand_over
from engine.handovers.signatures import Signature
from engine.house import House
from engine.packages import digest
from engine.results import drawing
from engine.results.issuing import issued
from engine.tasks import user_tasks
from storage.applications import Application, Certificate
from storage.offices import Ministry, OfficeService
from storage.processes import ProcessDefinition, UserTask
from tests.cast import HIRED, NOW, Cast, Member
from tests.small.files import changed
from tests.ways import step

SIGNED = Signature("scanned", b"a signed slip", "image/png")


@dataclass
class SmallService:
    """One service, published and offered in Battambang."""

    house: House
    cast: Cast
    key: str
    pages: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @step
    def open(self, files: Mapping[str, bytes]) -> None:
        """The first version of it, offered in Battambang."""
        self.publish(files)
        self.offer(self.cast.battambang)

    @step
    def publish(self, files: Mapping[str, bytes], *, version: int = 1, now: datetime = NOW) -> None:
        """A version of it as publishing stores it. Whether it holds is tested elsewhere."""
        with self.house.database.transaction() as session:
            row = ProcessDefinition(
                service_key=self.key, version=version, digest=digest(files), archive=pack(files),
                published_at=now, effective_from=now,
            )  # fmt: skip
            session.add(row)
            ministry = self.key.partition(".")[0]
            if session.scalar(select(Ministry).where(Ministry.key == ministry)) is None:
                session.add(Ministry(key=ministry, name_km="ក្រសួង", name_en="Ministry"))
            session.flush()
            register(session, row, self.house.catalog.draft(files).package.process)

    @step
    def offer(self, office: int) -> None:
        with self.house.database.transaction() as session:
            session.add(OfficeService(office_id=office, service_key=self.key, offered_from=HIRED))

    @step
    def draft(self, who: Member | None = None, *, now: datetime = NOW, **answers: Any) -> str:
        """Begun by Sok Dara unless somebody else is named; ``answers`` replace those of ``pages``."""
        actor = (who or self.cast.dara).actor
        with self.house.database.transaction() as session:
            key = drafts.start_draft(session, self.house, actor, self.key, self.cast.battambang, now=now)
        self.fill(key, who, now=now, **answers)
        return key

    @step
    def fill(self, key: str, who: Member | None = None, *, now: datetime = NOW, **answers: Any) -> None:
        actor = (who or self.cast.dara).actor
        for page, given in self.pages.items():
            raw = {**given, **answers}
            with self.house.database.transaction() as session:
                saved = drafts.save_page(session, self.house, actor, key, page, raw=raw, now=now)
                assert not saved.errors, saved.errors

    @step
    def upload(self, key: str, document: str, content: bytes, *, now: datetime = NOW) -> None:
        with self.house.database.transaction() as session:
            upload = uploads.examined(document, content)
            uploads.add_document(session, self.house, self.cast.dara.actor, key, document, upload=upload, now=now)

    @step
    def submit(self, key: str, who: Member | None = None, *, now: datetime = NOW) -> str:
        with self.house.database.transaction() as session:
            submitting.submit(session, self.house, (who or self.cast.dara).actor, key, now=now)
        return key

    @step
    def send(self, who: Member | None = None, *, now: datetime = NOW, **answers: Any) -> str:
        """The key of an application that was sent."""
        return self.submit(self.draft(who, now=now, **answers), who, now=now)

    @step
    def work(self, key: str, element: str, answers: Mapping[str, Any], *, now: datetime = NOW) -> None:
        """Chan Bopha claims the open task of this element and completes it."""
        bopha, task_key = self.cast.bopha.actor, self.task(key, element)
        with self.house.database.transaction() as session:
            user_tasks.claim(session, self.house, bopha, task_key, now=now)
        with self.house.database.transaction() as session:
            user_tasks.complete(session, self.house, bopha, task_key, answers, now=now)

    @step
    def collect(self, key: str, *, now: datetime = NOW) -> HandedOver:
        with self.house.database.transaction() as session:
            collected, task_key = Collected("Sok Dara", "ID card", SIGNED), self.task(key, "hand_over")
            return hand_over(session, self.house, self.cast.bopha.actor, task_key, collected, now=now)

    def task(self, key: str, element: str) -> str:
        with self.house.database.reading() as session:
            return (
                session.scalars(
                    select(UserTask.key)
                    .join(Application, Application.id == UserTask.application_id)
                    .where(Application.key == key, UserTask.element_id == element)
                    .order_by(UserTask.id.desc())
                ).first()
                or ""
            )

    def row(self, key: str) -> Application:
        with self.house.database.reading() as session:
            return session.scalars(select(Application).where(Application.key == key)).one()

    def drawn(self, key: str) -> tuple[Certificate, ...]:
        """The results of an application as soon as all their papers are drawn."""
        drawing.draw_now(self.house, self.row(key).id, now=NOW)
        return self.certificates(key)

    def certificates(self, key: str) -> tuple[Certificate, ...]:
        with self.house.database.reading() as session:
            return issued(session, self.row(key).id)


def opened(house: House, cast: Cast, key: str, files: Mapping[str, bytes], **pages: Mapping[str, Any]) -> SmallService:
    """The service of these files, published and offered in Battambang; ``pages`` are the answers of each page."""
    service = SmallService(house, cast, key, pages)
    service.open(files)
    return service


SCALES = {
    "shop": "ហាងថ្មី",
    "scales-0-kind": "table",
    "scales-0-serial": "A1",
    "scales-1-kind": "floor",
    "scales-1-serial": "B2",
    "scales-2-kind": "floor",
    "scales-2-serial": "C3",
}


def scale_checks(house: House, cast: Cast, files: Mapping[str, bytes] | None = None) -> SmallService:
    """Verification of scales: a certificate for each that passed."""
    package = files or changed("industry/scale_check")
    return opened(house, cast, "industry.scale_check", package, scales=SCALES)


def found(*passed: bool, next_check: str = "2027-03-02") -> dict[str, Any]:
    """What the officer found of the scales A1, B2, C3, in this order."""
    kinds, serials = ("table", "floor", "floor"), ("A1", "B2", "C3")
    return {
        "scales": [
            {"kind": kind, "serial": serial, "passed": good, "next_check": next_check}
            for kind, serial, good in zip(kinds, serials, passed, strict=False)
        ]
    }
