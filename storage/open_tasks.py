"""The indexes of tasks, of open ones above all, by which inboxes and desks read them in their order and stop.

What each holds is said here. Statements say it in the same words, so that a database sees which index serves them: of a
value that is bound it cannot know.
"""

from __future__ import annotations

from sqlalchemy import Index, text

IS_READY = "status = 'ready'"
IS_CLAIMED = "status = 'claimed'"
HAS_ESCALATED = "status IN ('ready', 'claimed') AND escalated_to <> ''"
IS_AT_A_DESK = "status IN ('ready', 'claimed') AND kind IN ('payment', 'handover')"
HAS_ESCALATED_FROM_A_DESK = f"{IS_AT_A_DESK} AND escalated_to <> ''"
IS_DONE = "completed_at IS NOT NULL"
IS_TO_BE_CHOSEN = "kind = 'appointment' AND status IN ('ready', 'claimed')"


def indexes() -> tuple[Index, ...]:
    """Those of ``user_task``: at one office, or for a group everywhere."""
    chosen = text(IS_TO_BE_CHOSEN)
    return (
        _of("ix_user_task_ready", IS_READY, "office_id", "group", "due_at", "id"),
        _of("ix_user_task_ready_everywhere", IS_READY, "group", "due_at", "id"),
        _of("ix_user_task_service", IS_READY, "office_id", "group", "service_key", "due_at", "id"),
        _of("ix_user_task_service_everywhere", IS_READY, "group", "service_key", "due_at", "id"),
        _of("ix_user_task_newest", IS_READY, "office_id", "group", "id"),
        _of("ix_user_task_newest_everywhere", IS_READY, "group", "id"),
        _of("ix_user_task_applicant", IS_READY, "office_id", "group", "applicant_name", "id"),
        _of("ix_user_task_applicant_everywhere", IS_READY, "group", "applicant_name", "id"),
        _of("ix_user_task_claimed", IS_CLAIMED, "assignee_id", "due_at", "id"),
        _of("ix_user_task_escalated", HAS_ESCALATED, "office_id", "escalated_to", "status", "due_at", "id"),
        _of("ix_user_task_escalated_everywhere", HAS_ESCALATED, "escalated_to", "status", "due_at", "id"),
        _of("ix_user_task_desk", IS_AT_A_DESK, "office_id", "kind", "group", "id"),
        _of("ix_user_task_desk_everywhere", IS_AT_A_DESK, "kind", "group", "id"),
        _of("ix_user_task_desk_escalated", HAS_ESCALATED_FROM_A_DESK, "kind", "escalated_to", "id"),
        Index("ix_user_task_to_be_chosen", "application_id", sqlite_where=chosen, postgresql_where=chosen),
        Index(
            "ix_user_task_done",
            *("office_id", "completed_at", "id"),
            sqlite_where=text(IS_DONE),
            postgresql_where=text(IS_DONE),
        ),
    )


def _of(name: str, which: str, *columns: str) -> Index:
    """An index of some tasks. PostgreSQL also keeps there what tells an officer's own applications from others'."""
    return Index(
        name, *columns, sqlite_where=text(which), postgresql_where=text(which), postgresql_include=["application_id"]
    )
