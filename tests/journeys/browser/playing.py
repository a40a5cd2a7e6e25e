"""A scenario of a package played by people at screens: the applicant with a phone, the officers at theirs.

Every step of the scenario is taken on the pages, by whoever has the task; the clock shows the moments of the scenario.
What happens after its last step (the result is collected, anybody verifies it) is played on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from playwright.sync_api import FilePayload
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.clockwork import schedule
from engine.demonstration import people
from engine.demonstration.people import Sample
from engine.demonstration.sessions import key_of, publish_told
from engine.demonstration.specimens import id_number
from engine.demonstration.told import Told
from engine.house import House
from engine.localise import money
from engine.packages import APPLY, Component, Form, ServicePackage
from engine.packages.groups import CASHIER, FRONT_OFFICE, HEAD, INSPECTOR
from engine.packages.scenarios import Scenario, ScenarioStep
from engine.people import accounts, identities
from engine.people.actors import Actor
from storage.applications import Application, Certificate
from storage.payments import DueFee
from storage.processes import OPEN_TASK, TaskKind, UserTask
from tests.drawings import png
from tests.fixtures.houses import SetClock
from tests.journeys.browser.answering import answers_all, file_of
from tests.journeys.browser.walking import Walk
from tests.journeys.published import moment
from tests.leaving import sheet_with

PASSWORD: Final = "a password"
OUTSIDE: Final = (INSPECTOR, HEAD, "governor")
"""Who works with a phone, in Khmer."""
SLIP: Final[FilePayload] = {"name": "slip.png", "mimeType": "image/png", "buffer": png(line=True)}
UNCLEAR: Final = "មើលមិនច្បាស់ សូមផ្ញើម្តងទៀត។"


@dataclass
class Town:
    """A running installation with one screen of each size. Its people take turns at them: everybody signs in once, and
    finds their own window again."""

    address: str
    house: House
    clock: SetClock
    codes: Mapping[str, int]
    staff: Mapping[tuple[str, int], Sequence[Actor]]
    desk: Walk
    phone: Walk
    signed_in: dict[str, list[Any]] = field(default_factory=dict)
    sits: dict[str, str] = field(default_factory=dict)
    applicants: int = 0

    def officers(self, group: str, office_id: int) -> Iterator[Walk]:
        """The officers of a group at an office, one after the other, each at a screen."""
        code = next(code for code, there in self.codes.items() if there == office_id)
        screen = self.phone if group in OUTSIDE else self.desk
        for number in range(1, len(self.staff[group, office_id]) + 1):
            yield self.takes_a_seat(screen, people.officer(group, code, number=number).login)

    def takes_a_seat(self, screen: Walk, login: str) -> Walk:
        """Somebody sits down at a screen, in place of whoever sat there."""
        called, context = screen.device.called, screen.page.context
        if self.sits.get(called) != login:
            if called in self.sits:
                self.signed_in[self.sits[called]] = list(context.cookies())
            context.clear_cookies()
            self.sits[called], screen.name = login, login.partition("@")[0]
            if login in self.signed_in:
                context.add_cookies(self.signed_in[login])
            else:
                _signs_in(screen, login)
        return screen

    def comes(self, level: str, ministry: str) -> tuple[Sample, str]:
        """The next applicant, with a verified account, and the code of the office of this level."""
        self.applicants += 1
        sample, code = people.applicant(self.applicants), {"province": "02", "district": "0203"}.get(level, ministry)
        identity = identities.Identity(
            name_km=sample.name.km,
            name_latin=sample.name.en,
            id_kind="national_id",
            id_number=id_number(sample),
            phone=sample.phone,
        )
        now, front = self.clock.now() - timedelta(days=1), self.staff[FRONT_OFFICE, self.codes[code]][0]
        with self.house.database.transaction() as session:
            account = accounts.open_account(
                session,
                self.house,
                phone=sample.phone,
                email=sample.login,
                password=PASSWORD,
                name_km=sample.name.km,
                name_latin=sample.name.en,
                now=now,
            )
            identities.verify_at_counter(session, front, self.codes[code], account.person_id, identity, now=now)
        return sample, code


def _signs_in(screen: Walk, login: str) -> None:
    """Without opening the page of signing in, which those open who walk in ``test_citizen`` and ``test_officers``."""
    address, pages = f"{screen.address}/sign-in", screen.page.context.request
    page = pages.get(f"{address}?lang={screen.device.language}").text()
    filled = sheet_with(page, "/sign-in", "login").data(login=login, password=PASSWORD)
    answer = pages.post(address, form={name: given[0] for name, given in filled.items()}, max_redirects=0)
    assert answer.status == 303, answer.text()


def asked_with(form: Form, answers: Mapping[str, Any]) -> list[Component]:
    """The questions of all pages of a form that these answers leave visible."""
    return [one for page in form.visible_pages(answers) for one in page.visible(answers)]


@dataclass
class Play:
    """A scenario of a package on the pages of a town, as far as it went."""

    town: Town
    package: ServicePackage
    scenario: Scenario
    sample: Sample = field(init=False)
    told: Told = field(init=False)
    key: str = ""
    paid: list[int] = field(default_factory=list)

    def whole(self) -> None:
        """From the first look at the service to the result in the applicant's hand."""
        self.applies()
        for step in self.scenario.steps:
            self.takes(step)
        if self.scenario.expect.waits_at == ("collection.hand_over",):
            last = self.scenario.steps[-1].at + timedelta(hours=1)
            self.takes(ScenarioStep("complete", "collection.hand_over", last, {}))
        self.holds_the_result()

    @property
    def applicant(self) -> Walk:
        """The applicant, at their phone."""
        return self.town.takes_a_seat(self.town.phone, self.sample.login)

    def applies(self) -> None:
        manifest = self.package.manifest
        self.town.clock.moment = moment(self.scenario.starts)
        self.sample, code = self.town.comes(self.scenario.level or manifest.office_levels[0], manifest.ministry)
        self.told = Told(manifest.key, self.scenario, self.sample, self.town.codes[code])
        with self.town.house.database.transaction() as session:
            publish_told(session, self.town.house, self.town.staff, self.told, now=self.town.clock.now())
        walk = self.applicant
        walk.open(f"/services/{manifest.key}")
        walk.examine("service")
        walk.follow("/apply")
        walk.fill({"office": code})
        walk.press()
        self.key = walk.path.split("/")[2]
        self._answers_pages(walk)
        self._hands_in(walk)
        walk.examine("check")
        walk.press()
        walk.examine("sent")

    def _answers_pages(self, walk: Walk) -> None:
        form = self.package.forms[APPLY]
        while "/pages/" in walk.path:
            page = form.page(walk.path.rsplit("/", 1)[-1])
            assert page is not None
            walk.examine(page.key)
            answers_all(walk, page.visible(self.scenario.answers), self.scenario.answers)
            assert not walk.path.endswith(f"/{page.key}"), walk.text

    def _hands_in(self, walk: Walk) -> None:
        """Every document that is needed: the page offers the next one until nothing is missing."""
        rules = {rule.key: rule for rule in self.package.manifest.documents}
        while not walk.path.endswith("/check"):
            walk.examine("documents")
            walk.press("main .govuk-button-group a >> nth=0")
            if walk.path.endswith("/check"):
                return
            rule = rules[walk.path.rsplit("/", 1)[-1]]
            walk.attach("file", file_of(rule.key, rule.accepts))
            walk.press()

    def takes(self, step: ScenarioStep) -> None:
        """One step, by whoever has it, at its moment; the clock of the house looks before."""
        self.town.clock.moment = moment(step.at)
        schedule.sweep(self.town.house, now=self.town.clock.now())
        if step.action == "wait":
            return
        with self.town.house.database.reading() as session:
            task = self._open_task(session, step.name)
        if self.package.tasks[step.name].is_asked_of_applicant:
            self._answers_question(task, step)
            return
        match task.kind:
            case TaskKind.PAYMENT:
                self._pays(task)
            case TaskKind.HANDOVER:
                self._collects(task)
            case TaskKind.CORRECTION:
                self._corrects(step)
            case TaskKind.APPOINTMENT:
                self._chooses(task, step)
            case TaskKind.FORM:
                self._works(task, step)

    def _open_task(self, session: Session, element: str) -> UserTask:
        mine = select(UserTask).join(Application, Application.id == UserTask.application_id)
        waiting = session.scalars(mine.where(Application.key == self.key, UserTask.status.in_(OPEN_TASK))).all()
        return next(task for task in waiting if task.element_id == element)

    def _answers_question(self, task: UserTask, step: ScenarioStep) -> None:
        walk, form = self.applicant, self.package.forms[self.package.tasks[step.name].form or ""]
        walk.open(f"/applications/{self.key}")
        walk.examine("application-asked")
        walk.follow(f"/questions/{task.key}")
        walk.examine("question", closely=True)
        answers_all(walk, asked_with(form, step.answers), step.answers)
        assert "/questions/" not in walk.path, walk.text

    def _chooses(self, task: UserTask, step: ScenarioStep) -> None:
        """A day among those that the office has published."""
        with self.town.house.database.reading() as session:
            wanted = key_of(session, self.told, self.package.tasks[step.name].session or "", step)
        walk = self.applicant
        walk.open(f"/applications/{self.key}")
        walk.follow(f"/appointments/{task.key}")
        walk.examine("appointment", closely=True)
        walk.fill({"session": wanted})
        walk.press()
        assert "/appointments/" not in walk.path, walk.text

    def _pays(self, task: UserTask) -> None:
        """The applicant reads what is to be paid; the cashier counts it and writes the receipt."""
        with self.town.house.database.reading() as session:
            due = DueFee.application_id == task.application_id, DueFee.task_ref == task.task_ref
            fee = session.scalars(select(DueFee).where(*due)).one()
        walk = self.applicant
        walk.open(f"/applications/{self.key}/payment")
        walk.examine("payment")
        assert money(fee.amount, "km") in walk.text
        walk = next(self.town.officers(CASHIER, task.office_id))
        walk.open("/office/cashier")
        walk.examine("cashier")
        walk.follow(f"/office/cashier/{self.key}")
        walk.examine("payment")
        walk.fill({"handed": str(fee.amount)})
        walk.press()
        walk.press()
        walk.examine("receipt")
        assert money(fee.amount, "en") in walk.text
        self.paid.append(fee.amount)

    def _collects(self, task: UserTask) -> None:
        walk = next(self.town.officers(task.group, task.office_id))
        walk.open("/office/handover")
        walk.examine("handovers")
        walk.follow(f"/office/handover/{task.key}")
        walk.examine("handover")
        walk.fill({"identity_note": "អត្តសញ្ញាណប័ណ្ណ មុខត្រូវ"})
        walk.attach("signature_slip", SLIP)
        walk.press()
        assert walk.path == "/office/handover", walk.text

    def _corrects(self, step: ScenarioStep) -> None:
        """Mends the answers of the scenario, and sends each document again that was asked for."""
        walk, form = self.applicant, self.package.forms[APPLY]
        walk.open(f"/applications/{self.key}/correct")
        walk.examine("correct")
        for rule in self.package.manifest.documents:
            if walk.page.locator(f"main [name='file-{rule.key}']").count():
                walk.attach(f"file-{rule.key}", file_of(rule.key, rule.accepts))
        answers_all(walk, [part for part in form.components() if part.key in step.answers], step.answers)
        assert not walk.path.endswith("/correct"), walk.text

    def _works(self, task: UserTask, step: ScenarioStep) -> None:
        """The officer finds the task in the inbox, claims it and completes it with the answers of the scenario."""
        settings = self.package.tasks[step.name]
        walk = self._claims(task)
        walk.examine(step.name)
        if settings.corrections and self._is_corrected_after(step):
            self._sends_back(walk)
        answers_all(walk, asked_with(self.package.forms[settings.form or ""], step.answers), step.answers)
        assert walk.path == "/office", walk.text

    def _claims(self, task: UserTask) -> Walk:
        """Whoever did what this task checks is told that somebody else must do it; a colleague does."""
        for walk in self.town.officers(task.group, task.office_id):
            walk.open("/office")
            walk.examine("inbox")
            walk.follow(f"/office/tasks/{task.key}")
            if walk.page.locator("main form[action$='/claim']").count():
                walk.press("main form[action$='/claim'] button")
                return walk
        raise AssertionError(f"{self.package.manifest.key}: nobody of {task.group} may do {task.element_id}")

    def _is_corrected_after(self, step: ScenarioStep) -> bool:
        later = [one for one in self.scenario.steps[self.scenario.steps.index(step) + 1 :] if one.action != "wait"]
        return (
            bool(later)
            and later[0].name in self.package.tasks
            and (self.package.tasks[later[0].name].kind == TaskKind.CORRECTION)
        )

    def _sends_back(self, walk: Walk) -> None:
        """The first document is not readable: the reason is written beside it."""
        reason = walk.page.locator("details:has([name^='fix-document-'])").first
        reason.locator("summary").click()
        reason.locator("textarea").fill(UNCLEAR)

    def holds_the_result(self) -> None:
        """The applicant sees that it was collected, and anybody may look up each result by its code."""
        walk, expected = self.applicant, self.scenario.expect
        with self.town.house.database.reading() as session:
            mine = select(Application).where(Application.key == self.key)
            application = session.scalars(mine).one()
            issued = session.scalars(
                select(Certificate).where(Certificate.application_id == application.id).order_by(Certificate.place)
            ).all()
        assert application.outcome == "approved"
        assert len(issued) == (expected.issued or 1)
        assert sum(self.paid) == (expected.fee or 0)
        walk.open(f"/applications/{self.key}")
        walk.examine("collected", closely=len(issued) > 1)
        paper = walk.page.request.get(f"{walk.address}/certificates/{issued[0].number}.pdf")
        assert paper.body().startswith(b"%PDF")
        for result in issued:
            assert result.number in walk.text
        walk.open("/verify")
        walk.fill({"code": issued[-1].code.lower()})
        walk.press()
        walk.examine("verified")
        assert issued[-1].number in walk.text
