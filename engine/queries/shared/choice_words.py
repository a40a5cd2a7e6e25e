"""What choices that were counted are called: grounds of refusals, and what was found.

A count knows a choice by form, question and value. Its words are those of the version in effect, and where that offers
it no more, those of the newest version before that did.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.house import House
from engine.khmer import Bilingual
from engine.packages import ServicePackage
from storage.processes import ProcessDefinition

MOST_VERSIONS: Final = 30
"""So many versions of a service are looked into, the newest first."""
Choice = tuple[str, str]
"""A service, and form, question and value parted by ``:``."""


def choice_words(
    session: Session, house: House, services: Mapping[str, ServicePackage], wanted: Collection[Choice]
) -> Mapping[Choice, Bilingual]:
    """The words of each; the value itself where no version that is looked into offers it. ``services`` are the versions
    in effect. A statement for each service that offers one of them no more (more the first time a version is seen by
    this process), else none."""
    found = {one: words for one in wanted if (words := _offered(services.get(one[0]), one[1])) is not None}
    missing: dict[str, set[str]] = {}
    for service, key in wanted:
        if (service, key) not in found:
            missing.setdefault(service, set()).add(key)
    for service in sorted(missing):
        for package in _versions(session, house, service):
            for key in sorted(missing[service]):
                if (words := _offered(package, key)) is not None:
                    found[service, key] = words
            missing[service] -= {key for of, key in found if of == service}
            if not missing[service]:
                break
    value = {one: one[1].rpartition(":")[2] for one in wanted}
    return {one: found.get(one) or Bilingual(value[one], value[one]) for one in wanted}


def _versions(session: Session, house: House, service: str) -> Iterator[ServicePackage]:
    newest = (
        select(ProcessDefinition.id)
        .where(ProcessDefinition.service_key == service)
        .order_by(ProcessDefinition.version.desc())
        .limit(MOST_VERSIONS)
    )
    for each in session.scalars(newest).all():
        yield house.catalog.of(session, each).package


def _offered(package: ServicePackage | None, key: str) -> Bilingual | None:
    form_key, field, value = key.split(":", 2)
    form = package.forms.get(form_key) if package else None
    part = form.component(field) if form else None
    return part.option_label(value) if part else None
