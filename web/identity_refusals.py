"""Refusals about identity papers → HTTP status: a part of the table in ``web.errors``."""

from __future__ import annotations

from typing import Final

from engine import errors

OF_IDENTITIES: Final[dict[type[errors.Refused], int]] = {
    errors.PersonKnown: 409,
    errors.PersonKnownSince: 409,
    errors.VerifiedOtherwise: 409,
    errors.ClaimsMeet: 409,
    errors.DisputeWaits: 409,
    errors.OriginalNotSeen: 422,
    errors.NotARegistrationNumber: 422,
    errors.TooManyBusinesses: 409,
    errors.LastRepresentative: 409,
}
