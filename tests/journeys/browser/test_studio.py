"""From Monday's idea to Tuesday's pilot: an analyst changes a licence in the studio, an approver lets it begin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from engine.clockwork import schedule
from engine.house import House
from storage.applications import Application
from storage.processes import ProcessDefinition, ProcessInstance
from tests.cast import NOW
from tests.journeys.browser.conftest import Stage
from tests.journeys.browser.editors import choose, give, saves
from tests.journeys.browser.walking import Device, Walk
from tests.journeys.guesthouse import SERVICE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]
KHMER_DESK = Device("km", 1280, 900, scripts=True, axe=False)
ENGLISH_DESK = Device("en", 1280, 900, scripts=True, axe=False)
APPLICANT = Device("en", 360, 740, scripts=False, axe=False)
TOMORROW = NOW + timedelta(days=1)


MIDDLE = """(id) => {
    const path = document.querySelector(`.djs-connection[data-element-id=${id}] .djs-hit`);
    const point = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
    return [point.x, point.y];
}"""
"""Where the middle of a flow lies on the screen."""


@dataclass
class Studio:
    """An analyst at a draft."""

    walk: Walk
    key: str

    @property
    def page(self) -> Page:
        return self.walk.page

    def open(self, place: str = "") -> Page:
        self.walk.open(f"/analyst/drafts/{self.key}/{place}".rstrip("/"))
        return self.page

    def makes_a_form(self, form: str, called: tuple[str, str], kind: str, question: str) -> None:
        """A form, begun from an empty file: a page with one question."""
        page = self.open()
        page.fill("main [name=path]", f"forms/{form}.json")
        self.walk.press("main form[action$='/add'] button[type=submit]")
        self.builds(f"forms/{form}.json")
        self.says("title", *called)
        self.adds("page", *called)
        self.adds(kind, "តើអ្វី?", "What is it?", key=question)
        self.saves()

    def asks_on_one_more_page(self) -> None:
        """A page of the application, with a question that may be left out and whose words are forgotten at first."""
        self.builds("forms/apply.json")
        self.adds("page", "ឡាន", "Cars")
        self.adds("number", key="parking")
        expect(self.problems("parking")).not_to_have_count(0)
        self.says("label", "ចំនួនកន្លែងចតឡាន", "Places for cars")
        expect(self.problems("parking")).to_have_count(0)
        expect(self.page.frame_locator("iframe").get_by_text("ចំនួនកន្លែងចតឡាន")).to_be_visible()
        self.saves()

    def charges_large_houses_less(self) -> None:
        """A row of the fee table: the gap that comes up is mended by a click."""
        page = self.open("decision/fees.dmn")
        expect(page.locator("[data-ready=yes]")).to_have_count(1)
        self.writes(2, 0, "[7..20]")
        gap = page.locator("[data-told] .ow-problem--error")
        expect(gap).to_have_count(1)
        gap.get_by_role("button").click()
        for column, cell in enumerate(('"per_room"', "rooms", "14000", '"illustrative_fee"'), start=1):
            self.writes(3, column, cell)
        expect(gap).to_have_count(0)
        self.saves()

    def draws_a_step(self) -> None:
        """A task of the head between the decision and the rejection, with what is missing told and given."""
        page = self.open("process/process.bpmn")
        page.wait_for_selector("[data-ready=yes]")
        page.locator("[data-action='create.task']").click()
        x, y = page.evaluate(MIDDLE, "not_granted")
        page.mouse.move(x, y, steps=8)
        page.mouse.click(x, y)
        page.keyboard.press("Escape")
        self.gives("id", "explain")
        self.gives("name", "Explain the rejection")
        self.saves()
        expect(self.problems("explain")).not_to_have_count(0)
        choose(page, "setting-form", "explain")
        self.gives("setting-due", "1 working day")
        self.saves()

    def names_the_step(self) -> None:
        """What is not in ``texts.yaml`` yet stands first on the page of all texts."""
        page = self.open("texts")
        page.locator("main textarea[name='text:elements/explain/km']").fill("ពន្យល់ការបដិសេធ")
        page.locator("main textarea[name='text:elements/explain/en']").fill("Explain the rejection")
        self.walk.press("main form button[type=submit] >> nth=0")
        self.open()
        expect(self.page.locator("main .ow-tag--red")).to_have_count(0)

    def plays_it(self) -> None:
        """A large house is rejected, and the head explains why; what was done is kept as a scenario."""
        walk = self.walk
        self.open("play")
        walk.fill({"name": "Large and rejected"})
        walk.press()
        walk.press("form[action$='/example'] button")
        walk.open(walk.path.replace("/check", "/pages/rooms"))
        walk.fill({"rooms": "25"})
        walk.press()
        while "/pages/" in walk.path:
            walk.press()
        walk.press()
        assert "៣៥០" in walk.text, walk.text
        self.completes("pay")
        self.completes("check", check_result="ok")
        self.completes("review", review_result="not_recommended", review_opinion="គាំទ្រ")
        walk.press("button[name='how'][value='days']")
        day = {f"inspected_on-{part}": str(getattr(NOW, part)) for part in ("day", "month", "year")}
        self.completes("inspect", rooms_counted="25", inspection_result="ok", findings="ត្រឹមត្រូវ", **day)
        self.completes("decide", decision="reject", reasons="ទីតាំង")
        self.completes("explain", explained="ទីតាំង")
        walk.page.locator("aside input[name='scenario']").fill("A large house is rejected and told why")
        walk.press("aside form[action$='/keep'] button.govuk-button")

    def completes(self, task: str, **answers: str) -> None:
        self.walk.follow(f"/tasks/{task}")
        self.walk.fill(answers)
        self.walk.press()

    def reaches_all(self) -> None:
        """The scenario that the change made wrong is taken out; the recorded one goes where it went."""
        page = self.open("scenarios")
        expect(page.locator("main .ow-tag--red")).to_have_count(1)
        area = self.open("files/tests.yaml").locator("#file_text")
        old = re.search(r"  - name: Rejected by the head.*?(?=  - name: )", area.input_value(), re.DOTALL)
        assert old is not None
        area.fill(area.input_value().replace(old[0], ""))
        self.walk.press("main .ow-editor__form button.govuk-button")
        page = self.open("scenarios")
        expect(page.locator("main .ow-tag--red")).to_have_count(0)
        page.wait_for_selector(".ow-diagram svg .djs-element")

    def reads_what_differs(self, house: House) -> None:
        """What was changed, in words and amounts; and what last month's cases would have met."""
        page = self.open("against")
        for changed in ("Explain the rejection", "២៩៤", "Cars", "explained"):
            assert changed in self.walk.text, changed
        page.wait_for_selector(".ow-diagram svg .djs-element")
        self.walk.press("main form[action$='/trials'] button[type=submit]")
        schedule.sweep(house, now=NOW)
        self.walk.open(self.walk.path)
        assert "២ ក្នុងចំណោម ២" in self.walk.text

    def submits_it(self) -> str:
        """Puts the draft into a release of the ministry, for tomorrow at eight in Battambang; its address."""
        walk = self.walk
        walk.open("/analyst/releases")
        walk.fill({"ministry": "tourism", "title": "Large houses pay less"})
        walk.press()
        walk.fill({"draft": self.key})
        walk.press("form[action$='/packages'] button")
        parts = {f"day-{part}": str(getattr(TOMORROW, part)) for part in ("day", "month", "year")}
        walk.fill({**parts, "at": "08:00", "where": "pilot", "offices": "02"})
        walk.press("form[action$='/plan'] button.govuk-button")
        walk.press("form[action$='/submit'] button")
        return walk.path

    def states_the_facts(self) -> None:
        page = self.open("facts")
        page.check("[name='field:office_levels:0:value'][value=province]")
        page.select_option("[name='field:result:0:value']", "register_entry")
        page.select_option("[name='field:clock:0:starts']", "submitted")
        page.fill("[name='field:certificate:0:series']", "KN")
        self.states("stages", value="received")
        self.states("stages", 1, value="entered")
        self.states("term", term="2 working days")
        self.states("norm", term="1 working day")
        law = {"cite/km": "ច្បាប់ស្តីពីទេសចរណ៍ ឆ្នាំ២០០៩", "cite/en": "Law on Tourism, 2009"}
        self.states("legal_basis", key="tourism_law", **law)
        self.walk.press("main form button.govuk-button[type=submit]:not([name])")

    def draws_it_all(self) -> None:
        """One task of the front office, and what follows from it, with the buttons of the panel alone."""
        page = self.open("process/process.bpmn")
        page.wait_for_selector("[data-ready=yes]")
        choose(page, "chosen", "start")
        self.appends("User task", "look", "Look at it")
        choose(page, "works-in", label="Front office")
        choose(page, "setting-form", "look")
        self.gives("setting-due", "1 working day")
        self.appends("Service task", "approve", "Record it")
        choose(page, "operator", "applications.approve")
        self.appends("Service task", "enter", "Enter it")
        choose(page, "operator", "certificates.issue")
        choose(page, "setting-stage", "entered")
        self.appends("Service task", "tell", "Tell it")
        choose(page, "operator", "messages.send")
        self.gives("parameter-message", "entered")
        self.appends("End event", "done", "Done")
        choose(page, "setting-outcome", "approved")
        self.saves()
        expect(self.problems("message of texts.yaml")).not_to_have_count(0)

    def gives_it_words(self) -> None:
        """All that is missing, in both languages."""
        page = self.open("texts")
        fields = page.locator("main textarea[name^='text:']")
        for one in fields.all():
            if not one.input_value():
                one.fill("ទូកកាយ៉ាក់" if one.get_attribute("lang") == "km" else "Kayak notice")
        self.walk.press("main form button.govuk-button[type=submit] >> nth=0")
        self.open()
        expect(self.page.locator("main .ow-tag--red")).to_have_count(0)

    def appends(self, what: str, own: str, name: str) -> None:
        self.page.locator(".ow-panel").get_by_role("button", name=f"+ {what}").click()
        expect(self.page.locator(".ow-panel [name=id]")).to_have_value(re.compile("Activity|Event"))
        self.gives("id", own)
        self.gives("name", name)

    def states(self, fact: str, row: int = 0, **values: str) -> None:
        """One more row of a fact."""
        self.page.locator(f"button[value='{fact}:add']").click()
        for part, value in values.items():
            self.page.fill(f"[name='field:{fact}:{row}:{part}']", value)

    def plays_the_notice(self) -> None:
        """What was drawn is played once and kept: nothing is left that no scenario goes through."""
        self.open("play")
        self.walk.press()
        self.walk.press("form[action$='/example'] button")
        self.walk.press()
        self.completes("look")
        self.page.locator("aside input[name='scenario']").fill("Entered at once")
        self.walk.press("aside form[action$='/keep'] button.govuk-button")
        page = self.open("scenarios")
        expect(page.locator("main .ow-tag--green")).not_to_have_count(0)
        expect(page.locator("main .ow-tag--red")).to_have_count(0)
        assert "Everything of the service was gone through." in self.walk.text

    def builds(self, path: str) -> None:
        self.open(f"form/{path}").wait_for_selector("[data-ready=yes]")

    def adds(self, kind: str, km: str = "", en: str = "", *, key: str = "") -> None:
        self.page.locator(f"[data-kind={kind}]").click()
        if key:
            self.gives("key", key)
        if km:
            self.says("label", km, en)

    def says(self, what: str, km: str, en: str) -> None:
        self.gives(f"{what}-km", km)
        self.gives(f"{what}-en", en)

    def gives(self, name: str, value: str) -> None:
        give(self.page, name, value)

    def writes(self, rule: int, column: int, text: str) -> None:
        self.page.locator(f"tbody tr:nth-child({rule}) .content-editable").nth(column).click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def saves(self) -> None:
        saves(self.page)

    def problems(self, about: str) -> Locator:
        return self.page.locator(".ow-problem-list .ow-problem--error").filter(has_text=about)


