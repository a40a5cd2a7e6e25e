"""Refusals about who somebody is."""

from __future__ import annotations

from engine.errors.refused import NotFound, Refused


class NotSignedIn(Refused):
    message = "Sign in to continue."


class WrongSignIn(Refused):
    message = "The phone number, e-mail or password is not right."


class AccountExists(Refused):
    message = "An account with this phone number or e-mail exists already. Sign in instead."


class ContactMissing(Refused):
    message = "Give a phone number or an e-mail address, so that we can reach you."


class NotAPhone(Refused):
    message = "This is not a telephone number. Write it like 012 345 678."


class NotAnEmail(Refused):
    message = "This is not an e-mail address. Write it like name@example.com."


class NameMissing(Refused):
    message = "Write your name in Khmer or in Latin letters."


class PasswordTooShort(Refused):
    message = "The password needs at least %(shortest)s characters."


class AlreadyVerified(Refused):
    message = "Your account is verified already."


class PersonKnown(Refused):
    message = "Somebody with this identity document is registered already. Look for the person by its number."


class IdentityNotVerified(Refused):
    message = "Your account is not verified yet. You can prepare the application and send it once it is."


class OwnAccount(Refused):
    message = "This is your own account. Another administrator can disable it."


class LastAdministrator(Refused):
    message = "Nobody else administers every office. Make somebody an administrator first."


class NoSuchLogin(NotFound):
    message = (
        "No account has the telephone number or e-mail “%(login)s”. Write it as they sign in with it; an officer "
        "who has no account is added first: owso users add."
    )


class NotInGroup(NotFound):
    message = "This person does not belong to the group %(group)s there, so there is nothing to end."


class LookWhyMissing(Refused):
    message = "Choose why you look."


class LookReasonShort(Refused):
    message = "Write the reason with at least %(shortest)s characters."


class LookReasonLong(Refused):
    message = "Write the reason with at most %(longest)s characters."


class LookReasonNumbers(Refused):
    message = "Leave out telephone numbers and numbers of papers: whoever was looked at reads the reason."


class OidcRefused(Refused):
    message = "Signing in there did not work. Try again, or sign in with your phone number or e-mail and your password."


class LinkTaken(Refused):
    message = (
        "This sign-in belongs to an account already, or your account has another one from there. Sign in with it and "
        "look under “My account”."
    )


class LastWayIn(Refused):
    message = "Without it nobody could sign in to your account any more, because it has no password."
