"""Every page that shows a person or their case is noted for that person, once for each time it is opened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.applications.drafts import start_draft
from engine.applications.submitting import Submitted
from engine.money import remissions, voids
from engine.people.telling import tell
from engine.tasks.questions import Asked, ask
from storage.applications import Application
from storage.cash_books import CashBook
from storage.messages import Notification
from storage.payments import Payment
from storage.people import AccessLog, Person
from storage.processes import Incident, IncidentKind, ProcessInstance
from tests.cast import NOW, Member
from tests.fixtures.houses import SetClock
from tests.small.cases import PAGE, SERVICE, Kilns
from tests.statements import counted
from web.looks import ELSEWHERE, LISTS, OF_A_CASE, WORDS

SignIn = Callable[[Member], FlaskClient]

OF_NOBODY = {
    "admin.accounts", "admin.clocks", "admin.holidays", "admin.holidays_reckoned", "admin.home", "admin.invite",
    "admin.looks", "admin.looks_csv", "admin.office_open", "admin.office_close", "admin.office_staff",
    "admin.offer_end", "office.forward",
    "admin.office", "admin.office_reckoned", "admin.offices", "admin.reports",
    "admin.reports_csv", "admin.survey", "admin.transfer", "analyst.compare", "analyst.diagram",
    "analyst.draft", "analyst.draft_against", "analyst.draft_archive", "analyst.draft_begin",
    "analyst.draft_certificate", "analyst.draft_compare", "analyst.draft_decision", "analyst.draft_drawn",
    "analyst.draft_facts", "analyst.draft_file", "analyst.draft_form", "analyst.draft_form_page",
    "analyst.draft_history", "analyst.draft_names", "analyst.draft_problems", "analyst.draft_process",
    "analyst.draft_scenarios", "analyst.draft_texts", "analyst.drafts", "analyst.find_case", "analyst.heat",
    "analyst.ministry_history", "analyst.play", "analyst.play_case", "analyst.play_check", "analyst.play_page",
    "analyst.play_task", "analyst.release", "analyst.release_diagram", "analyst.release_import",
    "analyst.release_package", "analyst.releases", "analyst.services", "analyst.trial", "analyst.trial_cases",
    "analyst.trial_drawn", "analyst.version", "analyst.versions", "office.disputes", "office.session_new",
    "office.sessions", "office.walk_in_register", "office.book_pdf", "office.books",
    "admin.steps", "admin.compare_offices", "admin.monthly", "admin.report_subscriptions",
    "admin.area_days", "admin.area_days_reckoned", "admin.areas", "admin.chains", "admin.connectors", "admin.text",
    "admin.texts", "admin.ages", "admin.fees_asked",
    "admin.income", "admin.income_csv", "admin.shares", "admin.control", "office.absences", "office.absences_of",
    "office.files", "office.prepared_file", "office.prepared_file_content",
    "office.absence_end", "office.notices", "office.notice", "office.notice_settings",
    "office.task_rules", "office.team", "office.team_officer", "office.team_waiting",
    "office.visits_kept", "office.visits_worker",
    "office.views", "office.task_communes",
}  # fmt: skip
"""Pages of the office that show nobody: numbers, offices, packages, cases by their references."""


ELSEWHERE_TESTED = {
    "list_of_seats", "list_of_security", "list_of_replacements", "list_of_visits", "route_sheet", "list_of_raised",
    "raised",
}  # fmt: skip
"""Lists of which other tests say the same: of sessions in ``test_sessions_page``, of visits in ``test_visits_pages``,
of lost telephones in ``test_counter_pages``, of late cases that went up in ``admin/test_chains``; and one of no cases,
below."""


def looks(kilns: Kilns) -> list[str]:
    with kilns.house.database.reading() as session:
        return list(session.scalars(select(AccessLog.page).order_by(AccessLog.id)))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_page_of_the_office_is_noted_or_shows_nobody(app: Flask) -> None:
    rooms = ("admin.", "office.", "analyst.", "results.")
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint.startswith(rooms)
    }
    noted = OF_A_CASE.keys() | ELSEWHERE.keys() | LISTS.keys()
    assert pages - noted - OF_NOBODY == set()
    assert not noted & OF_NOBODY
    of_applicants = {page for page in noted if page.startswith("citizen.")}
    assert (noted | OF_NOBODY) - pages == of_applicants <= {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {*OF_A_CASE.values(), *ELSEWHERE.values(), *LISTS.values()} <= WORDS.keys()


def test_pages_about_a_case_are_noted_once(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.approved()
    cast, certificate = kilns.cast, kilns.certificate(sent).number
    with kilns.house.database.reading() as session:
        receipt = session.scalars(select(Payment.receipt_number)).one()
        message = session.scalars(select(Notification.id).where(Notification.application_id.is_not(None))).first()
    opened = {
        "history": (cast.visal, f"/admin/cases/{sent.key}/history"),
        "by_hand": (cast.visal, f"/admin/cases/{sent.key}/by-hand"),
        "message": (cast.visal, f"/admin/outbox/{message}"),
        "rehearsal": (cast.chenda, f"/analyst/cases/{sent.key}/rehearsal/1"),
        "certificate": (cast.bopha, f"/office/certificates/{certificate}"),
        "slip": (cast.bopha, f"/applications/{sent.key}/slip.pdf"),
        "receipt": (cast.sopheap, f"/office/receipts/{receipt}"),
        "handover": (cast.bopha, f"/office/handover/{kilns.task(sent, 'hand_over')}"),
        "case": (cast.bopha, f"/office/cases/{sent.key}"),
        "search": (cast.bopha, f"/office/search?q={sent.reference}"),
    }
    for page, (who, address) in opened.items():
        before = looks(kilns)
        assert signed_in(who).get(address).status_code == 200, address
        assert looks(kilns) == [*before, page]
    told = signed_in(cast.dara).get("/account/looks?lang=en").get_data(as_text=True)
    assert "the history of the case" in told
    assert "found in a search" in told


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_fee_at_the_cashier_is_noted(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.send()
    assert signed_in(kilns.cast.sopheap).get(f"/office/cashier/{sent.key}").status_code == 200
    assert looks(kilns) == ["payment"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_ones_own_papers_and_refused_pages_are_not_noted(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.approved()
    assert signed_in(kilns.cast.dara).get(f"/applications/{sent.key}/slip.pdf").status_code == 200
    assert signed_in(kilns.cast.phally).get(f"/office/cases/{sent.key}").status_code == 404
    assert signed_in(kilns.cast.phally).get(f"/office/search?q={sent.reference}").status_code == 200
    assert looks(kilns) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_looking_somebody_up_at_the_counter_is_noted_for_them(kilns: Kilns, signed_in: SignIn) -> None:
    bopha, sreyneang = signed_in(kilns.cast.bopha), kilns.cast.sreyneang
    found = bopha.post("/office/walk-in", data={"q": sreyneang.phone, "why": "here"})
    assert looks(kilns) == ["looked_up"]
    assert bopha.get(found.location).status_code == 200
    assert looks(kilns) == ["looked_up", "counter"]
    assert bopha.get("/office/walk-in", query_string={"q": sreyneang.phone}).status_code == 200
    assert looks(kilns) == ["looked_up", "counter", "looked_up"]
    told = signed_in(sreyneang).get("/account/looks?lang=en").get_data(as_text=True)
    assert "looked you up at the counter" in told
    assert "Chan Bopha" in told


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_look_names_whose_it_was(kilns: Kilns, signed_in: SignIn) -> None:
    kilns.send()
    signed_in(kilns.cast.bopha).get("/office/walk-in", query_string={"q": kilns.cast.dara.phone})
    with kilns.house.database.reading() as session:
        look = session.scalars(select(AccessLog)).one()
        assert session.get_one(Person, look.subject_id).id == kilns.cast.dara.person_id


def listed(kilns: Kilns, sent: Submitted) -> list[tuple[str, str]]:
    """Who found this case in which list."""
    with kilns.house.database.reading() as session:
        rows = session.execute(
            select(AccessLog.page, Person.name_latin)
            .join(Application, Application.id == AccessLog.application_id)
            .join(Person, Person.id == AccessLog.person_id)
            .where(Application.key == sent.key, AccessLog.page.startswith("list_of_"))
            .order_by(AccessLog.id)
        )
        return [(page, name) for page, name in rows]


def failed(kilns: Kilns, sent: Submitted) -> None:
    with kilns.house.database.transaction() as session:
        instance = session.scalars(
            select(ProcessInstance)
            .join(Application, Application.id == ProcessInstance.application_id)
            .where(Application.key == sent.key)
        ).one()
        session.add(
            Incident(
                instance_id=instance.id, application_id=instance.application_id, element_id="check",
                kind=IncidentKind.TIMERS, reason="a reason", input={"operation": "timers"}, raised_at=NOW,
            )
        )  # fmt: skip


def test_every_list_of_work_notes_whose_cases_it_shows(kilns: Kilns, signed_in: SignIn) -> None:
    ready, unpaid, checked = kilns.approved(), kilns.send(), kilns.send()
    kilns.pay(checked)
    with kilns.house.database.transaction() as session:
        voids.ask(session, kilns.house, kilns.cast.sopheap.actor, "R-02-26-000001", "A reason", now=NOW)
        about = {"reason": "A reason", "in_error": True, "now": NOW}
        remissions.ask_refund(session, kilns.house, kilns.cast.sopheap.actor, "R-02-26-000002", amount=1_000, **about)
    failed(kilns, ready)
    cast = kilns.cast
    with kilns.house.database.transaction() as session:
        asked = Asked(person_id=cast.kunthea.person_id)
        ask(session, kilns.house, cast.bopha.actor, checked.key, "A question", of=asked, now=NOW)
    with kilns.house.database.reading() as session:
        book = session.scalars(select(CashBook.key)).one()
    lists: tuple[tuple[Member, str, str, tuple[Submitted, ...]], ...] = (
        (cast.bopha, "/office", "list_of_tasks", (ready, checked)),
        (cast.bopha, "/office/handover", "list_of_results", (ready,)),
        (cast.kunthea, "/office/asked", "list_of_questions", (checked,)),
        (cast.sopheap, "/office/cashier", "list_of_fees", (ready, unpaid)),
        (cast.kunthea, f"/office/books/{book}", "list_of_receipts", (ready, checked)),
        (cast.kunthea, "/office/voids", "list_of_void_receipts", (ready,)),
        (cast.kunthea, "/office/remissions", "list_of_remissions", (checked,)),
        (cast.visal, "/admin/clocks/list", "list_of_clocks", (checked,)),
        (cast.visal, "/admin/outbox", "list_of_messages", (ready, unpaid)),
        (cast.visal, "/admin/incidents", "list_of_incidents", (ready,)),
    )
    assert {page for _, _, page, _ in lists} == set(LISTS.values()) - ELSEWHERE_TESTED
    for who, address, page, shown in lists:
        assert signed_in(who).get(address).status_code == 200
        for sent in shown:
            assert (page, who.name_latin) in listed(kilns, sent), address
    told = signed_in(cast.dara).get("/account/looks?lang=en").get_data(as_text=True)
    assert "in a list of work: the inbox" in told
    assert "in a list of work: the cashier" in told


def test_a_list_that_is_opened_all_day_is_noted_once_a_day_for_each_reader(
    kilns: Kilns, signed_in: SignIn, clock: SetClock
) -> None:
    sent = kilns.approved()
    for who in (kilns.cast.bopha, kilns.cast.vannak, kilns.cast.bopha):
        browser = signed_in(who)
        for _ in range(2):
            browser.get("/office")
    of_one_day = [("list_of_tasks", "Chan Bopha"), ("list_of_tasks", "Keo Vannak")]
    assert listed(kilns, sent) == of_one_day
    clock.moment = datetime(2026, 3, 2, 16, 59, tzinfo=UTC)
    signed_in(kilns.cast.bopha).get("/office")
    assert listed(kilns, sent) == of_one_day, "one minute to midnight in Phnom Penh"
    clock.moment = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    signed_in(kilns.cast.bopha).get("/office")
    assert listed(kilns, sent) == [*of_one_day, ("list_of_tasks", "Chan Bopha")]


def test_a_list_of_fifty_cases_costs_one_statement_more_than_an_empty_one(kilns: Kilns, signed_in: SignIn) -> None:
    browser = signed_in(kilns.cast.bopha)

    def cost() -> int:
        with counted(kilns.house.database) as asked:
            assert browser.get("/office").status_code == 200
        return asked.statements

    empty = cost()
    kilns.approved()
    one = cost()
    for _ in range(4):
        kilns.approved()
    assert cost() == one == cost()
    assert one - empty <= 2, "the list itself, and the note"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_lists_without_anybody_and_own_cases_note_nothing(kilns: Kilns, signed_in: SignIn) -> None:
    signed_in(kilns.cast.bopha).get("/office")
    sent = kilns.approved()
    assert signed_in(kilns.cast.phally).get("/office").status_code == 200
    assert listed(kilns, sent) == []
    mine = kilns.send(kilns.cast.visal)
    signed_in(kilns.cast.visal).get("/admin/outbox")
    assert listed(kilns, mine) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_message_about_no_case_is_noted_for_whom_it_is(kilns: Kilns, signed_in: SignIn) -> None:
    sreyneang = kilns.cast.sreyneang
    with kilns.house.database.transaction() as session:
        person = session.get_one(Person, sreyneang.person_id)
        tell(session, person, kilns.house.texts["papers_seen"], {}, key="a fact", now=NOW)
    for _ in range(2):
        assert signed_in(kilns.cast.visal).get("/admin/outbox").status_code == 200
    with kilns.house.database.reading() as session:
        notes = session.execute(select(AccessLog.page, AccessLog.subject_id)).all()
    assert [tuple(note) for note in notes] == [("list_of_messages", sreyneang.person_id)]
    assert "in a list of work" in signed_in(sreyneang).get("/account/looks?lang=en").get_data(as_text=True)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_numbers_as_csv_show_nobody(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.approved()
    numbers = signed_in(kilns.cast.visal).get("/admin/reports.csv").get_data(as_text=True)
    for personal in (sent.reference, kilns.cast.dara.name_latin, kilns.cast.dara.name_km, kilns.cast.dara.phone):
        assert personal not in numbers
    assert looks(kilns) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_security_log_notes_whom_it_names(kilns: Kilns, signed_in: SignIn) -> None:
    visal = signed_in(kilns.cast.visal)
    signed_in(kilns.cast.dara)
    for _ in range(2):
        assert visal.get("/admin/security-log").status_code == 200
    assert looks(kilns) == ["list_of_security"]
    assert "in the security log" in signed_in(kilns.cast.dara).get("/account/looks?lang=en").get_data(as_text=True)


def test_what_a_counter_fills_in_for_somebody_is_noted_once_a_day(kilns: Kilns, signed_in: SignIn) -> None:
    with kilns.house.database.transaction() as session:
        key = start_draft(
            session, kilns.house, kilns.cast.bopha.actor, SERVICE, kilns.cast.battambang,
            applicant_id=kilns.cast.dara.person_id, now=NOW,
        )  # fmt: skip
    bopha = signed_in(kilns.cast.bopha)
    for address in (
        f"/applications/{key}/pages/{PAGE}",
        f"/applications/{key}/check",
        f"/applications/{key}/documents",
    ):
        assert bopha.get(address, follow_redirects=True).status_code == 200
    assert looks(kilns) == ["draft"]
    assert signed_in(kilns.cast.vannak).get("/office/walk-in").status_code == 200
    assert looks(kilns) == ["draft", "list_of_drafts"]
    assert signed_in(kilns.cast.dara).get("/account/looks").status_code == 200
    assert looks(kilns) == ["draft", "list_of_drafts"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_look_says_as_what_for_which_office_at_which_file_and_what_for(kilns: Kilns, signed_in: SignIn) -> None:
    sent = kilns.approved()
    signed_in(kilns.cast.bopha).get(f"/office/cases/{sent.key}")
    signed_in(kilns.cast.sopheap).get(f"/office/cashier/{sent.key}")
    with kilns.house.database.transaction() as session:
        session.execute(update(AccessLog).where(AccessLog.page == "case").values(detail="plan.pdf"))
    told = signed_in(kilns.cast.dara).get("/account/looks?lang=en").get_data(as_text=True)
    for words in (
        "Front office", "Battambang One Window Service Office", "Your application", sent.reference,
        "the application: plan.pdf", "Work on the application", "Cashier", "Fees and receipts",
    ):  # fmt: skip
        assert words in told, words