def test_a_licence_is_changed_proved_agreed_on_and_tried_at_one_office(stage: Stage) -> None:
    licence = stage.licence
    licence.approved()
    running = licence.paid()
    walk = stage.walk(KHMER_DESK, "studio", stage.cast.chenda)
    walk.open("/analyst/drafts/begin")
    walk.fill({"how": "version", "service": SERVICE})
    walk.press()
    studio = Studio(walk, walk.path.split("/")[3])
    studio.makes_a_form("explain", ("ការពន្យល់", "Explanation"), "textarea", "explained")
    studio.asks_on_one_more_page()
    studio.charges_large_houses_less()
    studio.draws_a_step()
    studio.names_the_step()
    studio.plays_it()
    studio.reaches_all()
    studio.reads_what_differs(licence.house)
    release = studio.submits_it()
    walk.end()
    schedule.sweep(licence.house, now=NOW)
    is_approved(stage, release)
    assert pages_at(stage, "02") == pages_at(stage, "12") == "7"
    stage.clock.moment = TOMORROW
    schedule.sweep(licence.house, now=TOMORROW)
    assert (pages_at(stage, "02"), pages_at(stage, "12")) == ("8", "7")
    assert version_of(stage, running) == 1
    a_batch_is_taken_over_and_back(stage, running)


