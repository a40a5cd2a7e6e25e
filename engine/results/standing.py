"""Whether a result holds at a moment."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from engine.localise import PHNOM_PENH
from storage.applications import Certificate

CertificateState = Literal["valid", "expired", "used", "revoked", "replaced"]


def last_day_of(certificate: Certificate) -> date | None:
    """The last day on which it holds, None without end."""
    return None if certificate.expires_at is None else certificate.expires_at.astimezone(PHNOM_PENH).date()


def state_of(certificate: Certificate, now: datetime) -> CertificateState:
    """What is to be said of it first: that it was revoked, else replaced, used, or past its last day."""
    if certificate.revoked_at is not None:
        return "revoked"
    if certificate.replaced_at is not None:
        return "replaced"
    if certificate.used_at is not None:
        return "used"
    return "expired" if certificate.expires_at is not None and certificate.expires_at < now else "valid"
