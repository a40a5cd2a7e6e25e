"""The story: one guesthouse licence, from an account to the signature, with everything that can happen on the way."""

from __future__ import annotations

import re

from tour.browser import Browser, Page, PageProblem
from tour.people import BUSINESS, IDENTITY, Citizen, Officer, picture
from tour.stage import Stage
from tour.timeline import Timeline
from tour.walk_in import walk_in

REFERENCE = re.compile(r"\d{2}-\d{2}-\d{6}-\d")
DOCUMENTS = ("id_card", "portrait", "location_sketch", "ownership_proof", "room_list")


class Story:
    """The tour. Each method is a chapter."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.line = Timeline(stage)
        self.dara = Citizen(stage, "012 345 678")
        self.front, self.cashier = Officer(stage, "front"), Officer(stage, "cashier")
        self.specialist, self.inspector = Officer(stage, "specialist"), Officer(stage, "inspector")
        self.head, self.administrator = Officer(stage, "head"), Officer(stage, "administrator")
        self.reference = self.code = self.application = ""

    def tell(self) -> int:
        """The whole story; how many facts were seen on the pages."""
        self.an_account_that_is_verified_too_late()
        self.an_application_is_prepared_and_sent()
        self.the_fee_is_paid()
        self.the_documents_come_back_once()
        self.both_reviews_and_one_asks_again()
        self.the_decision_and_the_certificate()
        self.the_result_is_signed_for()
        self.somebody_without_a_phone()
        self.the_administrator_looks_back()
        return self.line.held

    def an_account_that_is_verified_too_late(self) -> None:
        line, dara = self.line, self.dara
        line.chapter("1  An account, and a promise that is broken and told")
        dara.browser.open("/services/tourism.guesthouse_licence")
        line.holds(dara.browser.page, "10 working days", "7 working days", "Illustrative", "Tourism, 2009")
        line.tell("Sok Dara", "reads what a guesthouse licence needs, costs and takes")
        dara.register("សុខ ដារ៉ា", "Sok Dara")
        verification_key = dara.begin("/account/verification")
        dara.fill_in(IDENTITY)
        dara.upload("documents/id_card")
        dara.browser.follow("check")
        sent = dara.browser.submit()
        line.holds(sent, "We have received it", "Thursday 3 December 2026")
        verification = found(sent)
        line.tell("Sok Dara", f"registers and sends her identity card: {verification}, done by Thu 3 Dec")

        self.stage.turn_to("2026-12-02 17:30")
        line.tell("the clock", "two working days have passed: the officers and the head are warned")
        self.stage.turn_to("2026-12-04 08:30")
        dara.sign_in_again()
        dara.browser.open("/account/messages")
        line.holds(dara.browser.page, "We are late with", "8 December 2026")
        line.tell("the clock", "three have passed: Dara is told first, with a new day, Tue 8 Dec; it goes to the head")
        if not self.head.has_task(verification):
            raise PageProblem("the late verification did not reach the head")
        self.head.open_task(verification)
        self.head.answer({"verification_result": "better_photo", "reason": "The photo is blurred."})
        line.tell(self.head.name, "asks for a better photo")
        self.correct("id_card", 90, verification_key)
        line.tell("Sok Dara", "sends a sharper one from her phone")
        self.front.open_task(verification)
        self.front.answer({"verification_result": "verified"})
        line.tell(self.front.name, "compares and verifies the account")
        dara.browser.open("/account/messages")
        line.holds(dara.browser.page, "Your account is verified")

    def correct(self, document: str, shade: int, application: str) -> None:
        """Opens what waits for the applicant, replaces the document and sends it again."""
        browser = self.dara.browser
        browser.open(f"/applications/{application}")
        browser.follow("/correct")
        name = next(file for file in browser.page.form(having=document).files if document in file)
        browser.submit(form=document, files={name: (f"{document}.png", picture(shade))})

    def an_application_is_prepared_and_sent(self) -> None:
        line, dara = self.line, self.dara
        line.chapter("2  The application")
        self.application = dara.begin("/services/tourism.guesthouse_licence/apply")
        wrong = dara.browser.submit({"business_name_km": ""}, form="business_name_km", expect=422)
        line.holds(wrong, "Please correct the following")
        line.tell("Sok Dara", "leaves a name empty; the page says so and keeps the rest")
        dara.fill_in(BUSINESS)
        for document in DOCUMENTS:
            dara.upload(f"documents/{document}")
        dara.browser.follow("check")
        line.holds(dara.browser.page, "KHR 180,000", "12 × KHR 15,000", "Illustrative amount")
        sent = dara.browser.submit(form="/check")
        line.holds(sent, "We have received it", "Tuesday 15 December 2026")
        self.reference, self.code = found(sent), code_in(sent)
        line.tell("Sok Dara", f"sends it: {self.reference}, KHR 180,000, ready by Tue 15 Dec if it is paid today")

    def the_fee_is_paid(self) -> None:
        line = self.line
        line.chapter("3  The fee")
        self.dara.browser.open(f"/applications/{self.application}/payment")
        shown = self.dara.browser.follow("/khqr")
        line.holds(shown, "180,000")
        line.tell("Sok Dara", "has the KHQR code shown, and decides to pay cash")
        cashier = self.cashier
        cashier.sign_in()
        cashier.browser.open("/office/cashier")
        cashier.browser.follow(self.application)
        checked = cashier.browser.submit({"handed": "១៨០ ០០០"}, form="handed")
        line.holds(checked, self.reference)
        receipt = cashier.browser.submit(form="confirmed")
        line.holds(receipt, self.reference, "180,000")
        number = receipt.url.rstrip("/").split("/")[-1]
        line.tell(cashier.name, f"takes the cash and hands out receipt {number}")
        pdf = cashier.browser.open(f"/receipts/{number}.pdf")
        if not pdf.content.startswith(b"%PDF"):
            raise PageProblem("the receipt is no PDF")

    def the_documents_come_back_once(self) -> None:
        line = self.line
        line.chapter("4  Documents, a correction, and the clock that stands still")
        self.stage.turn_to("2026-12-07 10:00")
        self.front.open_task(self.reference)
        form = self.front.browser.page.form(having="check_result")
        room_list = next(name for name in form.fields if name.startswith("fix-") and "room_list" in name)
        self.front.answer({"check_result": "return", "remark": "Sign the list.", room_list: "The list is not signed."})
        line.tell(self.front.name, "returns it: the list of rooms is not signed")
        self.track("Waiting for your correction", "The clock stands still")
        self.stage.turn_to("2026-12-09 19:00")
        self.dara.sign_in_again()
        self.correct("room_list", 60, self.application)
        line.tell("Sok Dara", "corrects it in the evening on her phone; the clock runs on")
        self.track("Friday 18 December 2026")
        self.stage.turn_to("2026-12-10 09:00")
        self.front.open_task(self.reference)
        self.front.answer({"check_result": "ok"})
        line.tell(self.front.name, "finds everything there")

    def both_reviews_and_one_asks_again(self) -> None:
        line = self.line
        line.chapter("5  Specialist and inspector at the same time, twice")
        self.stage.turn_to("2026-12-11 09:00")
        self.review("ok")
        self.inspect("correction", "2026-12-11")
        line.tell(self.inspector.name, "counts other rooms than the form says and asks for a correction")
        self.correct_rooms()
        self.front.open_task(self.reference)
        self.front.answer({"check_result": "ok"})
        self.stage.turn_to("2026-12-14 09:00")
        self.inspect("ok", "2026-12-14")
        if self.head.has_task(self.reference):
            raise PageProblem("the head got it before both reviews were there")
        self.review("ok")
        line.tell(self.specialist.name, "agrees; only now both reviews are there")

    def review(self, result: str) -> None:
        self.specialist.open_task(self.reference)
        self.specialist.answer({"review_result": result, "review_opinion": "In order."})

    def inspect(self, result: str, day: str) -> None:
        year, month, dom = day.split("-")
        self.inspector.open_task(self.reference)
        self.inspector.answer(
            {
                "inspected_on-day": dom,
                "inspected_on-month": month,
                "inspected_on-year": year,
                "rooms_counted": "12",
                "inspection_result": result,
                "findings": "Twelve rooms, two exits.",
            }
        )

    def correct_rooms(self) -> None:
        browser = self.dara.browser
        self.dara.sign_in_again()
        browser.open(f"/applications/{self.application}")
        browser.follow("/correct")
        browser.submit(form="/correct")
        self.line.tell("Sok Dara", "confirms the rooms and sends it again")

    def the_decision_and_the_certificate(self) -> None:
        line = self.line
        line.chapter("6  The decision")
        self.stage.turn_to("2026-12-15 10:00")
        self.head.open_task(self.reference)
        self.head.answer({"decision": "approve"})
        line.tell(self.head.name, "approves; the certificate is issued")
        self.track("Ready")
        self.dara.sign_in_again()
        self.dara.browser.open(f"/applications/{self.application}")
        link = self.dara.browser.page.link("/certificates/")
        pdf = self.dara.browser.open(link)
        if not pdf.content.startswith(b"%PDF"):
            raise PageProblem("the certificate is no PDF")
        number = link.rsplit("/", 1)[-1].removesuffix(".pdf")
        line.tell("Sok Dara", f"reads that {number} is ready and that she comes once to sign for it")
        self.dara.browser.open(f"/applications/{self.application}")
        line.holds(self.dara.browser.page, "Ready")

    def the_result_is_signed_for(self) -> None:
        line, front = self.line, self.front
        line.chapter("7  Come once")
        self.stage.turn_to("2026-12-16 08:00")
        front.sign_in()
        front.browser.open("/office/handover")
        front.browser.follow("/office/handover/")
        form = front.browser.page.form(having="signature")
        seen = {"identity_note": "Identity card, the face is hers"}
        front.browser.submit(seen, form="signature", files={form.files[0]: ("slip.png", picture(30))})
        line.tell(front.name, "hands the licence over against her signature")
        self.track("Collected")

    def somebody_without_a_phone(self) -> None:
        self.line.chapter("8  Somebody without a phone walks in")
        walk_in(self.line, self.front, self.cashier)

    def the_administrator_looks_back(self) -> None:
        line, browser = self.line, self.administrator.browser
        line.chapter("9  What the administrator sees")
        self.administrator.sign_in()
        browser.open("/admin/clocks")
        line.holds(browser.page, "Battambang")
        browser.open(f"/admin/cases/{self.application}/history")
        line.holds(browser.page, self.reference)
        browser.open("/admin/outbox")
        browser.open("/admin/incidents")
        csv = browser.open("/admin/reports.csv")
        if b"guesthouse" not in csv.content.lower():
            raise PageProblem("the numbers of the month do not name the service")
        line.tell(self.administrator.name, "reads clocks, history, outbox and the numbers of the month")
        self.stage.command("audit", "verify")
        line.tell("owso audit", "proves that no event of any case was changed")

    def track(self, *words: str) -> None:
        """The tracking page says this to anybody with the code and four digits."""
        phone = Browser(self.stage.base_url, "en")
        phone.open(f"/track/{self.code}")
        phone.submit({next(name for name in phone.page.form().fields if "digits" in name): "5678"})
        self.line.holds(phone.page, *words)
        self.line.tell("tracking page", "says: " + ", ".join(words))


def found(page: Page) -> str:
    """The reference on the page."""
    match = REFERENCE.search(page.text)
    if match is None:
        raise PageProblem(f"{page.url}: no reference in {page.text[:300]}")
    return match[0]


def code_in(page: Page) -> str:
    """The tracking code on the page, from the link that opens the tracking page."""
    return page.link("/track/").rsplit("/", 1)[-1]
