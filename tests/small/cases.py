"""Cases of a small service that passes through everything once: paid, checked, corrected, approved, handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from engine.applications import corrections, drafts, submitting
from engine.catalog.archives import pack
from engine.flow.start_events import register
from engine.handovers.handovers import Collected, hand_over
from engine.handovers.signatures import Signature
from engine.house import House
from engine.money import payments
from engine.packages import digest as digest_of
from engine.tasks import user_tasks
from engine.tasks.user_tasks import CorrectionAsked
from engine.versions import publishing
from storage.applications import Application, Certificate, CorrectionTarget
from storage.offices import Ministry, OfficeService
from storage.payments import DueFee, FeeStatus
from storage.processes import ProcessDefinition, UserTask
from tests.cast import HIRED, NOW, Cast, Member
from tests.ways import step

PACKAGE = Path(__file__).parent / "industry" / "kiln_permit"
SERVICE = "industry.kiln_permit"
PAGE = "kiln"
ANSWERS = {"kiln_name": "ឡ <ថ្មី>", "kilns": "2"}
CORRECTED = {**ANSWERS, "kiln_name": "ឡចាស់"}
FEE = 40_000


@dataclass
class Kilns:
    """The service, published and offered in Battambang, and what people there do with it."""

    house: House
    cast: Cast

    @step
    def open(self) -> None:
        """The first version of the service, and its ministry."""
        digest, archive = packed()
        with self.house.database.transaction() as session:
            session.add(definition(1, digest, archive, NOW))
            session.add(Ministry(key="industry", name_km="ក្រសួងឧស្សាហកម្ម", name_en="Ministry of Industry"))
        self.offer()

    @step
    def publish(self, *, now: datetime = NOW, **changed: Any) -> publishing.Publication:
        """The package as it lies in the folder; ``changed`` replaces the contents of files, ``texts_yaml=b"…"``."""
        files = dict(publishing.files_of(PACKAGE))
        for name, content in changed.items():
            files[name.replace("_", ".")] = content
        with self.house.database.transaction() as session:
            return publishing.publish(session, self.house, files, now=now)

    @step
    def draw(
        self,
        version: int,
        *changes: tuple[str, str],
        texts: tuple[str, str] = ("", ""),
        more: Mapping[str, bytes] = MappingProxyType({}),
        now: datetime = NOW,
    ) -> None:
        """Another version of the diagram, with these texts replaced and ``more`` files. It is not tried as publishing
        would."""
        files = dict(publishing.files_of(PACKAGE)) | dict(more)
        process = files["process.bpmn"].decode()
        for before, after in changes:
            assert before in process, before
            process = process.replace(before, after)
        files["process.bpmn"] = process.encode()
        files["texts.yaml"] = files["texts.yaml"].decode().replace(*texts, 1).encode()
        with self.house.database.transaction() as session:
            row = definition(version, digest_of(files), pack(files), now)
            session.add(row)
            session.flush()
            register(session, row, self.house.catalog.draft(files).package.process)

    @step
    def offer(self) -> None:
        with self.house.database.transaction() as session:
            session.add(OfficeService(office_id=self.cast.battambang, service_key=SERVICE, offered_from=HIRED))

    @step
    def send(
        self, who: Member | None = None, *, answers: Mapping[str, str] = ANSWERS, now: datetime = NOW
    ) -> submitting.Submitted:
        """An application, sent by Sok Dara unless somebody else is named."""
        actor = (who or self.cast.dara).actor
        with self.house.database.transaction() as session:
            key = drafts.start_draft(session, self.house, actor, SERVICE, self.cast.battambang, now=now)
        with self.house.database.transaction() as session:
            assert not drafts.save_page(session, self.house, actor, key, PAGE, raw=dict(answers), now=now).errors
        with self.house.database.transaction() as session:
            return submitting.submit(session, self.house, actor, key, now=now)

    @step
    def pay(self, sent: submitting.Submitted, *, now: datetime = NOW) -> None:
        with self.house.database.transaction() as session:
            due = [fee.amount for fee in self.fees(sent) if fee.status == FeeStatus.DUE]
            amount = due[0] if due else self.row(sent).fee_total
            payments.record_cash(session, self.house, self.cast.sopheap.actor, sent.key, amount, now=now)

    @step
    def check(self, sent: submitting.Submitted, result: str, *, element_id: str = "check", now: datetime = NOW) -> None:
        """Chan Bopha checks it: ``ok``, ``return`` or ``refuse``."""
        bopha, asked = self.cast.bopha.actor, (CorrectionAsked(CorrectionTarget.FIELD, "kiln_name", "ឈ្មោះមិនច្បាស់"),)
        task_key = self.task(sent, element_id)
        with self.house.database.transaction() as session:
            user_tasks.claim(session, self.house, bopha, task_key, now=now)
        with self.house.database.transaction() as session:
            wrong = asked if result == "return" else ()
            user_tasks.complete(session, self.house, bopha, task_key, {"result": result}, corrections=wrong, now=now)

    @step
    def correct(self, sent: submitting.Submitted, *, kiln_name: str = "ឡចាស់", now: datetime = NOW) -> None:
        """The applicant gives the kiln another name and sends it again."""
        answered, task_key = {"kiln_name": kiln_name}, self.task(sent, "correct")
        with self.house.database.transaction() as session:
            corrections.resubmit(session, self.house, self.cast.dara.actor, sent.key, task_key, raw=answered, now=now)

    @step
    def collect(self, sent: submitting.Submitted, *, now: datetime = NOW) -> None:
        """Sok Dara signs for it at the front desk."""
        collected = Collected("Sok Dara", "ID card", Signature("scanned", b"a signed slip", "image/png"))
        task_key = self.task(sent, "hand_over")
        with self.house.database.transaction() as session:
            hand_over(session, self.house, self.cast.bopha.actor, task_key, collected, now=now)

    @step
    def approved(self, *, now: datetime = NOW) -> submitting.Submitted:
        """An application whose permit lies ready to be collected."""
        sent = self.send(now=now)
        self.pay(sent, now=now)
        self.check(sent, "ok", now=now)
        return sent

    def task(self, sent: submitting.Submitted, element_id: str) -> str:
        with self.house.database.reading() as session:
            found = session.scalar(
                select(UserTask.key)
                .join(Application, Application.id == UserTask.application_id)
                .where(Application.key == sent.key, UserTask.element_id == element_id)
                .order_by(UserTask.id.desc())
            )
        assert found is not None
        return found

    def row(self, sent: submitting.Submitted) -> Application:
        with self.house.database.reading() as session:
            return session.scalars(select(Application).where(Application.key == sent.key)).one()

    def fees(self, sent: submitting.Submitted) -> Sequence[DueFee]:
        with self.house.database.reading() as session:
            application = session.scalars(select(Application.id).where(Application.key == sent.key)).one()
            return session.scalars(select(DueFee).where(DueFee.application_id == application).order_by(DueFee.id)).all()

    def certificate(self, sent: submitting.Submitted) -> Certificate:
        with self.house.database.reading() as session:
            return session.scalars(
                select(Certificate)
                .join(Application, Application.id == Certificate.application_id)
                .where(Application.key == sent.key)
            ).one()


def kilns(house: House, cast: Cast) -> Kilns:
    """The service published and offered."""
    service = Kilns(house, cast)
    service.open()
    return service


def definition(version: int, digest: str, archive: bytes, now: datetime) -> ProcessDefinition:
    """A version of the service as publishing stores it."""
    return ProcessDefinition(
        service_key=SERVICE, version=version, digest=digest, archive=archive, published_at=now, effective_from=now
    )


@cache
def packed() -> tuple[str, bytes]:
    """The package as publishing stores it. Publishing itself is tested elsewhere, and takes its time."""
    files = publishing.files_of(PACKAGE)
    return digest_of(files), pack(files)
