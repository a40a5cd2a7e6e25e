"""What may be written in the fields of facts where something is named: answers, tables, documents, services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from engine.house import House
from engine.packages import APPLY, ServicePackage
from engine.packages.forms import Component
from engine.people.actors import Actor
from engine.studio.fact_shapes import SHAPES
from engine.studio.problems import looked_at, services_there

_TABLE = ".dmn"
Offers = Mapping[str, tuple[str, ...]]
"""What is offered, by the key and the field (``fee:decision``)."""


def offers(session: Session, house: House, actor: Actor, key: str) -> Offers:
    """What the newest save of a draft offers for the fields of its facts."""
    package = looked_at(session, house, actor, key)[0].package
    return {**_answers(package), **_names(package, services_there(session))}


def _names(package: ServicePackage, services: Iterable[str]) -> dict[str, tuple[str, ...]]:
    tables = tuple(
        sorted(name.removesuffix(_TABLE) for name in package.files if name.endswith(_TABLE) and "/" not in name)
    )
    there = tuple(sorted(services))
    return {
        "fee:decision": tables,
        "fees:decision": tables,
        "certificate:document": tuple(rule.key for rule in package.manifest.documents),
        "requires:certificate_of": there,
        "renews:value": there,
        "rules:name": tuple(sorted(package.forms)),
        "provenance:name": tuple(SHAPES),
    }


def _answers(package: ServicePackage) -> dict[str, tuple[str, ...]]:
    """The questions of the forms, each where its kind of answer may be named."""
    asked = [(form, one) for form in sorted(package.forms) for one in package.forms[form].components()]
    groups = tuple(_place(form, one) for form, one in asked if one.kind.repeats)
    return {
        "variables:value": tuple(f"{form}.{one.key}" for form, one in asked if one.kind.scalar),
        "validity:until": tuple(f"{form}.{one.key}" for form, one in asked if one.kind.is_day),
        "sessions:seats": tuple(f"{form}.{one.key}" for form, one in asked if form == APPLY and _is_number(one)),
        "fee:for_each": groups,
        "fees:for_each": groups,
        "certificate:for_each": tuple(f"{form}.{one.key}" for form, one in asked if one.kind.repeats),
        "about:value": tuple(one.key for form, one in asked if form == APPLY and one.kind.names),
        "rules:at": tuple(dict.fromkeys(one.key for _, one in asked)),
    }


def _place(form: str, question: Component) -> str:
    return question.key if form == APPLY else f"{form}.{question.key}"


def _is_number(question: Component) -> bool:
    return question.kind.scalar == "number"
