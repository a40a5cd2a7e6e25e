"""Whether an application begins from a certificate, and what that makes known of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, case
from sqlalchemy.orm import Session

from engine.packages import ServicePackage
from engine.packages.register_rules import NEW, kind_facts
from storage.applications import Application, Certificate
from storage.base import Id
from storage.continuations import Continuation
from storage.loading import Rows, given, load

_KNOWN: Final = "continuations"
_OF_APPLICATION: Final = Rows(
    Continuation, which=lambda rows: rows.where(Continuation.application_id == given("application_id", Id))
)


def continuation_of(session: Session, application_id: int) -> Continuation | None:
    """The certificate that an application renews or changes, None for a new one. A transaction asks once: what an
    application begins from never changes, and most begin from nothing, which no session remembers by itself."""
    known: dict[int, Continuation | None] = session.info.setdefault(_KNOWN, {})
    if application_id not in known:
        found = load(session, _OF_APPLICATION, application_id=application_id)
        known[application_id] = found[0][0] if found else None
    return known[application_id]


def kind_of(session: Session, application: Application) -> str:
    """``new``, ``renewal`` or ``change``."""
    continuation = continuation_of(session, application.id)
    return NEW if continuation is None else continuation.kind


def service_of() -> ColumnElement[str]:
    """The service whose certificate it is, in a statement that joins certificates with their applications: that of the
    application, or the one that it renews."""
    return case((Certificate.of_service != "", Certificate.of_service), else_=Application.service_key)


def facts_about(session: Session, package: ServicePackage, application: Application) -> dict[str, bool]:
    """``is_renewal`` and ``is_change``; nothing for a service whose applications never begin from a certificate."""
    return kind_facts(kind_of(session, application)) if package.manifest.begins_from_certificates else {}


def with_facts(
    session: Session, package: ServicePackage, application: Application, answers: Mapping[str, Any] | None = None
) -> Mapping[str, Any]:
    """The answers (those that are kept, or others) and the facts beside them, as conditions look at them."""
    given = application.answers if answers is None else answers
    return {**given, **facts_about(session, package, application)}
