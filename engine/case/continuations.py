"""Whether an application begins from a certificate, and what that makes known of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.packages import ServicePackage
from engine.packages.register_rules import NEW, kind_facts
from storage.continuations import Continuation


def continuation_of(session: Session, application_id: int) -> Continuation | None:
    """The certificate that an application renews or changes, None for a new one."""
    return session.get(Continuation, application_id)


def facts_about(package: ServicePackage, continuation: Continuation | None) -> dict[str, bool]:
    """``is_renewal`` and ``is_change``, for a service whose applications may begin from a certificate."""
    if not package.manifest.begins_from_certificates:
        return {}
    return kind_facts(NEW if continuation is None else continuation.kind)
