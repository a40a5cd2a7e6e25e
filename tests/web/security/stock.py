"""One office at work: cases in every state that an address can name, and somebody who has no business with any."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from engine.applications import disputes, drafts, submitting, uploads
from engine.exports import asking as prepared_files
from engine.exports.asking import AskedFile
from engine.handovers import handovers
from engine.handovers.signatures import drawn
from engine.house import House
from engine.money import closings, payments, remissions
from engine.money.books import figures_of
from engine.money.counting import Counted
from engine.money.share_tables import NewShares, set_shares
from engine.offices import absences
from engine.offices.absences import Away
from engine.offices.chains import NewChain, Step, set_chain
from engine.offices.invitations import Post
from engine.offices.inviting import Invited, invite
from engine.packages.groups import ADMINISTRATOR, CASE_WORKERS, CASHIER, HEAD
from engine.packages.playing.play import local
from engine.people import businesses, sign_ins
from engine.people.actors import Place
from engine.people.businesses import BusinessTyped
from engine.people.notices import News, tell
from engine.releases import making
from engine.studio import drafts as package_drafts
from engine.studio import playing, plays
from engine.tasks.notes import write_note
from engine.tasks.questions import Asked, ask
from engine.versions import trials
from storage.absences import Absence
from storage.applications import Application, Certificate, Document
from storage.bank_slips import Bank, BankSlip
from storage.cash_books import BookClosing, CashBook
from storage.chains import EscalationChain, Raised, RaisedTo
from storage.claims import ContactReplacement, ReplacementStatus
from storage.clocks import Clock, ClockKind
from storage.colleagues import CaseNote, ColleagueQuestion, NoteKind
from storage.disputes import IdentityDispute
from storage.events import CaseEvent
from storage.mandates import Mandate, MandateKind
from storage.message_versions import MessageVersion
from storage.messages import Notification
from storage.notices import Notice, NoticeChoice, NoticeKind, NoticePlace
from storage.offices import AreaDay, AreaLevel, Holiday
from storage.package_drafts import DraftSave, PackageDraft
from storage.payments import Payment
from storage.people import Membership, Person
from storage.plays import DraftPlay
from storage.prepared_files import FileStatus, PreparedFile
from storage.processes import Incident, IncidentKind, ProcessInstance, UserTask
from storage.releases import GateResult, GateStep, GateVerdict, MinistryEvent, Release, ReleaseStatus
from storage.remissions import Remission
from storage.report_subscriptions import ReportSubscription
from storage.sessions import OfficeSession
from storage.shares import WHOLE, Receiver, ShareTable
from storage.sign_ins import SignIn
from tests.cast import HIRED, NOW, Cast, Member
from tests.counter import PAPERS
from tests.journeys.guesthouse import ANSWERS, DOCUMENTS, PNG, SERVICE, Guesthouse, guesthouse
from tests.small.courses import COURSE, MONDAY, courses
from tests.small.potters import potters
from tests.ways import NOT_PART, step
from tests.web.security.addresses import READ
from web.office.tokens import Shown, token_for

Parts = dict[str, Any]


def signature() -> str:
    """A drawn signature as a page posts it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 1, 8, 6, 0, 0, 0)
    image = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" + b"\x10\x20\x30\xff" * 2))
    return "data:image/png;base64," + base64.b64encode(image + chunk(b"IEND", b"")).decode()