def is_approved(stage: Stage, release: str) -> None:
    """The approver finds the gate open, and lets the release begin."""
    walk = stage.walk(ENGLISH_DESK, "approver", stage.cast.sothea)
    walk.open("/analyst/releases")
    walk.follow(release)
    assert "2 of 2" in walk.text
    assert len(re.findall(r"^(?:Checked|Tested|Covered|Compared|Replayed) passed$", walk.text, re.MULTILINE)) == 5
    walk.press("form[action$='/approve'] button")
    assert "Approved, not yet in effect" in walk.text
    walk.end()


def pages_at(stage: Stage, office: str) -> str:
    """How many pages the form has for whoever begins an application at an office now."""
    walk = stage.walk(APPLICANT, "applicant", stage.cast.dara)
    walk.open(f"/services/{SERVICE}/apply")
    walk.fill({"office": office})
    walk.press()
    found = re.search(r"Page 1 of (\d+)", walk.text)
    walk.end()
    assert found is not None, walk.text
    return found[1]


def version_of(stage: Stage, application_key: str) -> int:
    with stage.licence.house.database.reading() as session:
        found = session.scalars(
            select(ProcessDefinition.version)
            .join(ProcessInstance, ProcessInstance.definition_id == ProcessDefinition.id)
            .join(Application, Application.id == ProcessInstance.application_id)
            .where(Application.key == application_key)
        )
        return found.one()


