"""Several fees in one process: each reckoned when its payment is reached, with its own receipt, and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.applications import corrections, submitting
from engine.catalog.archives import pack
from engine.errors import AlreadyPaid, PaymentNotDue, WrongAmount
from engine.flow import by_hand
from engine.house import House
from engine.localise import plain_riel
from engine.money import payments, voids
from engine.packages import digest as digest_of
from engine.queries.citizen.my_application import my_application
from engine.queries.office.cashier import payment_desk, receipt_page
from engine.tasks import user_tasks
from engine.tasks.user_tasks import CorrectionAsked
from engine.versions.replaying import replay
from storage.applications import Correction, CorrectionTarget
from storage.events import CaseEvent
from storage.messages import Notification
from storage.payments import DueFee, FeeLine, FeeStatus, Payment
from tests.cast import NOW, Cast
from tests.engine.money.test_khqr import ACCOUNT
from tests.small.cases import FEE, Kilns, definition, kilns
from tests.small.fees import by_found_rows, in_two_stages

EXAMINATION, LICENCE = 20_000, 150_000


@pytest.fixture
def survey(house: House, cast: Cast) -> Kilns:
    """The permit with two fees, as version 2."""
    service = kilns(house, cast)
    files = in_two_stages()
    with house.database.transaction() as session:
        session.add(definition(2, digest_of(files), pack(files), NOW))
    return service


def check(survey: Kilns, sent: submitting.Submitted, counted: int) -> None:
    bopha, task_key = survey.cast.bopha.actor, survey.task(sent, "check")
    with survey.house.database.transaction() as session:
        user_tasks.claim(session, survey.house, bopha, task_key, now=NOW)
    with survey.house.database.transaction() as session:
        answers = {"counted": str(counted), "result": "ok"}
        user_tasks.complete(session, survey.house, bopha, task_key, answers, now=NOW)


def stands(survey: Kilns, sent: submitting.Submitted) -> list[tuple[str, int, str]]:
    return [(fee.fee_key, fee.amount, fee.status) for fee in survey.fees(sent)]


def events(survey: Kilns, sent: submitting.Submitted, kind: str) -> list[CaseEvent]:
    with survey.house.database.reading() as session:
        wanted = select(CaseEvent).where(CaseEvent.application_id == survey.row(sent).id, CaseEvent.kind == kind)
        return list(session.scalars(wanted.order_by(CaseEvent.seq)))


def test_each_fee_is_reckoned_when_its_payment_is_reached(survey: Kilns) -> None:
    sent = survey.send()
    assert stands(survey, sent) == [("examination", EXAMINATION, "due")]
    assert sent.fee_total == EXAMINATION
    survey.pay(sent)
    check(survey, sent, counted=3)
    assert stands(survey, sent) == [("examination", EXAMINATION, "paid"), ("licence", LICENCE, "due")]
    assert survey.row(sent).fee_total == EXAMINATION + LICENCE
    survey.pay(sent)
    assert [status for _, _, status in stands(survey, sent)] == ["paid", "paid"]
    assert survey.certificate(sent).number


def test_each_fee_has_its_own_lines_receipt_and_row_at_the_desk(survey: Kilns) -> None:
    sent = survey.send()
    survey.pay(sent)
    check(survey, sent, counted=3)
    cashier = survey.cast.sopheap.actor
    with survey.house.database.reading() as session:
        desk = payment_desk(session, survey.house, cashier, sent.key, now=NOW)
        assert (desk.title.en, desk.amount, desk.cap, desk.is_due) == ("Permit fee", LICENCE, 600_000, True)
        assert [(one.title.en, one.status) for one in desk.others] == [("Examination fee", "paid")]
    survey.pay(sent)
    with survey.house.database.reading() as session:
        pages = [receipt_page(session, survey.house, cashier, f"R-02-26-00000{number}") for number in (1, 2)]
    assert [(page.title.en, page.amount, [line.amount for line in page.lines]) for page in pages] == [
        ("Examination fee", EXAMINATION, [EXAMINATION]),
        ("Permit fee", LICENCE, [LICENCE]),
    ]


def test_the_message_about_each_payment_names_what_was_paid_then(survey: Kilns) -> None:
    sent = survey.send()
    survey.pay(sent)
    check(survey, sent, counted=3)
    survey.pay(sent)
    about = Notification.idempotency_key.contains("payment_received"), Notification.channel == "sms"
    with survey.house.database.reading() as session:
        told = session.execute(
            select(Notification.body, Notification.language).where(*about).order_by(Notification.id)
        ).all()
    paid = zip((EXAMINATION, LICENCE), told, strict=True)
    assert [plain_riel(amount, row.language) in row.body for amount, row in paid] == [True, True]


def test_a_page_of_one_fee_does_not_pay_another(survey: Kilns) -> None:
    sent = survey.send()
    first = survey.fees(sent)[0].key
    survey.pay(sent)
    check(survey, sent, counted=3)
    cashier = survey.cast.sopheap.actor
    with survey.house.database.transaction() as session:
        again = payments.record_cash(session, survey.house, cashier, sent.key, EXAMINATION, fee=first, now=NOW)
    assert (again.number, len(survey.fees(sent))) == ("R-02-26-000001", 2)
    with survey.house.database.transaction() as session, pytest.raises(AlreadyPaid):
        payments.record_cash(session, survey.house, cashier, sent.key, LICENCE, fee=first, now=NOW)
    with survey.house.database.transaction() as session, pytest.raises(WrongAmount):
        payments.record_cash(session, survey.house, cashier, sent.key, EXAMINATION, now=NOW)


def test_each_fee_has_a_code_of_its_own(survey: Kilns) -> None:
    survey.house = replace(survey.house, payment_account=ACCOUNT)
    sent, dara = survey.send(), survey.cast.dara.actor
    with survey.house.database.transaction() as session:
        first = payments.offer_khqr(session, survey.house, dara, sent.key, now=NOW)
    survey.pay(sent)
    check(survey, sent, counted=3)
    with survey.house.database.transaction() as session:
        second = payments.offer_khqr(session, survey.house, dara, sent.key, now=NOW + timedelta(minutes=1))
    assert (first.amount, second.amount) == (EXAMINATION, LICENCE)
    assert first.md5 != second.md5


def test_what_is_free_is_done_at_once_with_its_citation(survey: Kilns) -> None:
    sent = survey.send()
    survey.pay(sent)
    check(survey, sent, counted=0)
    assert stands(survey, sent)[1] == ("licence", 0, "nothing")
    (free,) = events(survey, sent, "fee_free")
    assert (free.element_id, free.data["citation_en"], free.data["fee_en"]) == (
        "pay_licence",
        "A prakas for tests",
        "Permit fee",
    )
    assert survey.certificate(sent).number
    with survey.house.database.transaction() as session, pytest.raises(AlreadyPaid):
        payments.record_cash(session, survey.house, survey.cast.sopheap.actor, sent.key, 1, now=NOW)


def test_a_void_receipt_opens_its_own_fee_only(survey: Kilns) -> None:
    sent = survey.send()
    survey.pay(sent)
    check(survey, sent, counted=3)
    survey.pay(sent)
    sopheap, head = survey.cast.sopheap.actor, survey.cast.kunthea.actor
    with survey.house.database.transaction() as session:
        voids.ask(session, survey.house, sopheap, "R-02-26-000001", "ច្រឡំ", now=NOW)
    with survey.house.database.transaction() as session:
        voids.agree(session, survey.house, head, "R-02-26-000001", now=NOW)
    assert [status for _, _, status in stands(survey, sent)] == ["due", "paid"]
    with survey.house.database.reading() as session:
        mine = my_application(session, survey.house, survey.cast.dara.actor, sent.key, now=NOW)
    assert mine.progress.owes_again
    assert (mine.bill.owed, [fee.title.en for fee in mine.bill.due]) == (EXAMINATION, ["Examination fee"])
    with survey.house.database.transaction() as session:
        paid = payments.record_cash(
            session, survey.house, sopheap, sent.key, EXAMINATION, now=NOW, void_seen="R-02-26-000001"
        )
    assert paid.number == "R-02-26-000003"
    assert [status for _, _, status in stands(survey, sent)] == ["paid", "paid"]


def test_nothing_is_owed_to_a_case_that_is_over(survey: Kilns) -> None:
    sent = survey.send()
    with survey.house.database.transaction() as session:
        by_hand.cancel(session, survey.house, survey.cast.visal.actor, sent.key, reason="ច្រឡំ", now=NOW)
    assert (stands(survey, sent), survey.row(sent).fee_total) == (
        [("examination", EXAMINATION, "dropped")],
        EXAMINATION,
    )
    with survey.house.database.transaction() as session, pytest.raises(PaymentNotDue):
        payments.record_cash(session, survey.house, survey.cast.sopheap.actor, sent.key, EXAMINATION, now=NOW)


def test_a_replay_of_a_case_with_several_fees_gives_the_same_bytes(survey: Kilns) -> None:
    sent = survey.send()
    survey.pay(sent)
    check(survey, sent, counted=0)
    with survey.house.database.reading() as session:
        assert replay(session, survey.house, survey.row(sent).id).same


AGAIN = (
    ('sourceRef="correct" targetRef="check"', 'sourceRef="correct" targetRef="pay"'),
    ("<bpmn:incoming>f3</bpmn:incoming><bpmn:incoming>f7</bpmn:incoming>", "<bpmn:incoming>f3</bpmn:incoming>"),
    ("<bpmn:incoming>f1</bpmn:incoming>", "<bpmn:incoming>f1</bpmn:incoming><bpmn:incoming>f7</bpmn:incoming>"),
)


@pytest.mark.parametrize(
    ("mended", "left", "status"), [("2", 0, "nothing"), ("1", 0, "nothing"), ("3", FEE // 2, "due")]
)
def test_a_payment_reached_again_asks_for_the_difference_only(
    house: House, cast: Cast, mended: str, left: int, status: str
) -> None:
    service = kilns(house, cast)
    service.draw(2, *AGAIN)
    sent = service.send()
    service.pay(sent)
    task_key, bopha = service.task(sent, "check"), cast.bopha.actor
    wrong = (CorrectionAsked(CorrectionTarget.FIELD, "kilns", "រាប់ម្តងទៀត"),)
    with house.database.transaction() as session:
        user_tasks.claim(session, house, bopha, task_key, now=NOW)
    with house.database.transaction() as session:
        user_tasks.complete(session, house, bopha, task_key, {"result": "return"}, corrections=wrong, now=NOW)
    with house.database.transaction() as session:
        task_key, raw = service.task(sent, "correct"), {"kilns": mended}
        if mended == "2":
            raw = {"kilns": "2"}
            for one in session.scalars(select(Correction)):
                one.target_key = "kiln_name"
            raw = {"kiln_name": "ឡចាស់"}
        corrections.resubmit(session, house, cast.dara.actor, sent.key, task_key, raw=raw, now=NOW)
    assert stands(service, sent) == [("fee", FEE, "paid"), ("fee", left, status)]
    if left:
        service.pay(sent)
        assert service.fees(sent)[1].status == FeeStatus.PAID
    else:
        assert events(service, sent, "fee_paid_before")
    assert service.task(sent, "check") != ""
    with house.database.reading() as session:
        assert replay(session, house, service.row(sent).id).same


def test_an_application_sent_when_there_was_one_fee_is_paid_like_any_other(house: House, cast: Cast) -> None:
    service = kilns(house, cast)
    sent = service.send()
    with house.database.transaction() as session:  # as the version before left it
        for line in session.scalars(select(FeeLine)):
            line.fee_id = None
        session.flush()
        for row in session.scalars(select(DueFee)):
            session.delete(row)
    cashier = cast.sopheap.actor
    with house.database.reading() as session:
        desk = payment_desk(session, house, cashier, sent.key, now=NOW)
        assert (desk.fee, desk.amount, desk.is_due, len(desk.lines)) == ("", FEE, True, 1)
    with house.database.transaction() as session:
        payments.record_cash(session, house, cashier, sent.key, FEE, now=NOW)
    assert stands(service, sent) == [("fee", FEE, "paid")]
    with house.database.reading() as session:
        payment, line = session.scalars(select(Payment)).one(), session.scalars(select(FeeLine)).one()
        assert payment.fee_id == line.fee_id == service.fees(sent)[0].id
    assert service.task(sent, "check")


def paid_at_once(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same with the payment right behind the officer's form: nothing lies between them."""
    process = files["process.bpmn"].decode()
    for before, after in (
        ('id="f4" sourceRef="check" targetRef="which"', 'id="f4" sourceRef="check" targetRef="pay_licence"'),
        ('id="f14" sourceRef="pay_licence" targetRef="issue"', 'id="f14" sourceRef="pay_licence" targetRef="which"'),
        ('id="f10" sourceRef="approve" targetRef="pay_licence"', 'id="f10" sourceRef="approve" targetRef="issue"'),
        ("<bpmn:incoming>f4</bpmn:incoming>", "<bpmn:incoming>f14 </bpmn:incoming>"),
        ("<bpmn:incoming>f10</bpmn:incoming>", "<bpmn:incoming>f4</bpmn:incoming>"),
        ("<bpmn:incoming>f14</bpmn:incoming>", "<bpmn:incoming>f10</bpmn:incoming>"),
        ("f14 <", "f14<"),
    ):
        assert before in process, before
        process = process.replace(before, after)
    service = files["service.yaml"].replace(b"pay: on_approval", b"pay: on_request")
    return files | {"process.bpmn": process.encode(), "service.yaml": service}


@pytest.mark.parametrize("files", [by_found_rows(), paid_at_once(by_found_rows())], ids=["later", "at once"])
def test_a_fee_counts_the_rows_that_an_officer_found(house: House, cast: Cast, files: dict[str, bytes]) -> None:
    service = kilns(house, cast)
    with house.database.transaction() as session:
        session.add(definition(2, digest_of(files), pack(files), NOW))
    sent = service.send()
    service.pay(sent)
    bopha, task_key = cast.bopha.actor, service.task(sent, "check")
    found = {"animals-0-species": "cattle", "animals-0-heads": "3", "animals-1-species": "poultry"}
    found |= {"animals-1-heads": "101", "counted": "1", "result": "ok"}
    with house.database.transaction() as session:
        user_tasks.claim(session, house, bopha, task_key, now=NOW)
    with house.database.transaction() as session:
        user_tasks.complete(session, house, bopha, task_key, found, now=NOW)
    assert stands(service, sent)[1] == ("licence", 3 * 4_000 + 2 * 2_000, "due")
    with house.database.reading() as session:
        told = session.scalars(select(Notification.body).where(Notification.idempotency_key.contains("/fee_due/")))
        assert all("១៦ ០០០" in body for body in told.all())