@dataclass(frozen=True)
class Stock:
    """Dara's applications at Battambang, by what they wait for."""

    house: House
    cast: Cast
    draft: str
    unpaid: str
    checked: str
    returned: str
    granted: str
    counter: str
    question: str
    appointment: str
    chosen: str
    session: str
    document: str
    draft_document: str
    package_draft: str
    plays: tuple[str, ...]
    certificate: str
    trial: str
    sign_in: int
    mandate: int
    business: int
    receipt: str
    book: str
    shares: str
    subscription: str
    chain: str
    remission: str
    refund: str
    invitation: int
    link: str
    replacement: str
    dispute: str
    tasks: Mapping[str, str]
    visit: str
    incident: int
    clock: int
    message: int
    notice: int
    prepared_file: str
    colleagues: Mapping[str, str]
    holiday: int
    area_day: int
    release: str
    counter_draft: str

    def parts_for_analysts(self, endpoint: str) -> list[Parts]:
        """The same for what analysts make: releases, trials, plays and drafts; none for anything else."""
        room, _, page = endpoint.partition(".")
        if room != "analyst":
            return []
        if page.startswith("release"):
            gate = GateStep.COVERED.value
            return [{"key": self.release, "service_key": SERVICE, "step": gate, "side": "after", "file": "process"}]
        if page.startswith("trial") and page != "trial_ask":
            return [{"key": self.trial, "path": "process.bpmn"}]
        if page.startswith("play"):
            known = {"key": self.package_draft, "page_key": "rooms", "element_id": "pay"}
            return [known | {"play_key": key} for key in self.plays]
        if page.startswith("draft"):
            paths = {"draft_process": "process.bpmn", "draft_form": "forms/apply.json", "draft_decision": "fees.dmn"}
            path = paths.get(page.removesuffix("_typed"), "texts.yaml")
            return [{"key": self.package_draft, "path": path, "number": 1, "form": "apply"}]
        return []

    def named(self) -> dict[str, str]:
        """What has a key of its own, by the word with which its pages begin."""
        return {
            "replacement": self.replacement,
            "remission": self.remission,
            "dispute": self.dispute,
            "book": self.book,
            "shares": self.shares,
            "subscription": self.subscription,
            "chain": self.chain,
            "prepared_file": self.prepared_file,
        }

    def parts_among_colleagues(self, page: str) -> list[Parts]:
        """A promise, notes and questions of a case, and officers of its office; none for anything else."""
        if page in self.colleagues:
            return [{"key": self.colleagues[page]}]
        if page.startswith("raised_"):
            return [{"key": self.checked, "task_key": self.tasks["check"]}]
        if page.startswith("case_clock"):
            return [{"key": self.checked, "clock_id": self.clock}]
        if page.startswith(("absences_of", "absence_record", "team_officer", "team_back")):
            return [{"person_id": self.cast.mony.person_id}]
        if page == "visits_sheet":
            return [{"day": NOW.date().isoformat()}]
        if page in ("visit", "visit_post", "visit_day", "visit_day_post", "visit_off"):
            return [{"key": self.visit}, {"key": self.tasks["check"]}]
        if page in ("note_post", "question_post", "interest_post"):
            return [{"key": key} for key in (self.checked, self.granted)]
        if page.startswith("task_communes"):
            return [{"office_code": "02", "group": "inspector"}]
        return [{"office_code": "02"}] if page == "task_rules_post" else []

    def parts_at_the_counter(self, app: Flask, page: str) -> list[Parts]:
        """Drafts of the counter and others, or people whom Chan Bopha helps."""
        if page in ("walk_in_form", "walk_in_form_post", "walk_in_check", "walk_in_send", "walk_in_tray"):
            return [{"key": key} for key in (self.counter_draft, self.counter, self.draft)]
        bopha, whose = self.cast.bopha.actor, (self.cast.dara.person_id, self.business)
        with app.app_context():
            return [{"token": token_for(bopha, one, shown)} for one in whose for shown in Shown]

    def parts(self, app: Flask, endpoint: str) -> list[Parts]:
        """What the variable parts of an endpoint's address can name here."""
        page, cases = endpoint.partition(".")[2], (self.unpaid, self.checked, self.returned, self.granted, self.counter)
        if among := self.parts_among_colleagues(page):
            return among
        if endpoint.startswith("machines"):
            return [{"sender": "plasgate", "number": self.message, "sending": 1, "signature": "0" * 64}]
        if page in ("document", "document_pages", "remove_document"):
            return [{"key": self.document}, {"key": self.draft_document}]
        if page.startswith("question"):
            return [{"key": self.question}]
        if page.startswith("appointment"):
            return [{"key": self.appointment}]
        if page.startswith("change_appointment"):
            return [{"key": self.chosen, "session_kind": "course"}]
        if page.startswith(("task", "handover")):
            return [{"key": key} for key in self.tasks.values()]
        if page.startswith("walk_in") and page != "walk_in_done":
            return self.parts_at_the_counter(app, page)
        if of_analysts := self.parts_for_analysts(endpoint):
            return of_analysts
        for what, key in self.named().items():
            if page.startswith(f"{what}_") or page == what:
                return [{f"{what}_key": key}]
        number = self.receipt if page.startswith("receipt") else self.certificate
        number = self.refund if page == "refund_pdf" else number
        common: Parts = {
            "ministry_key": "tourism",
            "page_key": "rooms",
            "document_key": DOCUMENTS[0],
            "code": "02",
            "paper": "a4",
            "language": "en",
            "service_key": SERVICE,
            "file": "process",
            "other": 1,
            "version": 1,
            "transfer_id": 1,
            "number": 1 if endpoint.startswith("analyst") or page == "text_withdraw" else number,
            "message_key": "promise_broken",
            "level": "province",
            "area_key": "02",
            "day_id": self.area_day,
            "incident_id": self.incident,
            "message_id": self.message,
            "holiday_id": self.holiday,
            "kind": "renewal",
            "session_key": self.session,
            "person_id": self.cast.dara.person_id,
            "sign_in_id": self.sign_in,
            "link_id": 1,
            "invitation_id": self.invitation,
            "token": self.link,
            "passkey_id": 1,
            "removal_id": 1,
            "mandate_id": self.mandate,
            "absence_id": 1,
            "notice_id": self.notice,
        }
        return [common | {"key": key} for key in (self.draft, *cases)]

    def form(self) -> dict[str, str]:
        """Every field of every form, filled so that whoever may post it succeeds."""
        pages = {name: str(value) for answers in ANSWERS.values() for name, value in answers.items()}
        return pages | {
            "amount": "180000",
            "closing": "1",
            "bank_reference": "FT 1",
            "bank": "aba",
            "bank_amount": "180000",
            "paid_on-day": "2",
            "paid_on-month": "3",
            "paid_on-year": "2026",
            "task": self.tasks["correct"],
            "received_by": "Sok Dara",
            "identity_note": "ID",
            "signature": signature(),
            "reason": "a reason",
            "service": SERVICE,
            "office": str(self.cast.battambang),
            "check_result": "ok",
            "wants": "stop",
            "session": self.session,
            "kind": f"{self.cast.battambang}/{COURSE}",
            "first-day": "9",
            "first-month": "3",
            "first-year": "2026",
            "last-day": "9",
            "last-month": "3",
            "last-year": "2026",
            "begins": "08:00",
            "ends": "09:00",
            "weeks": "1",
            "days": "1",
            "seats": "9",
            "place_km": "សាល",
            "_shown": "wants",
            "note": "a note",
            "question": "a question",
            "answer": "an answer",
            "way": "none",
            "of": f"person/{self.cast.sopheap.person_id}",
            "day-day": "1",
            "day-month": "6",
            "day-year": "2026",
            "name_km": "ថ្ងៃ",
            "name_en": "Day",
            "ministry": "tourism",
            "title": "A release",
            "unit-head": "hours",
            "after-head": "2",
            "morning-0-opens": "08:00",
            "morning-0-closes": "10:00",
        }

    def state(self) -> list[object]:
        """Everything about these cases that an action could change."""
        with self.house.database.reading() as session:
            rows: list[object] = [
                tuple(row)
                for row in session.execute(
                    select(
                        Application.key,
                        Application.status,
                        Application.revision,
                        Application.event_seq,
                        Application.office_id,
                    ).order_by(Application.id)
                )
            ]
            rows += [tuple(row) for row in session.execute(select(UserTask.key, UserTask.status, UserTask.assignee_id))]
            rows += [tuple(row) for row in session.execute(select(OfficeSession.key, OfficeSession.taken))]
            rows += [tuple(row) for row in session.execute(select(PreparedFile.key, PreparedFile.status))]
            rows += [tuple(row) for row in session.execute(select(OfficeSession.status, OfficeSession.place_km))]
            rows += [tuple(row) for row in session.execute(select(Person.id, Person.disabled_at).order_by(Person.id))]
            rows.append(session.scalar(select(Mandate.ended_at).where(Mandate.id == self.mandate)))
            rows.append(session.execute(select(Absence.person_id, Absence.ended_at)).all())
            rows.append(session.execute(select(Notice.id, Notice.read_at).order_by(Notice.id)).all())
            rows.append(session.execute(select(NoticeChoice.person_id, NoticeChoice.way_kind)).all())
            rows.append(session.scalar(select(SignIn.end_kind).where(SignIn.id == self.sign_in)))
            rows += [tuple(row) for row in session.execute(select(Document.key, Document.replaced_at))]
            rows += [tuple(row) for row in session.execute(select(Release.key, Release.status, Release.revision))]
            rows += [tuple(row) for row in session.execute(select(PackageDraft.revision, PackageDraft.status))]
            rows += [tuple(row) for row in session.execute(select(DraftPlay.key, DraftPlay.revision))]
            rows += [tuple(row) for row in session.execute(select(IdentityDispute.key, IdentityDispute.status))]
            rows += [tuple(row) for row in session.execute(select(CashBook.key, CashBook.status))]
            written = (CaseEvent, MinistryEvent, Notification, Payment, Holiday, Incident, Remission, DraftSave)
            set_by_hand = (AreaDay, EscalationChain, MessageVersion, ShareTable)
            for table in (*written, *set_by_hand, BookClosing, CaseNote, ColleagueQuestion):
                rows.append(session.scalar(select(func.count()).select_from(table)))
        return rows


