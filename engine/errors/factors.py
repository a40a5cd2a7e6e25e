"""Refusals about second factors."""

from __future__ import annotations

from engine.errors.refused import Refused


class SecondFactorNeeded(Refused):
    message = "Your work needs a second factor beside the password. Set one up first."


class ConfirmFirst(Refused):
    message = "Show once more that it is you."


class WrongPassword(Refused):
    message = "The password is not right."


class WrongCode(Refused):
    message = "This code is not right, or it was used already. Wait for the next one."


class WrongRecoveryCode(Refused):
    message = "This recovery code is not right, or it was used already."


class TooManyWrongCodes(Refused):
    message = (
        "Too many codes were wrong. Wait %(minutes)s minutes before the next one, or use a passkey or a recovery code."
    )


class OfferEnded(Refused):
    message = "This QR code is too old. Scan the new one."


class PasskeyRefused(Refused):
    message = "The passkey was not recognised. Try once more, or choose another way."


class PasskeyCopied(PasskeyRefused):
    message = "This passkey seems to have been copied, so it is not taken. Sign in another way and remove it."


class PasskeyKnown(Refused):
    message = "This passkey is registered already."


class PasskeysNotOffered(Refused):
    message = "Passkeys need an address that begins with https://."


class TooManyPasskeys(Refused):
    message = "You have %(most)s passkeys. Remove one before you add another."


class PasskeyNameMissing(Refused):
    message = "Give the passkey a name by which you know it again."


class LastFactor(Refused):
    message = "Your work needs a second factor. Add another one before you remove this one."


class NoFactorYet(Refused):
    message = "Set up an app or a passkey first. Recovery codes stand in for it."


class OwnFactors(Refused):
    message = "These are your own second factors. Two other administrators can take them away."


class NoFactors(Refused):
    message = "This person has no second factor."


class RemovalWaits(Refused):
    message = "Taking these second factors away was proposed already. Another administrator must answer."


class RemovalOver(Refused):
    message = "Somebody answered this already."


class OtherAdministratorNeeded(Refused):
    message = "You proposed this yourself. Another administrator of every office must answer."
