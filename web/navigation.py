"""The officers' menu, and who is shown as signed in: what every page's frame is given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from flask import Flask, g, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.applications.counter_contacts import WHO_ANSWERS
from engine.case.rivals import WHO_DISPUTES
from engine.khmer import Bilingual
from engine.money.closings import WHO_CLOSES
from engine.money.remissions import WHO_SEES
from engine.money.voids import WHO_MAY
from engine.offices.task_rules import WHO_SETS
from engine.packages.groups import (
    ADMINISTRATOR,
    ANALYST,
    APPROVER,
    CASE_WORKERS,
    CASHIER,
    DECLARED,
    DO_TASKS,
    FRONT_OFFICE,
    GOVERNOR,
    HEAD,
    INSPECTOR,
    OFFICER_GROUPS,
    SPECIALIST,
    before_rules,
)
from engine.people.actors import Actor
from engine.queries.admin.watching import WHO_WATCHES
from engine.sessions.publishing import WHO_PUBLISHES
from web.access import acting_for, signed_in_as
from web.context import house
from web.wording import current_lang

VISITORS: Final = (INSPECTOR, SPECIALIST, HEAD)
"""Who is shown the line of visits; others with a visit find it from their task."""
ASKED: Final = "office.asked"
"""The line of the menu with a number: how many colleagues wait for an answer."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu: the page it opens, its words, the groups that see it; ``everywhere``: only those who belong
    to one of them for every office; ``stands``: also whoever stands in for somebody of them."""

    endpoint: str
    text: LazyString
    groups: tuple[str, ...]
    everywhere: bool = False
    stands: bool = False


MENU: Final[tuple[tuple[LazyString, tuple[Entry, ...]], ...]] = (
    (
        _l("Office"),
        (
            Entry("office.inbox", _l("Inbox"), DO_TASKS),
            Entry(ASKED, _l("Asked of me"), DO_TASKS),
            Entry("office.visits", _l("Visits"), VISITORS),
            Entry("office.raised", _l("Raised to me"), (HEAD, ADMINISTRATOR, GOVERNOR), stands=True),
            Entry("office.walk_in", _l("Walk-in"), (FRONT_OFFICE,)),
            Entry("office.replacements", _l("Lost telephones"), WHO_ANSWERS),
            Entry("office.disputes", _l("Identity disputes"), WHO_DISPUTES),
            Entry("office.cashier", _l("Cashier"), (CASHIER,)),
            Entry("office.books", _l("Books of cashiers"), WHO_CLOSES),
            Entry("office.voids", _l("Void receipts"), WHO_MAY),
            Entry("office.remissions", _l("Refunds and write-offs"), WHO_SEES),
            Entry("office.handovers", _l("Handover"), (FRONT_OFFICE,)),
            Entry("office.sessions", _l("Sessions"), WHO_PUBLISHES),
            Entry("office.search", _l("Search"), DO_TASKS),
            Entry("office.team", _l("Team"), (HEAD,)),
            Entry("office.task_rules", _l("How tasks are given"), WHO_SETS),
            Entry("office.absences", _l("Absences"), (*CASE_WORKERS, DECLARED)),
            Entry("office.files", _l("My files"), (*OFFICER_GROUPS, DECLARED)),
        ),
    ),
    (
        _l("Administration"),
        (
            Entry("admin.control", _l("Control room"), WHO_WATCHES),
            Entry("admin.steps", _l("Which step takes the time"), WHO_WATCHES),
            Entry("admin.compare_offices", _l("Offices compared"), WHO_WATCHES),
            Entry("admin.jumps", _l("Taken out of turn"), WHO_WATCHES),
            Entry("admin.what_if", _l("What if"), WHO_WATCHES),
            Entry("admin.clocks", _l("Clocks"), (ADMINISTRATOR,)),
            Entry("admin.monthly", _l("Monthly report"), WHO_WATCHES),
            Entry("admin.reports", _l("Numbers and income"), (ADMINISTRATOR,)),
            Entry("admin.income", _l("Income and its shares"), (ADMINISTRATOR,)),
            Entry("admin.offices", _l("Offices"), (ADMINISTRATOR,)),
            Entry("admin.chains", _l("Chains of escalation"), (ADMINISTRATOR,)),
            Entry("admin.accounts", _l("Accounts"), (ADMINISTRATOR,)),
            Entry("admin.house_history", _l("History of the house"), (ADMINISTRATOR,), everywhere=True),
            Entry("admin.security_log", _l("Security log"), (ADMINISTRATOR,), everywhere=True),
            Entry("admin.looks", _l("Report of looks"), (ADMINISTRATOR,), everywhere=True),
            Entry("admin.incidents", _l("Incidents"), (ADMINISTRATOR,)),
            Entry("admin.outbox", _l("Outbox"), (ADMINISTRATOR,)),
            Entry("admin.texts", _l("Words of messages"), (ADMINISTRATOR,), everywhere=True),
            Entry("admin.connectors", _l("Connectors"), (ADMINISTRATOR,), everywhere=True),
        ),
    ),
    (
        _l("Processes"),
        (
            Entry("analyst.services", _l("Process definitions"), (ANALYST, APPROVER, ADMINISTRATOR)),
            Entry("analyst.drafts", _l("Drafts of services"), (ANALYST, ADMINISTRATOR)),
            Entry("analyst.releases", _l("Releases"), (ANALYST, APPROVER, ADMINISTRATOR)),
        ),
    ),
)
"""Page authors add their lines here: one ``Entry`` per page that somebody starts from."""


@dataclass(frozen=True, slots=True)
class Who:
    """The signed-in person as the page's frame shows them; ``stands_for``: in whose place they do tasks today;
    ``unread``: how much is new under their bell, counted to a hundred."""

    name: Bilingual | None
    is_officer: bool
    groups: frozenset[str]
    stands_for: tuple[Bilingual, ...] = ()
    unread: int = 0


def install(app: Flask) -> None:
    """Give every page ``actor``, ``acting`` (for whom), ``nav``, ``links`` and ``senders``: by what kinds of address
    messages leave here."""
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """What the layouts need beside the page's own content."""
    senders = frozenset(sender.reaches for sender in house().messengers.values())
    return {"actor": who(), "acting": acting_for(), "nav": menu(g.get("actor")), "links": links(), "senders": senders}


