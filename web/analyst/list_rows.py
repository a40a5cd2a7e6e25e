"""The lists of analysts as tables: the heads, then a line for each item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext

from engine.khmer import Bilingual
from engine.queries.admin.transfers import TransferLine
from engine.queries.analyst.definitions import ServiceLine, VersionLine
from engine.queries.analyst.package_drafts import DraftLine, SaveLine
from engine.queries.analyst.plays import PlayLine
from engine.queries.analyst.releases import EventShown, ReleaseLine
from engine.queries.analyst.trial_list import TrialListed
from engine.queries.analyst.trials import CaseLine
from web.release_words import STANDINGS, event_text
from web.version_words import TRIAL_STATUSES, VERDICTS
from web.wording import in_language

Rows = Iterator[Sequence[object]]


def draft_rows(lines: Sequence[DraftLine]) -> Rows:
    """Drafts of services."""
    yield [
        *(gettext("Service code"), gettext("Service"), gettext("Ministry"), gettext("Begun from version")),
        *(gettext("Save"), gettext("Last change"), gettext("By")),
    ]
    for one in lines:
        name = one.service_key, in_language(one.title), one.ministry_key
        yield [*name, one.based_on or "", one.save, one.touched_at.isoformat(), _who(one.touched_by)]


def save_rows(saves: Sequence[SaveLine]) -> Rows:
    """The saves of a draft."""
    yield [gettext("Save"), gettext("When"), gettext("By"), gettext("What"), gettext("Files")]
    for one in saves:
        yield [one.number, one.saved_at.isoformat(), _who(one.saved_by), one.words, ", ".join(one.changed)]


def play_rows(plays: Sequence[PlayLine]) -> Rows:
    """The plays of a draft."""
    yield [gettext("Play"), gettext("Moves"), gettext("Its clock shows"), gettext("Last change"), gettext("By")]
    for one in plays:
        yield [one.name, one.moves, one.clock.isoformat(), one.touched_at.isoformat(), _who(one.touched_by)]


def release_rows(lines: Sequence[ReleaseLine]) -> Rows:
    """Releases of ministries."""
    yield [
        *(gettext("Number"), gettext("Release"), gettext("Ministry"), gettext("State"), gettext("In effect from")),
        *(gettext("Where"), gettext("Begun on"), gettext("Begun by")),
    ]
    for one in lines:
        begins = one.effective_from or one.planned_for
        where = ", ".join(in_language(office) for office in one.offices) or gettext("all offices")
        what = one.number or "", one.title, in_language(one.ministry), str(STANDINGS[one.standing][0])
        made = one.made_at.isoformat(), in_language(one.made_by)
        yield [*what, begins.isoformat() if begins else "", where, *made]


def event_rows(events: Sequence[EventShown]) -> Rows:
    """What was done for a ministry."""
    yield [gettext("When"), gettext("By"), gettext("What"), gettext("Release")]
    for one in events:
        yield [one.at.isoformat(), in_language(one.who), event_text(one.kind, one.data), one.release_title]


def service_rows(services: Sequence[ServiceLine]) -> Rows:
    """Published services."""
    yield [
        *(gettext("Service code"), gettext("Service"), gettext("Ministry"), gettext("Illustrative")),
        *(gettext("Newest version"), gettext("Published"), gettext("Running cases")),
    ]
    for one in services:
        name = one.service_key, in_language(one.title), in_language(one.ministry)
        newest = one.newest.version, one.newest.published_at.isoformat()
        yield [*name, gettext("Yes") if one.is_illustrative else "", *newest, one.running]


def version_rows(versions: Sequence[VersionLine]) -> Rows:
    """The versions of a service."""
    yield [
        *(gettext("Version"), gettext("Published"), gettext("In effect from"), gettext("Withdrawn on")),
        *(gettext("Pilot"), gettext("By"), gettext("Note"), gettext("Running cases"), gettext("All cases")),
    ]
    for one in versions:
        until = one.withdrawn_at.isoformat() if one.withdrawn_at else ""
        when = one.published_at.isoformat(), one.effective_from.isoformat(), until
        pilot = gettext("Yes") if one.is_pilot else ""
        yield [one.version, *when, pilot, _who(one.author), one.note, one.running, one.all_cases]


def trial_rows(trials: Sequence[TrialListed]) -> Rows:
    """What was tried on the cases of a service."""
    yield [
        *(gettext("Asked"), gettext("Version"), gettext("Office"), gettext("Sent from"), gettext("Sent before")),
        *(gettext("At most"), gettext("By"), gettext("State"), gettext("Tried"), gettext("Cases")),
    ]
    for one in trials:
        line = one.line
        since, until = (at.isoformat() if at else "" for at in (one.since, one.until))
        office = in_language(one.office) if one.office else gettext("All offices")
        how = one.most, _who(one.asked_by), str(TRIAL_STATUSES[line.status]), line.done, line.total
        yield [line.asked_at.isoformat(), line.version or "", office, since, until, *how]


def trial_case_heads() -> list[str]:
    """The heads of the cases of a trial."""
    return [
        *(gettext("Reference number"), gettext("Path"), gettext("From, or stuck at")),
        *(gettext("Fee before (riel)"), gettext("Fee there (riel)"), gettext("By the legal term there")),
    ]


def trial_case_row(one: CaseLine) -> Sequence[object]:
    """A case of a trial."""
    late = "" if one.late is None else gettext("late") if one.late else gettext("on time")
    where = in_language(one.element.name) if one.element else ""
    fees = ("" if fee is None else fee for fee in (one.fee_before, one.fee_after))
    return [one.reference, str(VERDICTS[one.verdict]), where, *fees, late]


def transfer_rows(lines: Sequence[TransferLine]) -> Rows:
    """Transfers of running cases."""
    yield [
        *(gettext("Transfer"), gettext("To version"), gettext("When"), gettext("By"), gettext("Reason")),
        *(gettext("Finished"), gettext("Undone"), gettext("Left")),
    ]
    for one in lines:
        done, undone = (at.isoformat() if at else "" for at in (one.finished_at, one.undone_at))
        yield [one.id, one.version, one.made_at.isoformat(), _who(one.who), one.reason, done, undone, one.left]


def _who(name: Bilingual | None) -> str:
    return in_language(name) if name else str(gettext("Operator"))
