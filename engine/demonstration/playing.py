"""Scenarios of packages as cases of the house: each step by the use case that a page would call.

Whoever plays decides the moments and lets the clock look in between; a step never looks at the time by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.applications import applicant_forms, continuing, corrections, drafts, submitting, uploads
from engine.demonstration import sessions
from engine.demonstration.fitting import worked
from engine.demonstration.specimens import accepted, id_number, specimen
from engine.demonstration.told import CannotGoOn, Staff, Told
from engine.documents import qr
from engine.errors import NotAllowed, SamePersonRefused
from engine.errors.cases import TaskTaken
from engine.handovers import handovers
from engine.handovers.signatures import scanned
from engine.house import House
from engine.money import payments
from engine.packages import APPLY, Form, ServicePackage
from engine.packages.groups import CASHIER, FRONT_OFFICE
from engine.packages.operations import WITHDRAWAL
from engine.packages.register_rules import NEW
from engine.packages.scenarios import ScenarioStep
from engine.people import accounts, identities
from engine.people.actors import Actor
from engine.sessions import choosing
from engine.tasks import user_tasks
from engine.tasks.user_tasks import CorrectionAsked
from storage.applications import Application, CorrectionTarget
from storage.continuations import ContinuationKind
from storage.offices import Office
from storage.payments import DueFee
from storage.processes import OPEN_TASK, TaskKind, UserTask

REGISTERED_BEFORE: Final = timedelta(days=1)
NO_FONTS: Final = Path(__file__)
"""No folder of fonts: with it, nothing can be drawn."""
UNCLEAR: Final = "មើលមិនច្បាស់ សូមផ្ញើម្តងទៀត។"
WHY_HERE: Final = "ម្ចាស់ស្នាក់នៅជិតការិយាល័យនេះ។"
"""Said at a counter where the place of business of a scenario lies elsewhere."""


@dataclass(frozen=True)
class Players:
    """The officers of a house who take applicants through their scenarios."""

    house: House
    staff: Staff
    password: str = field(repr=False)

    def file(self, told: Told, *, now: datetime) -> None:
        """The applicant registers unless known, answers every page, hands in the documents and sends it."""
        house = self.house
        with house.database.transaction() as session:
            applicant = told.person = told.person or self._registered(session, told, now)
            filer, applicant_id = applicant, None
            if told.at_counter:
                filer, applicant_id = self._front(told), applicant.person_id
            told.key = self._begun(session, told, filer, applicant_id, now)
            package = house.catalog.current(session, told.service, now=now).package
            self._answer_pages(session, told, filer, package.forms[APPLY], now)
            for document_key in submitting.missing_documents(session, package, application_of(session, told)):
                self._hand_in(session, told, filer, document_key, now)
            sessions.publish_told(session, house, self.staff, told, now=now)
            submitting.submit(session, house, filer, told.key, why_here=WHY_HERE, now=now)

    def take(self, told: Told, step: ScenarioStep, *, now: datetime, broken: bool = False) -> None:
        """One step of the scenario after it was filed; a ``broken`` one meets fonts that are gone, so that whatever it
        draws leaves an incident. Raises ``CannotGoOn``."""
        house = replace(self.house, fonts=NO_FONTS) if broken else self.house
        if step.action == "wait":
            return
        with house.database.transaction() as session:
            if step.action == "send":
                self._send(session, told, step, now)
                return
            if step.action == "change":
                chosen, person = sessions.key_of(session, told, step.name, step), person_of(told)
                choosing.change(session, self.house, person, told.key, step.name, session_key=chosen, now=now)
                return
            task = open_task(session, told, step)
            settings = self._package(session, told).tasks[step.name]
            if settings.is_asked_of_applicant:
                self._answer(session, told, task, step, now=now)
                return
            match task.kind:
                case TaskKind.PAYMENT:
                    self._pay(session, told, task, now)
                case TaskKind.HANDOVER:
                    self._collect(session, told, task, now)
                case TaskKind.APPOINTMENT:
                    self._choose(session, told, task, step, now)
                case TaskKind.CORRECTION:
                    self._correct(session, told, task, step, now)
                case TaskKind.FORM:
                    replace(self, house=house)._work(session, told, task, step, now=now)

    def claim(self, told: Told, step: ScenarioStep, *, now: datetime) -> None:
        """An officer takes the task that the step completes; raises ``CannotGoOn``."""
        with self.house.database.transaction() as session:
            self._claimed(session, told, open_task(session, told, step), now)

    def _choose(self, session: Session, told: Told, task: UserTask, step: ScenarioStep, now: datetime) -> None:
        settings = self._package(session, told).tasks[task.element_id]
        chosen = sessions.key_of(session, told, settings.session or "", step)
        actor = person_of(told) if settings.is_chosen_by_applicant else self._claimed(session, told, task, now)
        session.flush()
        choosing.choose(session, self.house, actor, task.key, chosen, now=now)

    def _begun(self, session: Session, told: Told, filer: Actor, applicant_id: int | None, now: datetime) -> str:
        house, kind = self.house, told.scenario.kind
        if kind == NEW:
            return drafts.start_draft(
                session, house, filer, told.service, told.office_id, applicant_id=applicant_id, now=now
            )
        chosen = continuing.Chosen(told.continues, ContinuationKind(kind), told.office_id)
        return continuing.continue_certificate(session, house, filer, chosen, applicant_id=applicant_id, now=now)

    def _answer_pages(self, session: Session, told: Told, filer: Actor, form: Form, now: datetime) -> None:
        answers = told.fits(form, told.scenario.answers)
        files = [part.key for part in form.components() if part.kind.uploads and answers.get(part.key)]
        for document_key in files:
            self._hand_in(session, told, filer, document_key, now)
        for page in form.visible_pages(answers):
            saved = drafts.save_page(session, self.house, filer, told.key, page.key, raw=answers, now=now)
            session.flush()  # the next page reads the application again
            if saved.errors:
                wrong = "; ".join(error.text("en") for error in saved.errors.values())
                raise CannotGoOn(f"{told.service}: the answers are not accepted: {wrong}")

    def _registered(self, session: Session, told: Told, now: datetime) -> Actor:
        """The account of the applicant; verified at the counter, unless the service is about verifying it."""
        sample, house = told.applicant, self.house
        identity = identities.Identity(
            name_km=sample.name.km,
            name_latin=sample.name.en,
            id_kind="national_id",
            id_number=id_number(sample),
            phone="" if told.at_counter else sample.phone,
        )
        if told.at_counter:
            front = self._front(told)
            person_id = identities.register_at_counter(session, house, front, told.office_id, identity, now=now)
            return Actor(person_id, sample.name.km, sample.name.en)
        account = accounts.open_account(
            session,
            house,
            phone=sample.phone,
            email=sample.login,
            password=self.password,
            name_km=sample.name.km,
            name_latin=sample.name.en,
            now=now - REGISTERED_BEFORE,
        )
        purpose = house.catalog.current(session, told.service, now=now).package.manifest.purpose
        if purpose == "application":
            identities.verify_at_counter(
                session, self._front(told), told.office_id, account.person_id, identity, now=now
            )
        return Actor(account.person_id, sample.name.km, sample.name.en)

    def _hand_in(self, session: Session, told: Told, filer: Actor, document_key: str, now: datetime) -> None:
        upload = specimen(document_key, accepted(self._package(session, told), APPLY, document_key))
        uploads.add_document(session, self.house, filer, told.key, document_key, upload=upload, now=now)

    def _send(self, session: Session, told: Told, step: ScenarioStep, now: datetime) -> None:
        if step.name != WITHDRAWAL:
            raise CannotGoOn(f"{told.service}: nobody at a page sends the message {step.name}")
        submitting.withdraw(session, self.house, person_of(told), told.key, now=now)

    def _pay(self, session: Session, told: Told, task: UserTask, now: datetime) -> None:
        waits = DueFee.application_id == task.application_id, DueFee.task_ref == task.task_ref
        fee = session.scalars(select(DueFee).where(*waits)).one()
        cashier = self.staff[CASHIER, told.office_id][0]
        payments.record_cash(session, self.house, cashier, told.key, fee.amount, fee=fee.key, now=now)

    def _collect(self, session: Session, told: Told, task: UserTask, now: datetime) -> None:
        slip = scanned(qr.png("SPECIMEN signature"))
        collected = handovers.Collected(told.applicant.name.km, "អត្តសញ្ញាណប័ណ្ណគំរូ", slip)
        for officer in self.staff[task.group, task.office_id]:
            try:
                handovers.hand_over(session, self.house, officer, task.key, collected, now=now)
            except SamePersonRefused:
                continue
            return
        raise CannotGoOn(f"{told.service}: nobody else of {task.group} may hand over")

    def _correct(self, session: Session, told: Told, task: UserTask, step: ScenarioStep, now: datetime) -> None:
        """Mends what the scenario mends, and sends each document again that was asked for."""
        house, person = self.house, person_of(told)
        asked = corrections.asked_of(session, task.application_id)
        form = self._package(session, told).forms[APPLY]
        mended = told.fits(form, step.answers)
        files = [part.key for part in form.components() if part.kind.uploads and part.key in mended]
        wanted = (
            [one.target_key for one in asked.corrections if one.target_kind == CorrectionTarget.DOCUMENT]
            if asked
            else []
        )
        for document_key in dict.fromkeys((*files, *wanted)):
            self._hand_in(session, told, person, document_key, now)
        raw = {**application_of(session, told).answers, **mended}
        corrections.resubmit(session, house, person, told.key, task.key, raw=raw, now=now)

    def _answer(self, session: Session, told: Told, task: UserTask, step: ScenarioStep, *, now: datetime) -> None:
        package, person = self._package(session, told), person_of(told)
        form = package.forms[package.tasks[task.element_id].form or ""]
        answers = told.fits(form, step.answers)
        for part in form.components():
            if part.kind.uploads and answers.get(part.key):
                upload = specimen(part.key, part.accepts)
                applicant_forms.attach(session, self.house, person, task.key, part.key, upload=upload, now=now)
        applicant_forms.answer(session, self.house, person, task.key, answers, now=now)

    def _work(self, session: Session, told: Told, task: UserTask, step: ScenarioStep, *, now: datetime) -> None:
        package = self._package(session, told)
        settings = package.tasks[task.element_id]
        answers = told.fits(package.forms[settings.form or ""], step.answers)
        if settings.plans and answers.get(settings.plans):
            calendar = self.house.calendars.of(session, session.get_one(Office, told.office_id))
            answers = {**answers, settings.plans: worked(str(answers[settings.plans]), calendar)}
        asked = self._asked(session, package, told, step) if settings.corrections else ()
        officer = self._claimed(session, told, task, now)
        session.flush()
        user_tasks.complete(session, self.house, officer, task.key, answers, corrections=asked, now=now)

    def _claimed(self, session: Session, told: Told, task: UserTask, now: datetime) -> Actor:
        """The first officer of the task's group and office who may do it, with the task claimed."""
        for officer in self.staff[task.group, task.office_id]:
            try:
                user_tasks.claim(session, self.house, officer, task.key, now=now)
            except (SamePersonRefused, NotAllowed, TaskTaken):
                continue
            return officer
        raise CannotGoOn(f"{told.service}: nobody of {task.group} may do {task.element_id}")

    def _asked(
        self, session: Session, package: ServicePackage, told: Told, step: ScenarioStep
    ) -> tuple[CorrectionAsked, ...]:
        """What the officer sends back where the scenario corrects next: the answers that it mends, else a document."""
        later = told.scenario.steps[told.scenario.steps.index(step) + 1 :]
        following = next((one for one in later if one.action != "wait"), None)
        task = package.tasks.get(following.name) if following else None
        if following is None or task is None or task.kind != TaskKind.CORRECTION:
            return ()
        form, rules = package.forms[APPLY], package.documents_to_send
        typed = [part.key for part in form.components() if part.key in following.answers and part.kind.is_typed]
        if typed:
            return tuple(CorrectionAsked(CorrectionTarget.FIELD, key, UNCLEAR) for key in typed)
        answers = application_of(session, told).answers
        sent = [rule.key for rule in rules if not following.answers and rule.is_required(answers)]
        return tuple(CorrectionAsked(CorrectionTarget.DOCUMENT, key, UNCLEAR) for key in sent[:1])

    def _package(self, session: Session, told: Told) -> ServicePackage:
        return self.house.catalog.of(session, application_of(session, told).definition_id).package

    def _front(self, told: Told) -> Actor:
        return self.staff[FRONT_OFFICE, told.office_id][0]


def application_of(session: Session, told: Told) -> Application:
    """The application of a story; it was filed."""
    return session.scalars(select(Application).where(Application.key == told.key)).one()


def open_task(session: Session, told: Told, step: ScenarioStep) -> UserTask:
    """The task that the step completes, the oldest where several wait; raises ``CannotGoOn``."""
    application = application_of(session, told)
    waits = UserTask.application_id == application.id, UserTask.status.in_(OPEN_TASK)
    waiting = session.scalars(select(UserTask).where(*waits).order_by(UserTask.id)).all()
    found = next((task for task in waiting if task.element_id == step.name), None)
    if found is None:
        there = ", ".join(task.element_id for task in waiting) or "nothing"
        raise CannotGoOn(
            f"{told.service}, “{told.scenario.name}”: {step.name} is not ready; the case waits for {there}"
        )
    return found


def person_of(told: Told) -> Actor:
    """The applicant of a story; it was filed."""
    if told.person is None:
        raise CannotGoOn(f"{told.service}: a story begins with filing")
    return told.person
