"""The replay of the gate: the newest cases of each service tried on the package that a release holds.

Each is a trial of many cases (``engine.versions.trials``), begun by an analyst or with the submission, and worked off
in the background. What counts is the newest trial of exactly these files; what it came to is written down when it is
over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, defer

from engine.catalog.archives import unpack
from engine.errors import NotFound, ReleaseClosed
from engine.house import House
from engine.khmer import Bilingual
from engine.packages.groups import ANALYST
from engine.people.actors import THE_CLOCK, Actor
from engine.releases.gate import NEW_SERVICE, Finding, StepResult, filled, verdict_of
from engine.releases.in_hand import InHand, hold, take
from engine.releases.telling import ring_makers
from engine.versions import trials
from storage.releases import GateResult, GateStep, GateVerdict, Release, ReleaseItem, ReleaseStatus
from storage.trials import OPEN_TRIAL, Trial, TrialCase, TrialStatus, TrialVerdict

Trials = Mapping[str, Trial]
OPEN_RELEASE: Final = (ReleaseStatus.DRAFT, ReleaseStatus.SUBMITTED)


def ask(
    session: Session,
    house: House,
    actor: Actor,
    key: str,
    service_key: str,
    *,
    seen: int | None = None,
    now: datetime,
) -> str:
    """The key of the trial of the newest cases of a service on the package that the release has now; of the one that
    there is, unless somebody stopped it. ``ReleaseClosed``; ``NotFound`` for what the release does not change, or a new
    service."""
    hand = take(session, actor, key, ANALYST, seen=seen, now=now)
    if hand.release.status not in OPEN_RELEASE:
        raise ReleaseClosed
    item = next((one for one in hand.items() if one.service_key == service_key and is_replayed(one)), None)
    if item is None:
        raise NotFound
    there = trials_of(session, hand.release.id, [item]).get(service_key)
    if there is not None and there.status != TrialStatus.CANCELLED:
        return there.key
    hand.record("tried", service=service_key, digest=item.digest)
    return _begin(hand, house, item)


def begin_all(hand: InHand, house: House, left_out: Collection[str]) -> None:
    """Begins the trials that a release which is submitted lacks, but for the services that are ``left_out``."""
    items = [item for item in hand.items() if is_replayed(item) and item.service_key not in left_out]
    there = trials_of(hand.session, hand.release.id, items)
    for item in items:
        found = there.get(item.service_key)
        if found is None or found.status == TrialStatus.CANCELLED:
            _begin(hand, house, item)


def found(session: Session, release_id: int, items: Iterable[ReleaseItem]) -> StepResult:
    """What the step comes to now: not done while a trial goes on or lacks, failed when a case would get stuck or none
    of them could be tried."""
    changed = [item for item in items if item.archive is not None]
    there = trials_of(session, release_id, changed)
    findings = [one for item in changed for one in _findings(session, item, there.get(item.service_key))]
    is_undone = any(is_replayed(item) and not _is_done(there.get(item.service_key)) for item in changed)
    return StepResult(GateStep.REPLAYED, verdict_of(findings, is_undone), tuple(findings))


def settle_due(house: House, *, now: datetime) -> int:
    """Writes down what the replays of submitted releases came to that are over by now; of how many releases. Whoever
    let one through before it was over did not know that: the approver decides again."""
    with house.database.reading() as session:
        waiting = session.execute(
            select(Release.ministry_key, Release.key)
            .join(GateResult, GateResult.release_id == Release.id)
            .where(Release.status == ReleaseStatus.SUBMITTED, *_NOT_DONE)
        ).all()
    settled = 0
    for ministry_key, key in waiting:
        with house.database.transaction() as session:
            settled += _settle(hold(session, THE_CLOCK, ministry_key, key, now=now))
    return settled


def trials_of(session: Session, release_id: int, items: Iterable[ReleaseItem]) -> Trials:
    """By service the newest trial of a release on exactly the package that it holds now; one statement."""
    digests = {item.service_key: item.digest for item in items}
    wanted = select(Trial).where(Trial.release_id == release_id, Trial.service_key.in_(digests)).order_by(Trial.id)
    rows = session.scalars(wanted.options(defer(Trial.archive)))
    return {row.service_key: row for row in rows if row.digest == digests[row.service_key]}


def is_replayed(item: ReleaseItem) -> bool:
    """Whether there may be cases to try: the package is changed, and its service is not new."""
    return item.archive is not None and item.base_id is not None


_NOT_DONE: Final = (GateResult.step == GateStep.REPLAYED, GateResult.verdict == GateVerdict.NOT_DONE)


def _begin(hand: InHand, house: House, item: ReleaseItem) -> str:
    files = unpack(item.archive or b"")
    return trials.ask(
        hand.session, house, hand.actor, item.service_key, files, release_id=hand.release.id, now=hand.now
    )


def _settle(hand: InHand) -> bool:
    row = hand.session.scalar(select(GateResult).where(GateResult.release_id == hand.release.id, *_NOT_DONE))
    if row is None or hand.release.status != ReleaseStatus.SUBMITTED:
        return False
    result = found(hand.session, hand.release.id, hand.items())
    if result.verdict == GateVerdict.NOT_DONE:
        return False
    row.verdict, row.at, row.findings = result.verdict, hand.now, [one.kept() for one in result.findings]
    row.reason, row.overridden_at, row.overridden_by_id = "", None, None
    hand.record("replayed", verdict=result.verdict.value)
    ring_makers(hand)
    return True


def _is_done(trial: Trial | None) -> bool:
    return trial is not None and trial.status == TrialStatus.DONE


def _findings(session: Session, item: ReleaseItem, trial: Trial | None) -> Iterator[Finding]:
    if not is_replayed(item):
        yield _of(item, None, NEW_SERVICE)
    elif trial is None:
        yield _of(item, None, _UNTRIED)
    elif trial.status in OPEN_TRIAL:
        yield _of(item, trial, filled(_GOES_ON, total=trial.total))
    elif not _is_done(trial):
        yield _of(item, trial, filled(_STOPPED, total=trial.total, done=trial.done))
    else:
        yield from _results(session, item, trial)


def _results(session: Session, item: ReleaseItem, trial: Trial) -> Iterator[Finding]:
    grouped = session.execute(
        select(TrialCase.verdict, TrialCase.element_id, func.count())
        .where(TrialCase.trial_id == trial.id)
        .group_by(TrialCase.verdict, TrialCase.element_id)
        .order_by(TrialCase.element_id)
    ).all()
    counts = dict.fromkeys(TrialVerdict, 0)
    for verdict, element, count in grouped:
        counts[verdict] += count
        if verdict == TrialVerdict.STUCK:
            yield _of(item, trial, filled(_STUCK, count=count), holds=True, place=element)
    if trial.total and counts[TrialVerdict.UNTRIED] == trial.total:
        yield _of(item, trial, filled(_NONE_TRIED, total=trial.total), holds=True)
    told = {verdict.value: count for verdict, count in counts.items()} | _differences(session, trial.id)
    yield _of(item, trial, filled(_REPLAYED, total=trial.total, **told))


def _differences(session: Session, trial_id: int) -> dict[str, int]:
    by = TrialCase.fee_after - TrialCase.fee_before
    which = {
        "dearer": by > 0,
        "cheaper": by < 0,
        "late": TrialCase.late.is_(True) & TrialCase.late_before.is_not(True),
        "documents": TrialCase.has_other_documents.is_(True),
    }
    sums = [func.coalesce(func.sum(case((one, 1), else_=0)), 0).label(name) for name, one in which.items()]
    row = session.execute(select(*sums).where(TrialCase.trial_id == trial_id)).one()
    return {name: int(number) for name, number in row._mapping.items()}


def _of(item: ReleaseItem, trial: Trial | None, said: Bilingual, *, holds: bool = False, place: str = "") -> Finding:
    return Finding(item.service_key, place, said, holds, trial.key if trial else "")


_UNTRIED: Final = Bilingual("មិនទាន់បានសាកលើសំណុំរឿងណាមួយទេ។", "Not tried on any case yet.")
_GOES_ON: Final = Bilingual("កំពុងសាកលើសំណុំរឿងថ្មីបំផុតចំនួន {total}។", "It is being tried on the newest cases: {total}.")
_STOPPED: Final = Bilingual(
    "ការសាកត្រូវបានបញ្ឈប់ បន្ទាប់ពីសំណុំរឿង {done} ក្នុងចំណោម {total}។",
    "The trial was stopped after {done} of {total} cases.",
)
_STUCK: Final = Bilingual("សំណុំរឿងដែលនឹងជាប់នៅទីនេះ៖ {count}។", "Cases that would get stuck here: {count}.")
_NONE_TRIED: Final = Bilingual("គ្មានសំណុំរឿងណាមួយក្នុងចំណោម {total} អាចសាកបានទេ។", "None of the {total} cases could be tried.")
_REPLAYED: Final = Bilingual(
    "សំណុំរឿង៖ {total}។ ផ្លូវដដែល៖ {same}។ ផ្លូវផ្សេង៖ {other}។ មិនអាចសាកបាន៖ {untried}។ ថ្លៃឡើង៖ {dearer}។ ថ្លៃចុះ៖ {cheaper}។ "
    "យឺតតែតាមរយៈពេលថ្មី៖ {late}។ ឯកសារផ្សេង៖ {documents}។",
    "Cases: {total}. The same path: {same}. Another path: {other}. Could not be tried: {untried}. Dearer: {dearer}. "
    "Cheaper: {cheaper}. Late by the new term only: {late}. Other documents: {documents}.",
)
