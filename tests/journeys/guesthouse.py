"""The guesthouse licence as the cast lives it, use case by use case: for tests of races, costs, failures and replay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine.applications import corrections, drafts, submitting, uploads
from engine.house import House
from engine.money import payments
from engine.tasks import user_tasks
from engine.tasks.user_tasks import CorrectionAsked
from storage.applications import Application, CorrectionTarget
from storage.clocks import Clock
from storage.processes import OPEN_TASK, ProcessInstance, UserTask
from tests.cast import NOW, Cast, Member
from tests.small.releases import released
from tests.ways import step

SERVICE = "tourism.guesthouse_licence"
SERVICES = ("interior.account_verification", SERVICE)
PACKAGES = Path(__file__).parents[2] / "processes"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000"
    "01f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "business": {"business_name_km": "ផ្ទះសំណាក់សង្កែ", "business_name_latin": "SANGKE GUESTHOUSE"},
    "place": {"address": {"province": "02", "district": "0203", "commune": "020301", "street": "ផ្ទះលេខ ១២"}},
    "rooms": {"rooms": "១២"},
    "opening": {"opening_date": "2026-04-01"},
    "owner": {"owner_name_km": "សុខ ដារ៉ា", "owner_name_latin": "SOK DARA", "owner_id_number": "010203045"},
    "contact": {"contact_phone": "012 345 601", "contact_email": ""},
    "declaration": {"declared_true": "yes"},
}
FEE = 12 * 15_000
DOCUMENTS = ("id_card", "portrait", "location_sketch", "ownership_proof", "room_list")
INSPECTED = {"rooms_counted": "12", "found_in_order": ["rooms", "hygiene"], "findings": "ត្រឹមត្រូវ"}


@dataclass
class Guesthouse:
    """What the cast does with one service; every method is one or more use cases in their own transactions."""

    house: House
    cast: Cast

    @step
    def publish(self) -> None:
        """The real packages, as they lie in the product."""
        for package in ("interior/account_verification", "tourism/guesthouse_licence"):
            released(self.house, PACKAGES / package)

    @step
    def draft(self, *, now: datetime = NOW) -> str:
        """Everything answered and uploaded, not yet sent."""
        dara = self.cast.dara.actor
        with self.house.database.transaction() as session:
            key = drafts.start_draft(session, self.house, dara, SERVICE, self.cast.battambang, now=now)
        for page, answers in ANSWERS.items():
            with self.house.database.transaction() as session:
                saved = drafts.save_page(session, self.house, dara, key, page, raw=answers, now=now)
                assert not saved.errors, saved.errors
        for document in DOCUMENTS:
            with self.house.database.transaction() as session:
                uploads.add_document(
                    session, self.house, dara, key, document, upload=uploads.examined(f"{document}.png", PNG), now=now
                )
        return key

    @step
    def sent(self, *, now: datetime = NOW) -> str:
        key = self.draft(now=now)
        with self.house.database.transaction() as session:
            submitting.submit(session, self.house, self.cast.dara.actor, key, now=now)
        return key

    @step
    def paid(self, *, now: datetime = NOW) -> str:
        key = self.sent(now=now)
        self.pay(key, now=now)
        return key

    @step
    def pay(self, key: str, *, now: datetime = NOW) -> None:
        with self.house.database.transaction() as session:
            payments.record_cash(session, self.house, self.cast.sopheap.actor, key, FEE, now=now)

    @step
    def work(self, key: str, element: str, who: Member, answers: dict[str, Any], *, now: datetime = NOW) -> None:
        """Claims the open task of this element and completes it."""
        task_key = self.claim(key, element, who, now=now)
        asked = (CorrectionAsked(CorrectionTarget.DOCUMENT, "room_list", "មិនច្បាស់"),)
        returned = "return" in answers.values() or "correction" in answers.values()
        with self.house.database.transaction() as session:
            user_tasks.complete(
                session, self.house, who.actor, task_key, answers, corrections=asked if returned else (), now=now
            )

    @step
    def claim(self, key: str, element: str, who: Member, *, now: datetime = NOW) -> str:
        task_key = self.task(key, element)
        with self.house.database.transaction() as session:
            user_tasks.claim(session, self.house, who.actor, task_key, now=now)
        return task_key

    def check(self, key: str, result: str = "ok", *, now: datetime = NOW) -> None:
        remark = {"remark": "សូមផ្ញើបញ្ជីបន្ទប់ថ្មី"} if result == "return" else {}
        self.work(key, "check", self.cast.bopha, {"check_result": result, **remark}, now=now)

    def review(self, key: str, result: str = "ok", *, now: datetime = NOW) -> None:
        answers = {"review_result": result, "review_opinion": "គាំទ្រ"}
        self.work(key, "review", self.cast.rithy, answers, now=now)

    def inspect(self, key: str, result: str = "ok", *, now: datetime = NOW) -> None:
        on = now.date().isoformat()
        answers = {**INSPECTED, "inspected_on": on, "inspection_result": result}
        self.work(key, "inspect", self.cast.mony, answers, now=now)

    def decide(self, key: str, decision: str = "approve", *, now: datetime = NOW) -> None:
        reasons = {"reasons": "មិនគ្រប់លក្ខខណ្ឌ"} if decision == "reject" else {}
        self.work(key, "decide", self.cast.kunthea, {"decision": decision, **reasons}, now=now)

    @step
    def correct(self, key: str, *, now: datetime = NOW) -> None:
        dara = self.cast.dara.actor
        with self.house.database.transaction() as session:
            uploads.add_document(
                session, self.house, dara, key, "room_list", upload=uploads.examined("better.png", PNG), now=now
            )
        with self.house.database.transaction() as session:
            corrections.resubmit(session, self.house, dara, key, self.task(key, "correct"), raw={}, now=now)

    @step
    def approved(self, *, now: datetime = NOW) -> str:
        key = self.paid(now=now)
        self.check(key, now=now)
        self.review(key, now=now)
        self.inspect(key, now=now)
        self.decide(key, now=now)
        return key

    def task(self, key: str, element: str) -> str:
        """The key of the open user task of this element."""
        with self.house.database.reading() as session:
            found = session.scalar(
                select(UserTask.key)
                .join(Application, Application.id == UserTask.application_id)
                .where(Application.key == key, UserTask.element_id == element, UserTask.status.in_(OPEN_TASK))
            )
        assert found is not None, f"{element} is not open; open are {self.open_tasks(key)}"
        return found

    def open_tasks(self, key: str) -> list[str]:
        """The elements of all open user tasks, in alphabetical order."""
        with self.house.database.reading() as session:
            return sorted(
                session.scalars(
                    select(UserTask.element_id)
                    .join(Application, Application.id == UserTask.application_id)
                    .where(Application.key == key, UserTask.status.in_(OPEN_TASK))
                )
            )

    def row(self, key: str) -> Application:
        with self.house.database.reading() as session:
            return session.scalars(select(Application).where(Application.key == key)).one()

    def instance(self, key: str) -> ProcessInstance:
        with self.house.database.reading() as session:
            return session.scalars(
                select(ProcessInstance)
                .join(Application, Application.id == ProcessInstance.application_id)
                .where(Application.key == key)
            ).one()

    def clocks(self, key: str, kind: str) -> list[Clock]:
        """The clocks of one kind, oldest first."""
        application = self.row(key)
        with self.house.database.reading() as session:
            wanted = select(Clock).where(Clock.application_id == application.id, Clock.kind == kind)
            return list(session.scalars(wanted.order_by(Clock.id)))


def guesthouse(house: House, cast: Cast) -> Guesthouse:
    """The cast with the real packages published."""
    service = Guesthouse(house, cast)
    service.publish()
    return service
