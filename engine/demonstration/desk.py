"""Playing the moves of the stories, each by the use case that a page would call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications import corrections, drafts, submitting, uploads
from engine.demonstration.people import DISTRICTS, Sample
from engine.demonstration.stories import ACCOUNT, TODAY, Move, Story
from engine.documents import qr
from engine.handovers import handovers
from engine.handovers.signatures import scanned
from engine.house import House
from engine.money import payments
from engine.packages import APPLY
from engine.packages.groups import CASHIER, FRONT_OFFICE
from engine.people import accounts
from engine.people.actors import Actor
from engine.tasks import user_tasks
from engine.working_time.calendar import WorkingTime
from storage.applications import Application
from storage.payments import DueFee, FeeStatus
from storage.processes import OPEN_TASK, UserTask

VERIFIED_BEFORE = timedelta(days=1)
NO_FONTS = Path(__file__)
"""No folder of fonts: with it, nothing can be drawn."""


@dataclass
class Told:
    """A story as far as it was told: who applies, and the key of the application once it is filed."""

    story: Story
    applicant: Sample
    person: Actor | None = None
    key: str = ""


@dataclass(frozen=True)
class Desk:
    """An office at work: its officers by role, and its calendar."""

    house: House
    office_id: int
    officers: Mapping[str, Actor]
    calendar: WorkingTime
    password: str = field(repr=False)

    def play(self, told: Told, move: Move, *, now: datetime) -> None:
        """Makes one move of a story, in a transaction of its own."""
        house = replace(self.house, fonts=NO_FONTS) if move.broken else self.house
        with house.database.transaction() as session:
            match move.what:
                case "file":
                    self._file(session, told, now)
                case "pay":
                    cashier = self.officers[CASHIER]
                    payments.record_cash(session, house, cashier, told.key, _amount_due(session, told), now=now)
                case "work":
                    self._work(session, house, told, move, now)
                case "correct":
                    self._correct(session, told, now)
                case "withdraw":
                    submitting.withdraw(session, house, _person(told), told.key, now=now)
                case "collect":
                    self._collect(session, told, now)

    def _file(self, session: Session, told: Told, now: datetime) -> None:
        story, house = told.story, self.house
        filer = told.person = self._applicant(session, told, now)
        applicant_id = None
        if story.at_counter:
            filer, applicant_id = self.officers[FRONT_OFFICE], filer.person_id
        told.key = drafts.start_draft(
            session, house, filer, story.service, self.office_id, applicant_id=applicant_id, now=now
        )
        package = house.catalog.current(session, story.service, now=now).package
        answers = _answers(told)
        for page in package.forms[APPLY].pages:
            saved = drafts.save_page(session, house, filer, told.key, page.key, raw=answers, now=now)
            session.flush()  # the next page reads the application again
            if saved.errors:
                raise ValueError(f"the demonstration's answers do not fit {story.service}: {', '.join(saved.errors)}")
        filed = session.scalars(select(Application).where(Application.key == told.key)).one()
        for document in submitting.missing_documents(session, package, filed):
            specimen = uploads.examined(f"{document}.png", qr.png(f"SPECIMEN {document}"))
            uploads.add_document(session, house, filer, told.key, document, upload=specimen, now=now)
        submitting.submit(session, house, filer, told.key, now=now)

    def _applicant(self, session: Session, told: Told, now: datetime) -> Actor:
        """The account of the applicant; verified at the counter before, unless the story is about verifying it."""
        sample, counter = told.applicant, self.officers[FRONT_OFFICE]
        identity = accounts.Identity(
            name_km=sample.name.km,
            name_latin=sample.name.en,
            id_kind="national_id",
            id_number=f"000{sample.phone}"[-9:],
            phone="" if told.story.at_counter else sample.phone,
        )
        if told.story.at_counter:
            person_id = accounts.register_at_counter(session, self.house, counter, self.office_id, identity, now=now)
            return Actor(person_id, sample.name.km, sample.name.en)
        account = accounts.register(
            session,
            self.house,
            phone=sample.phone,
            email=sample.login,
            password=self.password,
            name_km=sample.name.km,
            name_latin=sample.name.en,
            now=now - VERIFIED_BEFORE,
        )
        if told.story.service != ACCOUNT:
            accounts.verify_at_counter(session, counter, self.office_id, account.person_id, identity)
        return Actor(account.person_id, sample.name.km, sample.name.en)

    def _work(self, session: Session, house: House, told: Told, move: Move, now: datetime) -> None:
        officer, task_key = self.officers[move.role], _open_task(session, told, move.element)
        day = self.calendar.local_date(now).isoformat()
        answers = {name: day if value == TODAY else value for name, value in move.answers.items()}
        asked = tuple(user_tasks.CorrectionAsked(*each) for each in move.asks)
        user_tasks.claim(session, house, officer, task_key, now=now)
        session.flush()
        user_tasks.complete(session, house, officer, task_key, answers, corrections=asked, now=now)

    def _correct(self, session: Session, told: Told, now: datetime) -> None:
        """Sends the documents that were asked for once more, and the same answers."""
        house, person = self.house, _person(told)
        asked = corrections.asked_of(session, _application(session, told).id)
        if asked is None:
            raise ValueError("the story corrects an application that was not sent back")
        for one in asked.corrections:
            content = qr.png(f"SPECIMEN {one.target_key}, second copy")
            uploads.add_document(
                session,
                house,
                person,
                told.key,
                one.target_key,
                upload=uploads.examined(f"{one.target_key}.png", content),
                now=now,
            )
        corrections.resubmit(session, house, person, told.key, asked.task.key, raw=_answers(told), now=now)

    def _collect(self, session: Session, told: Told, now: datetime) -> None:
        slip = scanned(qr.png("SPECIMEN signature"))
        collected = handovers.Collected(told.applicant.name.km, "អត្តសញ្ញាណប័ណ្ណគំរូ", slip)
        officer, task_key = self.officers[FRONT_OFFICE], _open_task(session, told, "hand_over")
        handovers.hand_over(session, self.house, officer, task_key, collected, now=now)


def _answers(told: Told) -> dict[str, Any]:
    """What the applicant answers to every question of the two services."""
    story, sample = told.story, told.applicant
    district, commune = DISTRICTS[story.office]
    number = f"000{sample.phone}"[-9:]
    address = {"province": story.office, "district": district, "commune": commune, "street": "ផ្លូវគំរូ លេខ ០"}
    if story.service == ACCOUNT:
        return {
            "name_km": sample.name.km,
            "name_latin": sample.name.en,
            "sex": "female",
            "birth_date": "1990-01-01",
            "id_kind": "national_id",
            "id_number": number,
            "phone": sample.phone,
            "address": address,
        }
    return {
        "business_name_km": story.house[0],
        "business_name_latin": story.house[1],
        "address": address,
        "rooms": story.rooms,
        "opening_date": "2020-01-15",
        "owner_name_km": sample.name.km,
        "owner_name_latin": sample.name.en,
        "owner_id_number": number,
        "contact_phone": sample.phone,
        "contact_email": None,
        "declared_true": True,
    }


def _application(session: Session, told: Told) -> Application:
    return session.scalars(select(Application).where(Application.key == told.key)).one()


def _amount_due(session: Session, told: Told) -> int:
    due = DueFee.application_id == _application(session, told).id, DueFee.status == FeeStatus.DUE
    return session.scalars(select(DueFee.amount).where(*due).order_by(DueFee.id)).first() or 0


def _open_task(session: Session, told: Told, element_id: str) -> str:
    return session.scalars(
        select(UserTask.key)
        .join(Application, Application.id == UserTask.application_id)
        .where(Application.key == told.key, UserTask.element_id == element_id)
        .where(UserTask.status.in_(OPEN_TASK))
    ).one()


def _person(told: Told) -> Actor:
    if told.person is None:
        raise ValueError("a story begins with filing")
    return told.person
