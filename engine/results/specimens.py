"""Specimens of results, for whoever writes their template: with the data of a scenario, and with a mark over each page,
so that none can be taken for a result."""

from __future__ import annotations

from datetime import datetime, time
from typing import Final

from engine.case.session_words import said_of
from engine.documents import pdf, qr
from engine.documents.kept import digest_of
from engine.house import House
from engine.khmer import Bilingual
from engine.packages import APPLY, ServicePackage, findings, found_in, named_holder, row_list
from engine.packages.scenario_issued import IssuedThere
from engine.results.certificate_paper import SPECIMEN, CertificateFacts, answers_in_words, certificate_data
from engine.results.issuing import LAST_SECOND, verify_url
from engine.working_time.calendar import WorkingTime

_MARK: Final = """#set page(foreground: rotate(-35deg, text(font: "Kantumruy Pro", size: 54pt, weight: "bold", \
fill: rgb(176, 0, 32, 70))[គំរូ · SPECIMEN]));"""
"""Over each page, unless its template writes something else there; the number says it too."""
_HOLDER: Final = Bilingual("អ្នកដាក់ពាក្យគំរូ", "SPECIMEN APPLICANT")
_OFFICE: Final = Bilingual("ការិយាល័យគំរូ", "Specimen office")
_PLACE: Final = Bilingual("ទីកន្លែងគំរូ", "Specimen place")
_NOON: Final = time(12, 0)


def pictures_of(
    house: House, package: ServicePackage, template: bytes, issued: IssuedThere, working_time: WorkingTime
) -> list[bytes]:
    """The pages of what a scenario issues as PNG, drawn with this template; what was drawn lately is not drawn again.
    Raises ``engine.documents.pdf.DocumentFailed``."""
    facts = _facts(house, package, issued, working_time)
    sheet = pdf.Sheet(certificate_data(package, facts), facts.issued_at, {"qr.svg": qr.svg(facts.verify_url)})

    def draw() -> bytes:
        return pdf.joined(pdf.pictures(template, sheet, fonts=house.fonts, above=_MARK.encode()))

    return list(pdf.parts(house.specimens.get(digest_of(template, sheet), draw)))


def _facts(house: House, package: ServicePackage, issued: IssuedThere, working_time: WorkingTime) -> CertificateFacts:
    """What stands on the paper: as in a case, but for numbers, places and the applicant, whom a scenario does not
    have."""
    group, owner = row_list(package), named_holder(package, issued.answers)
    last_day = issued.due.last_day
    return CertificateFacts(
        number=SPECIMEN,
        code=SPECIMEN,
        reference=SPECIMEN,
        verify_url=verify_url(house, SPECIMEN),
        holder=owner.names if owner else _HOLDER,
        office=_OFFICE,
        issued_at=datetime.combine(issued.on, _NOON, tzinfo=working_time.zone),
        expires_at=None if last_day is None else datetime.combine(last_day, LAST_SECOND, tzinfo=working_time.zone),
        answers=answers_in_words(tuple(package.forms[APPLY].components()), issued.answers.get(APPLY, {})),
        row=answers_in_words(group.components, issued.due.row) if group is not None else {},
        found=answers_in_words(findings(package), found_in(package, issued.answers)),
        sessions={
            rule.key: said_of(rule, *issued.sessions[rule.key], _PLACE)
            for rule in package.manifest.sessions
            if rule.key in issued.sessions
        },
        replaces=SPECIMEN if issued.replaces else "",
    )