EVERYTHING: Final = (*CASE_WORKERS, ADMINISTRATOR)


def let_phally_do_everything_elsewhere(house: House, cast: Cast) -> None:
    """Every group there is, at Phnom Penh and nowhere else."""
    with house.database.transaction() as session:
        session.query(Membership).filter_by(person_id=cast.phally.person_id).delete()
        for group in EVERYTHING:
            session.add(
                Membership(person_id=cast.phally.person_id, office_id=cast.phnom_penh, group=group, from_day=HIRED)
            )


def stock(house: House, cast: Cast) -> Stock:
    """The office with its cases."""
    return Stock(house, cast, **_Stocking(house, cast).names())


@dataclass
class _Stocking:
    """Somebody who fills the office with cases, which takes longer than many a test."""

    house: House
    cast: Cast

    @step
    def names(self) -> dict[str, Any]:
        """What a ``Stock`` says, but for the house and the people."""
        made = _stocked(self.house, self.cast)
        return {one.name: getattr(made, one.name) for one in fields(made) if one.name not in NOT_PART}


def _stocked(house: House, cast: Cast) -> Stock:
    service = guesthouse(house, cast)
    unpaid, checked, returned, granted = service.sent(), service.paid(), service.paid(), service.approved()
    service.check(returned, "return")
    draft = service.draft()
    asking = potters(house, cast)
    question = asking.task(asking.failed(), "repair")
    choosing = courses(house, cast)
    friday, monday = choosing.session(), choosing.session(MONDAY)
    chosen, to_choose = choosing.send(), choosing.send()
    choosing.choose(chosen, friday)
    appointment = choosing.service.task(to_choose, "choose")
    counter, begun = _at_the_counter(service)
    let_phally_do_everything_elsewhere(house, cast)
    with house.database.transaction() as session:
        package_draft = package_drafts.begin_from_version(
            session, house, cast.chenda.actor, SERVICE, words="Begun", now=NOW
        )
        played = _played(session, house, cast, package_draft)
        instance = session.scalars(
            select(ProcessInstance)
            .join(Application, Application.id == ProcessInstance.application_id)
            .where(Application.key == checked)
        ).one()
        incident = Incident(
            instance_id=instance.id, application_id=instance.application_id, element_id="check",
            kind=IncidentKind.TIMERS,
            reason="a reason", input={"operation": "timers"}, raised_at=NOW,
        )  # fmt: skip
        holiday = Holiday(day=NOW.date().replace(month=8), office_id=cast.battambang, name_km="ក", name_en="A")
        of_area = {"level": AreaLevel.PROVINCE, "area": "02", "name_km": "ក", "name_en": "A"}
        inherited = AreaDay(day=NOW.date().replace(month=8), **of_area)
        session.add_all([incident, holiday, inherited])
        session.flush()
        numbers = incident.id, holiday.id, inherited.id
    a_visit = select(UserTask.key).join(Application, Application.id == UserTask.application_id)
    a_visit = a_visit.where(UserTask.element_id == "inspect")
    tasks = {
        "pay": service.task(unpaid, "pay"),
        "check": service.task(checked, "check"),
        "correct": service.task(returned, "correct"),
        "hand_over": service.task(granted, "hand_over"),
    }
    with house.database.transaction() as session:
        trial = trials.ask(session, house, cast.chenda.actor, SERVICE, 1, now=NOW)
        sign_ins.begin(session, cast.dara.person_id, 1, Place("203.0.113.*", "Firefox, Linux"), now=NOW)
        sign_in = session.scalars(select(SignIn.id)).one()
        mandate = Mandate(
            helper_id=cast.dara.person_id, person_id=cast.kunthea.person_id, mandate_kind=MandateKind.FAMILY,
            made_at=NOW, last_day=NOW.date(),
        )  # fmt: skip
        session.add(mandate)
        absences.record(session, cast.mony.actor, cast.mony.person_id, Away(NOW.date(), NOW.date(), {}),
                        today=NOW.date(), now=NOW)  # fmt: skip
        kiln = BusinessTyped("ឡឥដ្ឋ", "Kiln", "7000-1234")
        business = businesses.add(session, cast.mony.actor, kiln, today=NOW.date(), now=NOW)
        about = News(NoticeKind.LATE, checked, NoticePlace.CASE, checked)
        tell(session, about, [cast.bopha.person_id], now=NOW)
        wanted = AskedFile("/office?as=csv&lang=en", "one-window-inbox", "csv")
        prepared_file = prepared_files.ask(session, house, cast.bopha.actor, wanted, now=NOW)
        session.execute(update(PreparedFile).values(status=FileStatus.READY, sha256=house.files.put(b"a"), size=1))
    _with_slips(house, cast)
    _raised(house, cast, checked)
    receipts, asked = _paid_back(house, cast)
    with house.database.transaction() as session:
        who, post = Invited("មាស សុខា", "Meas Sokha", "012 555 001"), Post(CASHIER, "02")
        invited = invite(session, house, cast.visal.actor, who, post, today=NOW.date(), now=NOW)
    release = _release(house, cast)
    disputed = _disputed(house, cast)
    with house.database.reading() as session:
        about_a_case = select(Notification.id).where(Notification.application_id.is_not(None))
        in_case = select(Document.key).join(Application, Application.id == Document.application_id)
        in_force = select(Clock.id).join(Application).where(Clock.kind == ClockKind.NORM)
        return Stock(
            house, cast, draft, unpaid, checked, returned, granted, counter, question, appointment, chosen, monday,
            document=session.scalars(in_case.where(Application.key == granted)).first() or "",
            package_draft=package_draft,
            plays=played,
            draft_document=session.scalars(in_case.where(Application.key == draft)).first() or "",
            certificate=session.scalars(select(Certificate.number)).one(),
            trial=trial,
            sign_in=sign_in,
            mandate=mandate.id,
            business=business,
            receipt=receipts[0],
            book=_closed(house, cast),
            shares=_shares(house, cast),
            subscription=_told(house, cast),
            chain=_chain(house, cast),
            remission=asked,
            invitation=invited.invitation_id,
            link=invited.link.rpartition("/")[2],
            replacement=_lost_telephone(house, cast),
            refund=session.scalars(select(Remission.number).where(Remission.number.is_not(None))).one() or "",
            dispute=disputed,
            tasks=tasks,
            visit=session.scalars(a_visit.where(Application.key == granted)).one(),
            incident=numbers[0],
            clock=session.scalars(in_force.where(Application.key == checked)).one(),
            message=session.scalars(about_a_case).first() or 0,
            notice=session.scalars(select(Notice.id).where(Notice.person_id == cast.bopha.person_id)).one(),
            prepared_file=prepared_file,
            colleagues=_among_colleagues(house, cast, checked),
            holiday=numbers[1],
            area_day=numbers[2],
            release=release,
            counter_draft=begun,
        )  # fmt: skip


