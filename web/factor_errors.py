"""What is refused about second factors, and its HTTP status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine import errors

STATUS: Final[Mapping[type[errors.Refused], int]] = {
    errors.SecondFactorNeeded: 403,
    errors.ConfirmFirst: 403,
    errors.WrongPassword: 422,
    errors.WrongCode: 422,
    errors.WrongRecoveryCode: 422,
    errors.TooManyWrongCodes: 429,
    errors.OfferEnded: 422,
    errors.PasskeyRefused: 422,
    errors.PasskeyCopied: 422,
    errors.PasskeyKnown: 409,
    errors.PasskeysNotOffered: 409,
    errors.TooManyPasskeys: 409,
    errors.PasskeyNameMissing: 422,
    errors.LastFactor: 409,
    errors.NoFactorYet: 409,
    errors.OwnFactors: 403,
    errors.NoFactors: 409,
    errors.RemovalWaits: 409,
    errors.RemovalOver: 409,
    errors.OtherAdministratorNeeded: 403,
}
