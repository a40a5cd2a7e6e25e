"""People who claim an identity number online, and the officers who look at their papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine.applications import drafts, submitting, uploads
from engine.house import House
from engine.people.actors import Actor
from engine.people.identities import Identity
from engine.tasks import user_tasks
from engine.tasks.user_tasks import TaskDone
from storage.applications import Application
from storage.people import Person
from storage.processes import OPEN_TASK, UserTask
from tests.cast import NOW, PASSWORD_HASH, Cast, Member
from tests.journeys.guesthouse import PNG
from tests.small.releases import released
from tests.ways import step

SERVICE = "interior.account_verification"
NUMBER = "010203045"
CARD = Identity("សុខ ចាន់ថា", "Sok Chantha", id_kind="national_id", id_number=NUMBER)
VERIFIED, REFUSED = {"verification_result": "verified"}, {"verification_result": "refused", "reason": "មិនត្រូវ"}
PACKAGE = Path(__file__).parents[2] / "processes" / "interior" / "account_verification"


@dataclass
class Claims:
    """Every method is one or more use cases in their own transactions."""

    house: House
    cast: Cast

    @step
    def publish(self) -> None:
        released(self.house, PACKAGE)

    @step
    def member(self, phone: str = "+85512777001", name: str = "Thief Some") -> Member:
        """Somebody with an account who is not verified."""
        with self.house.database.transaction() as session:
            person = Person(
                phone=phone,
                phone_proved_at=NOW,
                password_hash=PASSWORD_HASH,
                name_latin=name,
                identity_status="unverified",
                created_at=NOW,
            )
            session.add(person)
            session.flush()
            return Member(person.id, "", name, phone, None, "unverified")

    def account(self, phone: str = "+85512777001", name: str = "Thief Some") -> Actor:
        """The same as use cases see them."""
        return self.member(phone, name).actor

    @step
    def draft(self, who: Actor, number: str = NUMBER, *, office: int | None = None, **said: Any) -> str:
        """A verification that is filled in, with its photo, and not yet sent."""
        at = self.cast.battambang if office is None else office
        with self.house.database.transaction() as session:
            key = drafts.start_draft(session, self.house, who, SERVICE, at, now=NOW)
        for page, answers in self.pages(number, **said).items():
            with self.house.database.transaction() as session:
                saved = drafts.save_page(session, self.house, who, key, page, raw=answers, now=NOW)
                assert not saved.errors, saved.errors
        with self.house.database.transaction() as session:
            photo = uploads.examined("card.png", PNG)
            uploads.add_document(session, self.house, who, key, "id_card", upload=photo, now=NOW)
        return key

    def pages(self, number: str, **said: Any) -> dict[str, dict[str, Any]]:
        """What is answered, page by page."""
        passport = said.pop("passport", False)
        return {
            "names": {"name_km": "សុខ ចាន់ថា", "name_latin": "SOK CHANTHA"} | said,
            "birth": {"sex": "male", "birth_date": "1980-05-06"},
            "papers": {"id_kind": "passport" if passport else "national_id"},
            "number": {"passport_number" if passport else "id_number": number},
            "contact": {
                "phone": "012 345 678",
                "address": {"province": "02", "district": "0203", "commune": "020301", "street": ""},
            },
        }

    @step
    def send(self, key: str, who: Actor, *, now: datetime = NOW) -> str:
        with self.house.database.transaction() as session:
            submitting.submit(session, self.house, who, key, now=now)
        return key

    @step
    def claim(self, who: Actor, number: str = NUMBER, *, office: int | None = None, **said: Any) -> str:
        """A verification that was sent."""
        return self.send(self.draft(who, number, office=office, **said), who)

    def task(self, key: str) -> str:
        """The open task of a verification."""
        with self.house.database.reading() as session:
            wanted = select(UserTask.key).join(Application, Application.id == UserTask.application_id)
            open_ones = wanted.where(Application.key == key, UserTask.status.in_(OPEN_TASK))
            return session.scalars(open_ones).one()

    @step
    def take(self, key: str, who: Member | None = None) -> str:
        """Claims the task, by the front office of Battambang where nobody is named."""
        task_key = self.task(key)
        with self.house.database.transaction() as session:
            user_tasks.claim(session, self.house, (who or self.cast.bopha).actor, task_key, now=NOW)
        return task_key

    @step
    def complete(self, task_key: str, answers: dict[str, Any], who: Member | None = None) -> TaskDone:
        with self.house.database.transaction() as session:
            actor = (who or self.cast.bopha).actor
            return user_tasks.complete(session, self.house, actor, task_key, answers, now=NOW)

    def person(self, who: Actor | int) -> Person:
        with self.house.database.reading() as session:
            return session.get_one(Person, who if isinstance(who, int) else who.person_id)

    def row(self, key: str) -> Application:
        with self.house.database.reading() as session:
            return session.scalars(select(Application).where(Application.key == key)).one()
