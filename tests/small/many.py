"""Very many cases on PostgreSQL, written by the database itself: nothing but what lists and numbers are read from."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from storage.tallying import rebuild

_OFFICES: Final = """
INSERT INTO office (code, level, name_km, name_en, address_km, address_en, phone, timezone, hours, earlier_hours,
 calendar_revision)
SELECT 'x' || n, 'district', 'ក ' || n, 'X ' || n, '', '', '', 'Asia/Phnom_Penh', '[]', '[]', 0
FROM generate_series(1, :offices) n"""
_CASES: Final = """
INSERT INTO application (key, reference, service_key, definition_id, office_id, applicant_id, channel, tracking_digits,
 status, outcome, stage, waits_for_applicant, answers, fee_total, created_at, submitted_at, decided_at, ended_at,
 revision, event_seq, event_hash)
SELECT 'many' || n, 'many' || n, 'many.' || n % :services, 0, o.id, 0, 'online', '', CASE WHEN over THEN 'ended' ELSE
 'running' END, CASE WHEN over THEN 'approved' ELSE '' END, '', false, '{}', 0, began, began,
 CASE WHEN over THEN began + interval '3 days' END, CASE WHEN over THEN began + interval '3 days' END, 0, 0, ''
FROM (SELECT n, n % 4 = 0 AS over, :now - (n * 7 % 700) * interval '1 day' AS began,
 1 + n / 3 % :offices AS place FROM generate_series(1, :cases) n) made
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM office WHERE code LIKE 'x%') o USING (place)"""
_TASKS: Final = """
INSERT INTO user_task (key, instance_id, application_id, task_ref, element_id, name, kind, "group", office_id, status,
 escalated_to, ready_at)
SELECT a.key, a.id, a.id, 'many', 'element' || a.id % 4, 'Task', 'form', 'front_office', a.office_id, 'ready', '',
 a.submitted_at FROM application a WHERE a.key LIKE 'many%'"""
_CLOCKS: Final = """
INSERT INTO clock (application_id, user_task_id, office_id, kind, term, warn_term, escalate_to, extension, status,
 ledger, started_at, due_at, watch_at, warn_at, warned_at, breached_at, ended_at, breaches, extended_by)
SELECT a.id, CASE WHEN k.kind = 'task' THEN t.id END, a.office_id, k.kind, '3 working days', '', '', '',
 CASE WHEN a.ended_at IS NOT NULL THEN 'met' WHEN paused THEN 'paused' ELSE 'running' END, '[]', a.submitted_at,
 CASE WHEN NOT paused THEN due END, due, due - interval '2 days',
 CASE WHEN due - interval '2 days' < :now AND a.id % 1000 > 1 THEN due - interval '2 days' END,
 CASE WHEN due < :now AND a.id % 1000 > 2 AND a.ended_at IS NULL THEN due END, a.ended_at, 0, ''
FROM application a JOIN user_task t ON t.application_id = a.id CROSS JOIN (VALUES ('norm'), ('term'), ('task')) k (kind)
CROSS JOIN LATERAL (SELECT a.id % 10 = 3 AS paused, :now + (a.id * 37 % 86400 - 4000) * interval '1 minute' AS due) d
WHERE a.key LIKE 'many%'"""


def write_many(session: Session, *, cases: int, offices: int, services: int, now: datetime) -> None:
    """So many cases, three in four of them open, with three clocks each, and the numbers of them. Nothing that points
    at another row is looked at, and no trigger works."""
    session.execute(text("SET LOCAL session_replication_role = replica"))
    for statement in (_OFFICES, _CASES, _TASKS, _CLOCKS):
        wanted = {"cases": cases, "offices": offices, "services": services, "now": now}
        session.execute(text("ANALYZE application, clock, office, user_task"))
        session.execute(text(statement), {name: value for name, value in wanted.items() if f":{name}" in statement})
    rebuild(session)