def a_batch_is_taken_over_and_back(stage: Stage, running: str) -> None:
    walk = stage.walk(ENGLISH_DESK, "administrator", stage.cast.visal)
    walk.open(f"/admin/transfers/{SERVICE}/2")
    walk.fill({"reason": "Large houses pay less from now on."})
    walk.press("form[method=post] button.govuk-button")
    assert version_of(stage, running) == 2
    walk.press("form[action$='/undo'] button")
    assert version_of(stage, running) == 1
    walk.end()


def test_a_service_is_made_from_nothing_and_offered(stage: Stage) -> None:
    walk = stage.walk(ENGLISH_DESK, "founder", stage.cast.chenda)
    walk.open("/analyst/drafts/begin")
    walk.fill({"how": "empty", "ministry": "tourism", "service_key": "kayak_notice"})
    walk.fill({"title_km": "ទូកកាយ៉ាក់", "title_en": "Kayak notice"})
    walk.press()
    studio = Studio(walk, walk.path.split("/")[3])
    studio.states_the_facts()
    for path, km, en, kind, own in (
        ("apply", "ពាក្យ", "Notice", "number", "kayaks"),
        ("look", "ពិនិត្យ", "Look", "textarea", "remark"),
    ):
        studio.makes_a_form(path, (km, en), kind, own)
    studio.draws_it_all()
    studio.gives_it_words()
    studio.plays_the_notice()
    walk.open("/analyst/releases")
    walk.fill({"ministry": "tourism", "title": "Kayaks"})
    walk.press()
    walk.fill({"draft": studio.key})
    walk.press("form[action$='/packages'] button")
    walk.press("form[action$='/submit'] button")
    schedule.sweep(stage.licence.house, now=NOW)
    approver = stage.walk(KHMER_DESK, "approver", stage.cast.sothea)
    approver.open(walk.path)
    approver.press("form[action$='/approve'] button")
    approver.end()
    walk.end()
    admin = stage.walk(ENGLISH_DESK, "administrator", stage.cast.visal)
    admin.open("/admin/offices/02")
    admin.fill({"service": "tourism.kayak_notice"})
    admin.press("form[action$='/offers'] button")
    admin.end()
    somebody = stage.walk(APPLICANT, "applicant", stage.cast.dara)
    somebody.open("/services/tourism.kayak_notice/apply")
    somebody.fill({"office": "02"})
    somebody.press()
    assert "Page 1 of 1" in somebody.text
    somebody.end()
