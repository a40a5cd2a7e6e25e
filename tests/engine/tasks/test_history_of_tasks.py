"""What the history keeps of a task: who took it and gave it back, and that the process took it away."""

from __future__ import annotations

from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.flow import by_hand
from engine.tasks import user_tasks
from storage.applications import Application
from storage.events import CaseEvent
from storage.processes import TaskStatus, UserTask
from tests.cast import NOW
from tests.small.cases import Kilns


def told(kilns: Kilns, sent: Submitted) -> list[tuple[str, str, int | None]]:
    """What happened to tasks of a case: what, at which element, by whom."""
    with kilns.house.database.reading() as session:
        rows = session.execute(
            select(CaseEvent.kind, CaseEvent.element_id, CaseEvent.actor_id)
            .join(Application, Application.id == CaseEvent.application_id)
            .where(Application.key == sent.key, CaseEvent.kind.like("%task%") | CaseEvent.kind.like("claim%"))
            .order_by(CaseEvent.seq)
        ).all()
        return [(row.kind, row.element_id, row.actor_id) for row in rows]


def test_a_claim_and_its_release_are_part_of_the_history(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    key, bopha, kunthea = kilns.task(sent, "check"), kilns.cast.bopha, kilns.cast.kunthea
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, bopha.actor, key, now=NOW)
    with kilns.house.database.transaction() as session:
        user_tasks.release_claim(session, kilns.house, kunthea.actor, key, now=NOW)
    assert told(kilns, sent)[1:] == [
        ("task_claimed", "check", bopha.person_id),
        ("claim_released", "check", kunthea.person_id),
    ]


def test_a_task_that_the_process_took_back_is_part_of_the_history_and_a_done_one_is_not_taken_back(
    kilns: Kilns,
) -> None:
    sent, visal = kilns.send(), kilns.cast.visal
    kilns.pay(sent)
    with kilns.house.database.transaction() as session:
        by_hand.cancel(session, kilns.house, visal.actor, sent.key, "sent twice", now=NOW)
    assert told(kilns, sent)[1:] == [("task_cancelled", "check", visal.person_id)]
    with kilns.house.database.reading() as session:
        found = dict(session.execute(select(UserTask.element_id, UserTask.status)).all())
    assert found == {"pay": TaskStatus.COMPLETED, "check": TaskStatus.CANCELLED}
