"""Transfers of running cases as administrators read them: what would happen, how far one is, and what it found."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from engine import bpmn
from engine.case.kept_apart import not_apart
from engine.catalog.published import Published
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.analyst.elements import ElementShown, shown
from engine.versions import transfer_rows
from engine.versions.judging import Verdict
from storage.applications import Application
from storage.people import Person
from storage.processes import ProcessDefinition
from storage.transfers import Transfer, TransferVerdict, VerdictKind

MENDED_BY_MAPPING: Final = frozenset({"removed", "changed", "passed-changed", "other-type", "other-scope"})
MOST_SHOWN: Final = 200
MOST_LISTED: Final = 20
"""Transfers in a list, the newest."""
_Second = aliased(Person)


@dataclass(frozen=True, slots=True)
class TransferLine:
    """A transfer: ``counts`` by verdict of the cases it has looked at, ``left`` those that it has not. ``who`` None:
    the operator of the installation. ``waits``: for a second administrator; ``is_mine``: whoever reads began it."""

    id: int
    service_key: str
    title: Bilingual
    version: int
    reason: str
    who: Bilingual | None
    made_at: datetime
    finished_at: datetime | None
    undone_at: datetime | None
    waits: bool
    is_mine: bool
    confirmed_by: Bilingual | None
    counts: Mapping[str, int]
    left: int


@dataclass(frozen=True, slots=True)
class BlockedCase:
    """A case that stays on its version, and why: elements with the fact about each."""

    application_key: str
    reference: str
    obstacles: tuple[tuple[ElementShown, str], ...]


@dataclass(frozen=True, slots=True)
class TransferShown:
    """One transfer with its mapping and the first blocked cases."""

    line: TransferLine
    mapping: Mapping[str, str]
    blocked: tuple[BlockedCase, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An element that keeps cases back, and what could take its place there: itself, if its change is meant."""

    element: ElementShown
    facts: tuple[str, ...]
    cases: int
    targets: tuple[ElementShown, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """What would happen to the cases that were tried, of ``all_cases``; ``names`` are words for elements met."""

    service_key: str
    title: Bilingual
    version: int
    verdicts: tuple[Verdict, ...]
    counts: Mapping[str, int]
    all_cases: int
    choices: tuple[Choice, ...]
    names: Mapping[str, Bilingual]


def of_service(
    session: Session, house: House, actor: Actor, service_key: str, *, most: int = MOST_LISTED
) -> tuple[TransferLine, ...]:
    """The newest transfers of a service; none for somebody who may not make any."""
    if not actor.acts_for(ADMINISTRATOR, None):
        return ()
    wanted = _lines().where(ProcessDefinition.service_key == service_key).order_by(Transfer.id.desc()).limit(most)
    return tuple(_line(session, house, actor, row) for row in session.execute(wanted).all())


def to_versions(
    session: Session, house: House, actor: Actor, definition_ids: Collection[int]
) -> tuple[TransferLine, ...]:
    """The newest transfers to these versions, for whoever reads of the release that brought them."""
    wanted = _lines().where(Transfer.definition_id.in_(definition_ids)).order_by(Transfer.id.desc()).limit(MOST_LISTED)
    return tuple(_line(session, house, actor, row) for row in session.execute(wanted).all())


def transfer(
    session: Session, house: House, actor: Actor, transfer_id: int, *, most: int = MOST_SHOWN
) -> TransferShown:
    """One transfer with at most so many blocked cases, none that is kept from the reader; ``NotAllowed``,
    ``NotFound``."""
    actor.require(None, ADMINISTRATOR)
    found = session.execute(_lines().where(Transfer.id == transfer_id)).one_or_none()
    if found is None:
        raise NotFound
    line = _line(session, house, actor, found)
    row: Transfer = found[0]
    blocked = session.execute(
        select(Application.key, Application.reference, TransferVerdict.obstacles)
        .join(Application, Application.id == TransferVerdict.application_id)
        .where(TransferVerdict.transfer_id == transfer_id, TransferVerdict.verdict == VerdictKind.BLOCKED)
        .where(not_apart(actor, Application.id))
        .order_by(TransferVerdict.application_id)
        .limit(most)
    ).all()
    names = _Names(_versions(session, house, line.service_key))
    cases = tuple(
        BlockedCase(key, reference or "", tuple((names.shown(one["element_id"]), one["fact"]) for one in obstacles))
        for key, reference, obstacles in blocked
    )
    return TransferShown(line, row.mapping, cases)


def survey(
    session: Session,
    house: House,
    actor: Actor,
    service_key: str,
    version: int,
    *,
    verdicts: Sequence[Verdict],
    mapping: Mapping[str, str],
) -> Survey:
    """The verdicts in words, with what could be stated about each element that keeps cases back. Of a case that is kept
    from the reader without its number."""
    target = house.catalog.numbered(session, service_key, version)
    names = _Names(_versions(session, house, service_key))
    candidates = transfer_rows.candidates(service_key, target.definition_id).order_by(None).subquery()
    met = {each.element_id for verdict in verdicts for each in verdict.obstacles}
    kinds = tuple(VerdictKind)
    return Survey(
        service_key=service_key,
        title=target.package.manifest.title,
        version=version,
        verdicts=tuple(_as_told(session, actor, verdicts)),
        counts={kind: sum(verdict.verdict == kind for verdict in verdicts) for kind in kinds},
        all_cases=session.scalar(select(func.count()).select_from(candidates)) or 0,
        choices=tuple(_choices(target, names, verdicts, mapping)),
        names={one: names.shown(one).name for one in met},
    )


def _as_told(session: Session, actor: Actor, verdicts: Sequence[Verdict]) -> Iterator[Verdict]:
    ids = [verdict.application_id for verdict in verdicts]
    told = set(session.scalars(select(Application.id).where(Application.id.in_(ids), not_apart(actor, Application.id))))
    return (each if each.application_id in told else replace(each, reference="") for each in verdicts)


class _Names:
    """Words for the elements of all versions, the newest that has one first."""

    def __init__(self, versions: Sequence[Published]) -> None:
        self.versions = versions

    def of(self, element_id: str) -> Published | None:
        """The newest version that has the element."""
        return next((each for each in self.versions if element_id in bpmn.names(each.process)), None)

    def shown(self, element_id: str) -> ElementShown:
        """The element by its words."""
        published = self.of(element_id) or self.versions[0]
        return shown(element_id, published)


def _choices(target: Published, names: _Names, verdicts: Sequence[Verdict], mapping: Mapping[str, str]) -> list[Choice]:
    facts: dict[str, dict[str, None]] = {element: {} for element in mapping}
    cases: dict[str, int] = dict.fromkeys(mapping, 0)
    for verdict in verdicts:
        found = [each for each in verdict.obstacles if each.fact in MENDED_BY_MAPPING]
        for each in found:
            facts.setdefault(each.element_id, {})[each.fact] = None
        for element in {each.element_id for each in found}:
            cases[element] = cases.get(element, 0) + 1
    return [
        Choice(names.shown(element), tuple(said), cases[element], _targets(target, names, element))
        for element, said in sorted(facts.items())
    ]


def _targets(target: Published, names: _Names, element_id: str) -> tuple[ElementShown, ...]:
    """The element itself where the version has it, then those of the same kind."""
    source = names.of(element_id)
    kind = source.process.elements.get(element_id) if source else None
    itself = [element_id] if element_id in bpmn.names(target.process) else []
    alike = [each.id for each in target.process.elements.values() if kind is not None and each.type == kind.type]
    return tuple(shown(one, target) for one in dict.fromkeys([*itself, *alike]))


def _versions(session: Session, house: House, service_key: str) -> list[Published]:
    ids = session.scalars(
        select(ProcessDefinition.id)
        .where(ProcessDefinition.service_key == service_key)
        .order_by(ProcessDefinition.version.desc())
    )
    return [house.catalog.of(session, one) for one in ids.all()]


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(Transfer, ProcessDefinition.id, Person.name_km, Person.name_latin, _Second.name_km, _Second.name_latin)
        .join(ProcessDefinition, ProcessDefinition.id == Transfer.definition_id)
        .outerjoin(Person, Person.id == Transfer.made_by_id)
        .outerjoin(_Second, _Second.id == Transfer.confirmed_by_id)
    )


def _line(session: Session, house: House, actor: Actor, found: Row[*tuple[Any, ...]]) -> TransferLine:
    """What ``_lines`` selects, in words."""
    row, definition_id, km, latin, second_km, second_latin = found
    target = house.catalog.of(session, definition_id)
    counted = session.execute(
        select(TransferVerdict.verdict, func.count())
        .where(TransferVerdict.transfer_id == row.id)
        .group_by(TransferVerdict.verdict)
    ).all()
    return TransferLine(
        id=row.id,
        service_key=target.service_key,
        title=target.package.manifest.title,
        version=target.version,
        reason=row.reason,
        who=_named(km, latin),
        made_at=row.made_at,
        finished_at=row.finished_at,
        undone_at=row.undone_at,
        waits=row.waits and row.undone_at is None,
        is_mine=row.made_by_id == actor.person_id,
        confirmed_by=_named(second_km, second_latin),
        counts=dict(counted),
        left=0 if row.finished_at else transfer_rows.left(session, row.id, target),
    )


def _named(km: str | None, latin: str | None) -> Bilingual | None:
    return Bilingual(km or latin or "", latin or km or "") if km or latin else None