def who() -> Who | None:
    """The person whom this page's transaction loaded; on a public page only that somebody is signed in."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        return Who(None, False, frozenset()) if signed_in_as() else None
    name = Bilingual(km=actor.name_km or actor.name_latin, en=actor.name_latin or actor.name_km)
    absent = {stand.person_id: stand.name for stand in actor.stands}
    return Who(name, actor.is_officer, actor.groups, tuple(absent.values()), actor.unread)


def menu(actor: Actor | None) -> list[dict[str, Any]]:
    """The groups of the menu that this person sees, the current page marked."""
    if actor is None or not actor.is_officer:
        return []
    everywhere = frozenset(group for group, office in actor.memberships if office is None)
    stands = frozenset(stand.group for stand in actor.stands)
    groups, here = before_rules(actor.groups), request.endpoint
    return [
        {
            "label": label,
            "items": [
                {"text": text, "href": href, "current": page == here, "count": actor.asked if page == ASKED else None}
                for page, text, href in lines
            ],
        }
        for label, lines in _lines_of(groups, everywhere, stands, current_lang(), request.script_root)
    ]


def links() -> dict[str, str]:
    """Addresses in the frame of every page."""
    actor: Actor | None = g.get("actor")
    is_officer = actor is not None and actor.is_officer
    home = {"home": "/office", "bell": url_for("office.notices")} if is_officer else {"home": "/"}
    return (
        home
        | {"services": "/services", "track": "/track", "account": "/account"}
        | {
            "sign_in": url_for("auth.sign_in"),
            "sign_out": url_for("auth.sign_out"),
        }
    )


@lru_cache(maxsize=256)
def _lines_of(
    groups: frozenset[str], everywhere: frozenset[str], stands: frozenset[str], _language: str, _root: str
) -> tuple[tuple[LazyString, tuple[tuple[str, str, str], ...]], ...]:
    """What the members of these groups see, those of them that they belong to for every office and those for which they
    stand in apart: page, words and address of each line. The same for all who have the same groups and read the same
    language."""
    shown = (
        (
            label,
            tuple(
                (one.endpoint, str(one.text), url_for(one.endpoint))
                for one in entries
                if _is_for(one, groups | stands if one.stands else groups, everywhere)
            ),
        )
        for label, entries in MENU
    )
    return tuple((label, lines) for label, lines in shown if lines)


def _is_for(entry: Entry, groups: frozenset[str], everywhere: frozenset[str]) -> bool:
    return not groups.isdisjoint(entry.groups) and not (entry.everywhere and everywhere.isdisjoint(entry.groups))
