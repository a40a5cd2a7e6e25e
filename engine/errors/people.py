"""Refusals about who somebody is."""

from __future__ import annotations

from engine.errors.refused import NotAllowed, NotFound, Refused


class NotSignedIn(Refused):
    message = "Sign in to continue."


class WrongSignIn(Refused):
    message = "The phone number, e-mail or password is not right."


class AccountExists(Refused):
    message = "Somebody is reached by this phone number or e-mail already. An account opened for another needs its own."


class ContactMissing(Refused):
    message = "Give a phone number or an e-mail address, so that we can reach you."


class TooManyCodes(Refused):
    message = "Several codes were sent to this number or address. Ask for a new one in %(minutes)s minutes."


class ProofOver(Refused):
    message = "The code was not given back in time, or was used already. Ask for a new one."


class ContactKnown(Refused):
    message = "This is the number or address of your account already."


class ContactNeeded(Refused):
    message = "Without another proved number or address this one stays: nobody could reach you."


class ContactLost(Refused):
    message = (
        "A code must come from a number or address that you have proved. If you have none of them any more, go to an "
        "office with your identity card."
    )


class NeitherPhoneNorEmail(Refused):
    message = "This is neither a telephone number nor an e-mail address. Write it like 012 345 678 or name@example.com."


class PasswordWrong(Refused):
    message = "This is not your password."


class ProofUsed(ProofOver):
    message = "What the code was for is done already. Sign in with the password that was chosen."


class ContactNotReached(Refused):
    message = "This office cannot send a code there. Give the other one: a phone number, or an e-mail address."


class ContactFull(Refused):
    message = (
        "%(most)s people are reached by this number or address already. Come to the counter of an office for another "
        "account."
    )


class NoAccountChosen(Refused):
    message = "Choose an account."


class SecondPersonResets(Refused):
    message = "This is the account of an officer. A second person gives it a new password: ask an administrator."


class AccountDisabled(Refused):
    message = "This account is disabled. Ask at the office."


class NotAPhone(Refused):
    message = "This is not a telephone number. Write it like 012 345 678."


class NotAnEmail(Refused):
    message = "This is not an e-mail address. Write it like name@example.com."


class NameMissing(Refused):
    message = "Write your name in Khmer or in Latin letters."


class PasswordTooShort(Refused):
    message = "The password needs at least %(shortest)s characters."


class PasswordTooLong(Refused):
    message = "The password may have at most %(longest)s characters."


class PasswordGuessed(Refused):
    message = "Passwords like this one are tried first. Take three words that nobody would say together."


class PasswordOwn(Refused):
    message = (
        "This password is made of what others know: your name, your phone, your e-mail or our name. Take three words "
        "that nobody would say together."
    )


class PasswordShared(Refused):
    message = "Somebody who is reached by the same phone number or e-mail has this password. Take another."


class AlreadyVerified(Refused):
    message = "Your account is verified already."


class HelperNotVerified(Refused):
    message = "Only people whose own account is verified act for others. Verify your account first."


class TooManyHelped(Refused):
    message = "You act for %(most)s people already. End one of these first."


class TooManyHelpers(Refused):
    message = "%(most)s people act for this person already. The person can end one of these in the account."


class ActsAlready(Refused):
    message = "You act for this person already."


class NotYourself(Refused):
    message = "This is your own account. You need no permission to act for yourself."


class NotWhileHelping(NotAllowed):
    message = "You act for somebody else just now, and this page is not part of that. Stop acting for them first."


class MandateOver(Refused):
    message = "You no longer act for this person: one of you has ended it, or its last day has passed."


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


class SeveralPeople(Refused):
    message = "Several people have “%(login)s”: %(people)s. Name one of them by the number of the account, like #12."


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