def _among_colleagues(house: House, cast: Cast, key: str) -> dict[str, str]:
    """The keys of a note and a question of the front office, by the pages that change them."""
    asked = Asked(person_id=cast.sopheap.person_id)
    with house.database.transaction() as session:
        write_note(session, house, cast.bopha.actor, key, "A note", kind=NoteKind.SHARED, now=NOW)
    with house.database.transaction() as session:
        ask(session, house, cast.bopha.actor, key, "A question", of=asked, now=NOW)
    with house.database.reading() as session:
        note, question = (
            session.scalars(select(CaseNote.key)).one(),
            session.scalars(select(ColleagueQuestion.key)).one(),
        )
    return {"note_withdraw": note, "question_answer": question, "question_take_back": question}


def _played(session: Session, house: House, cast: Cast, draft: str) -> tuple[str, ...]:
    """A play whose application is being typed, and one that waits for the payment."""
    actor = cast.chenda.actor
    first, second = (
        plays.begin(session, house, actor, draft, plays.Beginning(local("2026-11-02 09:00")), now=NOW) for _ in range(2)
    )
    playing.fill_with_example(session, house, actor, draft, second, seen=1, now=NOW)
    playing.send(session, house, actor, draft, second, seen=2, now=NOW)
    return first, second


def _paid_back(house: House, cast: Cast) -> tuple[list[str], str]:
    """Some of the last payment was paid back, and more of it is asked for; the receipts, and what was asked."""
    with house.database.reading() as session:
        paid = select(Payment.receipt_number).where(Payment.receipt_number.is_not(None)).order_by(Payment.id)
        receipts = [number or "" for number in session.scalars(paid)]
    first = _asked_back(house, cast, receipts[-1])
    with house.database.transaction() as session:
        remissions.agree(session, house, cast.kunthea.actor, first, now=NOW)
    return receipts, _asked_back(house, cast, receipts[-1])


