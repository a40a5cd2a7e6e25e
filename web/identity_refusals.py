"""Refusals about identity papers → HTTP status: a part of the table in ``web.errors``."""

from __future__ import annotations

from typing import Final

from engine import errors
from engine.errors import businesses

OF_IDENTITIES: Final[dict[type[errors.Refused], int]] = {
    errors.PersonKnown: 409,
    errors.PersonKnownSince: 409,
    errors.VerifiedOtherwise: 409,
    errors.ClaimsMeet: 409,
    errors.DisputeWaits: 409,
    errors.OriginalNotSeen: 422,
    businesses.BusinessNameMissing: 422,
    businesses.NotARegistrationNumber: 422,
    businesses.TooManyBusinesses: 409,
    businesses.LastRepresentative: 409,
    businesses.BusinessNotVerified: 403,
    businesses.AtTheCounterOnly: 403,
    businesses.BusinessKnown: 409,
    businesses.OwnBusiness: 403,
}
