"""What a version would meet in the installation where it is published: offices that offer its service, and officers in
the groups of its ministry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine import localise
from engine.case.holding import missing_offices
from engine.errors import NotFound
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.offices.staffing import too_few
from engine.packages import Problem, ServicePackage
from storage.offices import Office, OfficeService
from storage.people import Membership

SERVICE, MINISTRY = "service.yaml", "ministry.yaml"
STANDING = "offices"
"""The rule of these findings."""


def meets(session: Session, house: House, package: ServicePackage, *, now: datetime) -> tuple[Problem, ...]:
    """What is to be known before this version takes effect: an office that is missing forbids it."""
    today = now.astimezone(localise.PHNOM_PENH).date()
    return (*_offices(session, package, today), *_groups(session, house, package, today, now=now))


def _offices(session: Session, package: ServicePackage, today: date) -> Iterator[Problem]:
    offering = select(OfficeService.office_id).where(
        OfficeService.service_key == package.manifest.key,
        OfficeService.is_offered_from(today),
    )
    for office in session.scalars(select(Office).where(Office.id.in_(offering)).order_by(Office.code)).all():
        facts = office_name(office)
        if office.level not in package.manifest.office_levels:
            yield _told("warning", SERVICE, _NO_LONGER, office=facts, level=Bilingual(office.level, office.level))
            continue
        for missing in missing_offices(session, office, package):
            yield _told("error", MINISTRY, _MISSING, office=facts, missing=missing)
        for few in too_few(session, office, [package], today=today):
            group, lacking = Bilingual(few.group, few.group), Bilingual(*[str(few.lacking)] * 2)
            yield _told(
                "warning",
                MINISTRY,
                _TOO_FEW,
                at=facts,
                office=few.office,
                group=group,
                lacking=lacking,
                tasks=few.tasks,
            )


def _groups(
    session: Session, house: House, package: ServicePackage, today: date, *, now: datetime
) -> Iterator[Problem]:
    """Groups that the version before declared, that no service in effect declares any more, and that somebody holds."""
    try:
        before = house.catalog.current(session, package.manifest.key, now=now).package.ministry.groups
    except NotFound:
        return
    others = (each.package for each in house.catalog.all_current(session, now=now))
    kept = {key for each in others if each.manifest.key != package.manifest.key for key in each.ministry.groups}
    for group in sorted(before.keys() - package.ministry.groups.keys() - kept):
        held = session.scalar(
            select(func.count(Membership.person_id.distinct())).where(
                Membership.group == group, or_(Membership.to_day.is_(None), Membership.to_day >= today)
            )
        )
        if held:
            yield _told(
                "warning", MINISTRY, _STILL_HELD, group=Bilingual(group, group), held=Bilingual(*[str(held)] * 2)
            )


def _told(severity: Literal["error", "warning"], file: str, sentence: Bilingual, **facts: Bilingual) -> Problem:
    english = sentence.en.format(**{name: words.en for name, words in facts.items()})
    khmer = sentence.km.format(**{name: words.km for name, words in facts.items()})
    return Problem(severity, file, STANDING, english, khmer)


_MISSING: Final = Bilingual(
    "គ្មាន{missing}ណាបើកទេ ហើយសំណុំរឿងពី {office} ត្រូវទៅទីនោះ។ សូមបើកវាជាមុន (owso offices open) រួចផ្សព្វផ្សាយម្តងទៀត។",
    "No {missing} is open, and cases of {office} would go there; open it first (owso offices open), then publish "
    "again.",
)
_NO_LONGER: Final = Bilingual(
    "{office} ផ្តល់សេវានេះ តែ office_levels លែងមានថ្នាក់ {level} ដូច្នេះគ្មានអ្នកណាដាក់ពាក្យនៅទីនោះបានទៀតទេ។ "
    "សូមបន្ថែមថ្នាក់នោះ ឬប្រាប់ការិយាល័យ។",
    "{office} offers this service, and office_levels names the level {level} no more, so nobody can apply there from "
    "now on; add the level, or tell the office.",
)
_TOO_FEW: Final = Bilingual(
    "{office}៖ ក្រុម {group} ត្រូវការមនុស្ស {lacking} នាក់ទៀតសម្រាប់ «{tasks}» បើមិនដូច្នេះ សំណុំរឿងរបស់ {at} នឹងជាប់នៅទីនោះ "
    "ព្រោះអ្នកដែលបានធ្វើកិច្ចការមុនមិនអាចធ្វើវាបានទេ (not_by)។ សូមបន្ថែមមន្ត្រី (owso users grant)។",
    "{office}: the group {group} needs {lacking} more for “{tasks}”, else cases of {at} stop there, because "
    "who did other tasks must not do it (not_by) or nobody serves in it; add officers (owso users grant).",
)
_STILL_HELD: Final = Bilingual(
    "ក្រុម {group} លែងប្រកាសទៀតហើយ មន្ត្រីនៅក្នុងក្រុមនេះ៖ {held} នាក់។ "
    "ពួកគេនៅធ្វើសំណុំរឿងចាស់បាន។ សូមប្រកាសក្រុមវិញ ឬដកពួកគេចេញនៅពេលសំណុំរឿងចប់ (owso users end)។",
    "The group {group} is declared no more; officers who belong to it: {held}. They still finish the cases that run; "
    "declare it again, or take them out when those are over (owso users end).",
)