def _told(house: House, cast: Cast) -> str:
    """The head is told of the monthly report; the key of that."""
    with house.database.transaction() as session:
        session.add(
            ReportSubscription(
                key="told", person_id=cast.kunthea.person_id, office_id=cast.battambang, working_day=3,
                next_at=None, made_at=NOW, made_by_id=cast.visal.person_id,
            )
        )  # fmt: skip
    return "told"


def _shares(house: House, cast: Cast) -> str:
    """Shares of the income that begin tomorrow."""
    with house.database.transaction() as session:
        parts = dict.fromkeys(Receiver, WHOLE // len(Receiver))
        new = NewShares("", "", NOW.date().replace(day=3), parts, "An example")
        return set_shares(session, cast.visal.actor, new, today=NOW.date(), now=NOW)


def _raised(house: House, cast: Cast, key: str) -> None:
    """A case went up to the head of its office."""
    of_case = select(Clock.id).join(Application).where(Application.key == key, Clock.kind == ClockKind.NORM)
    with house.database.transaction() as session:
        rung = {"level": RaisedTo.HEAD, "group": HEAD, "office_id": cast.battambang, "raised_at": NOW}
        session.add(Raised(clock_id=session.scalars(of_case).one(), rung=1, **rung))


def _chain(house: House, cast: Cast) -> str:
    """A chain of escalation that begins tomorrow."""
    with house.database.transaction() as session:
        new = NewChain("02", "", NOW.date().replace(day=3), (Step(RaisedTo.HEAD),))
        return set_chain(session, cast.visal.actor, new, today=NOW.date(), now=NOW)


def _closed(house: House, cast: Cast) -> str:
    """The book of the cashier, counted and closed; the second person has not answered."""
    with house.database.transaction() as session:
        book = session.scalars(select(CashBook).where(CashBook.cashier_id == cast.sopheap.person_id)).one()
        so_far = figures_of(session, book.id)
        counted = Counted({50: so_far.in_the_drawer // 50})
        closings.close(session, cast.sopheap.actor, book.key, counted, "", seen=so_far.together, now=NOW)
        return book.key


def _asked_back(house: House, cast: Cast, receipt: str) -> str:
    with house.database.transaction() as session:
        return remissions.ask_refund(
            session, house, cast.sopheap.actor, receipt, amount=1_000, reason="a reason", in_error=True, now=NOW
        )


def _disputed(house: House, cast: Cast) -> str:
    """Somebody shows the paper of the number with which Dara is verified."""
    with house.database.transaction() as session:
        dara = session.get_one(Person, cast.dara.person_id)
        dara.id_kind, dara.id_number = PAPERS["id_kind"], PAPERS["id_number"]
    with house.database.transaction() as session:
        return disputes.ask(
            session, house, cast.bopha.actor, cast.battambang, PAPERS, original_seen=True, reason="a reason", now=NOW
        )


def _with_slips(house: House, cast: Cast) -> None:
    """Every payment has a slip."""
    with house.database.transaction() as session:
        for payment in session.scalars(select(Payment)):
            session.add(
                BankSlip(
                    key=f"slip-{payment.id}", application_id=payment.application_id, payment_id=payment.id,
                    bank=Bank.ABA, paid_on=NOW.date(), filename="slip.png", media_type="image/png", size=len(PNG),
                    sha256=house.files.put(PNG), kept_at=NOW, kept_by_id=cast.sopheap.person_id,
                )
            )  # fmt: skip


def _lost_telephone(house: House, cast: Cast) -> str:
    """Sok Dara has lost theirs: a colleague has asked that another takes its place."""
    with house.database.transaction() as session:
        row = ContactReplacement(
            key="a-replacement", status=ReplacementStatus.ASKED, person_id=cast.dara.person_id,
            office_id=cast.battambang, channel="sms", address="+85512888001", paper="national_id", asked_at=NOW,
            asked_by_id=cast.vannak.person_id,
        )  # fmt: skip
        session.add(row)
    return "a-replacement"


def _release(house: House, cast: Cast) -> str:
    """A release that its analyst has submitted and that is held up at one step of the gate."""
    with house.database.transaction() as session:
        key = making.begin(session, cast.chenda.actor, "tourism", "A release", now=NOW)
        row = session.scalars(select(Release).where(Release.key == key)).one()
        row.status = ReleaseStatus.SUBMITTED
        session.add(
            GateResult(release_id=row.id, step=GateStep.COVERED, verdict=GateVerdict.FAILED, at=NOW, findings=[])
        )
    return key


def _at_the_counter(service: Guesthouse) -> tuple[str, str]:
    """Chan Bopha files one for Sok Dara, and begins another."""
    house, bopha, dara = service.house, service.cast.bopha.actor, service.cast.dara.person_id
    with house.database.transaction() as session:
        key = _begun(session, service, dara)
        submitting.submit(session, house, bopha, key, now=NOW)
    with house.database.transaction() as session:
        return key, _begun(session, service, dara)


def _begun(session: Session, service: Guesthouse, whose: int) -> str:
    """Everything answered and given, not sent."""
    house, bopha = service.house, service.cast.bopha.actor
    key = drafts.start_draft(session, house, bopha, SERVICE, service.cast.battambang, applicant_id=whose, now=NOW)
    for page, answers in ANSWERS.items():
        assert not drafts.save_page(session, house, bopha, key, page, raw=answers, now=NOW).errors
    for document in DOCUMENTS:
        uploads.add_document(session, house, bopha, key, document, upload=uploads.examined("a.png", PNG), now=NOW)
    return key


def collected(made: Stock) -> None:
    """The granted licence leaves the office."""
    with made.house.database.transaction() as session:
        paper = handovers.Collected("Sok Dara", "ID", drawn(signature()))
        handovers.hand_over(session, made.house, made.cast.bopha.actor, made.tasks["hand_over"], paper, now=NOW)


def paid(made: Stock) -> None:
    with made.house.database.transaction() as session:
        payments.record_cash(session, made.house, made.cast.sopheap.actor, made.unpaid, 180_000, now=NOW)


def tried(app: Flask, browser: FlaskClient, way: str, endpoint: str, made: Stock) -> Iterator[TestResponse]:
    """The answers of one page for everything that its address can name."""
    with app.test_request_context():
        named = [{name: parts[name] for name in _arguments(app, endpoint)} for parts in made.parts(app, endpoint)]
        addresses = dict.fromkeys(url_for(endpoint, **wanted) for wanted in named)
    for address in addresses:
        yield browser.get(address) if way == READ else browser.post(address, data=made.form())


def _arguments(app: Flask, endpoint: str) -> set[str]:
    route = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    return route.arguments - set(route.defaults or ())


def belong(house: House, member: Member, groups: set[str], office_id: int) -> None:
    """Makes somebody a member of these groups of an office, and of no other."""
    with house.database.transaction() as session:
        session.query(Membership).filter_by(person_id=member.person_id).delete()
        session.add_all(
            Membership(person_id=member.person_id, office_id=office_id, group=group, from_day=HIRED)
            for group in sorted(groups - {"applicant"})
        )
