"""Every button pressed twice, and a withdrawal in the middle: nothing breaks, nothing happens twice."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine.case.events import verify_chains
from engine.house import House
from storage.applications import Application, Certificate, Handover
from storage.messages import Notification
from storage.payments import Payment
from tests.cast import Cast, Member
from tests.fixtures.houses import both_databases
from tests.slips import TYPED
from tests.small.cases import Kilns
from tests.web.security.stock import signature, stock

Browser = Callable[[Member], FlaskClient]

pytestmark = both_databases


def test_every_button_of_a_case_may_be_pressed_twice(signed_in: Browser, cast: Cast, kilns: Kilns) -> None:
    dara, bopha, sopheap = signed_in(cast.dara), signed_in(cast.bopha), signed_in(cast.sopheap)
    sent = kilns.send()
    task = kilns.task

    def twice(browser: FlaskClient, address: str, **form: str) -> None:
        answers = [browser.post(address, data=form) for _ in range(2)]
        assert answers[0].status_code == 303, (address, answers[0].get_data(as_text=True)[-900:])
        assert answers[1].status_code in (303, 409), address

    twice(dara, f"/applications/{sent.key}/check")
    twice(sopheap, f"/office/cashier/{sent.key}/cash", amount="40000", confirmed="yes")
    for result in ("return", "ok"):
        check = task(sent, "check")
        twice(bopha, f"/office/tasks/{check}/claim")
        twice(bopha, f"/office/tasks/{check}/release")
        twice(bopha, f"/office/tasks/{check}/claim")
        reasons = {"fix-field-kiln_name": "why"} if result == "return" else {}
        twice(bopha, f"/office/tasks/{check}", result=result, **reasons)
        if result == "return":
            twice(dara, f"/applications/{sent.key}/correct", task=task(sent, "correct"), kiln_name="ឡ")
    hand_over = task(sent, "hand_over")
    paper = {"received_by": "Sok Dara", "identity_note": "ID", "signature": signature()}
    twice(bopha, f"/office/handover/{hand_over}", **paper)
    assert dara.post(f"/applications/{sent.key}/withdraw").status_code == 409
    with kilns.house.database.reading() as session:
        for table in (Application, Payment, Certificate, Handover):
            assert session.scalar(select(func.count()).select_from(table)) == 1, table
        keys = session.scalars(select(Notification.idempotency_key)).all()
        assert len(keys) == len(set(keys))
        assert list(verify_chains(session)) == []


def test_what_is_left_of_a_withdrawn_case_is_refused_kindly(signed_in: Browser, house: House, cast: Cast) -> None:
    made = stock(house, cast)
    dara, bopha, sopheap = signed_in(cast.dara), signed_in(cast.bopha), signed_in(cast.sopheap)
    bopha.post(f"/office/tasks/{made.tasks['check']}/claim")
    for key in (made.checked, made.returned, made.unpaid, made.counter):
        for _ in range(2):
            assert dara.post(f"/applications/{key}/withdraw").status_code == 303
    at_bank = {**TYPED, "bank_amount": "180000", "slip": "none", "confirmed": "yes"}
    late: tuple[tuple[FlaskClient, str, dict[str, str]], ...] = (
        (bopha, f"/office/tasks/{made.tasks['check']}", {"check_result": "ok"}),
        (bopha, f"/office/tasks/{made.tasks['check']}/release", {}),
        (sopheap, f"/office/cashier/{made.unpaid}/cash", {"amount": "180000", "confirmed": "yes"}),
        (sopheap, f"/office/cashier/{made.unpaid}/bank-payment", at_bank),
        (dara, f"/applications/{made.returned}/correct", {"task": made.tasks["correct"]}),
    )
    for browser, address, form in late:
        assert browser.post(address, data=form).status_code == 409, address
    assert (
        signed_in(cast.visal).post(f"/admin/incidents/{made.incident}/retry", data={"reason": "Repaired."}).status_code
        == 409
    )
    with house.database.reading() as session:
        assert list(verify_chains(session)) == []
        paid = session.scalars(select(Application.key).join(Payment, Payment.application_id == Application.id)).all()
        assert made.unpaid not in paid
