"""Refusals as named facts. The web layer maps each to a status and a sentence in the reader's language, once.

``message`` is the English sentence with ``%(name)s`` places; ``facts`` fills them. A refusal changes nothing: the
transaction that raised it is rolled back.
"""

from __future__ import annotations

from typing import ClassVar

from engine.problems import Problem


class Refused(Exception):
    """The root of everything the office says no to."""

    message: ClassVar[str] = "This cannot be done."

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.message % facts if facts else self.message)


class NotFound(Refused):
    """Nothing there, or not for this person: the answer is the same, so that nobody can probe."""

    message = "We could not find this."


class NotAllowed(Refused):
    """The person is known and may not do this."""

    message = "You may not do this."


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


class BadAnswers(Refused):
    """Answers of a form that cannot be accepted. ``errors`` maps a field name to the problem of that field."""

    message = "Some answers need your attention."

    def __init__(self, errors: dict[str, object]) -> None:
        super().__init__()
        self.errors = errors


class IdentityNotVerified(Refused):
    message = "Your account is not verified yet. You can prepare the application and send it once it is."


class ServiceNotOffered(Refused):
    message = "This office does not offer this service today."


class DocumentMissing(Refused):
    message = "A required document is missing: %(document)s."


class DocumentRefused(Refused):
    """The root of what is wrong with an uploaded file."""

    message = "This file cannot be accepted."


class WrongFileType(DocumentRefused):
    message = "This file cannot be accepted. Choose one of: %(accepted)s."


class DocumentTooLarge(DocumentRefused):
    message = "This file is too large. It may have at most %(megabytes)s MB."


class PictureTooLarge(DocumentRefused):
    message = "This picture has too many pixels. Take it again with a smaller size."


class DocumentBroken(DocumentRefused):
    message = "This file cannot be read. Make it again and send it once more."


class DocumentLocked(DocumentRefused):
    message = "This PDF is locked with a password. Save it again without one."


class DocumentUnsafe(DocumentRefused):
    message = "This PDF holds a program or another file. Save it again as a plain PDF."


class QuotaReached(DocumentRefused):
    message = "At most %(files)s files, %(megabytes)s MB; %(uploads)s files a day; %(drafts)s drafts. Remove something."


class AlreadySubmitted(Refused):
    message = "This application was already sent."


class StalePage(Refused):
    message = "Someone changed this since you opened the page. Look at it again, then decide."


class TaskGone(Refused):
    message = "This task is no longer open."


class TaskAlreadyClaimed(Refused):
    message = "A colleague is already working on this task."


class TaskNotClaimed(Refused):
    message = "Claim the task before you complete it."


class SamePersonRefused(Refused):
    message = "You checked this case yourself, so another person must decide it."


class CannotWithdraw(Refused):
    message = "This application can no longer be withdrawn."


class PaymentNotDue(Refused):
    message = "No payment is due for this application."


class WrongAmount(Refused):
    message = "The amount must be %(expected)s riel."


class AlreadyPaid(Refused):
    message = "This application is already paid. The receipt is %(receipt)s."


class KhqrNotOffered(Refused):
    message = "Payment by KHQR is not set up here. Pay at the counter of the office."


class BankReferenceMissing(Refused):
    message = "Enter the reference number that the bank gave."


class NotABankReference(Refused):
    message = "This is not a reference of a bank: it has letters and digits, 3 to 80 of them."


class BankReferenceUsed(Refused):
    message = "This bank reference already confirms another payment."


class ReceiptStands(Refused):
    message = "The case is over or its result was handed over, so this receipt stands."


class VoidNeedsAnother(Refused):
    message = "You asked for this yourself, so another person must agree."


class FeeOwed(Refused):
    message = (
        "The receipt of this application was made void. The fee must be paid again before the result is handed over."
    )


class NothingToHandOver(Refused):
    message = "There is no result to hand over."


class SignatureMissing(Refused):
    message = "A signature is needed before the result is handed over."


class SignatureUnreadable(Refused):
    message = "The signature could not be read. Sign again, or upload the signed slip."


class AlreadyRevoked(Refused):
    message = "This certificate was already revoked."


class ReasonMissing(Refused):
    message = "Give the reason."


class OfficeNeverOpens(Refused):
    message = "The office must open on at least one day of the week."


class HoursContradict(Refused):
    message = "The office must open before it closes, and its hours must not overlap."


class HoursAlreadyWorked(Refused):
    message = "New hours hold from tomorrow at the earliest. For today alone, add the day with its hours."


class DayListed(Refused):
    message = "This day is on the list already."


class DayNameMissing(Refused):
    message = "Enter the name of the day."


class WorkedNationally(Refused):
    message = "A weekday that the whole country works is none of its days off: remove it from the list instead."


class NoSuchGroup(Refused):
    message = "There is no group %(group)s. There are: %(groups)s."


class CaseSuspended(Refused):
    message = "This application stands still for the moment: the administration suspended it. Try again later."


class CaseEnded(Refused):
    message = "This case is over."


class OwnCase(Refused):
    message = "This is a case of your own: you apply, filed it or helped with it. Another administrator must act."


class SecondNeeded(Refused):
    message = "This goes past payment, a decision or a paper. A second administrator must confirm it."


class ProposalOver(Refused):
    message = "This proposal was answered, or it is too old. Propose it again if it is still needed."


class MoveRefused(Refused):
    message = "The token cannot be taken there. Choose an element of the same process that can begin."


class WrongValue(Refused):
    message = "Write a value of the same kind: a number, yes or no, or words."


class FeeUnclear(Refused):
    message = "The fee for these answers cannot be worked out. Please tell the office; your answers are kept."


class LevelNotServed(Refused):
    message = "%(service)s is for offices of other levels: %(levels)s (office_levels in service.yaml)."


class NoSuchVersion(Refused):
    message = "There is no version %(version)s of %(service)s."


class AlreadyUndone(Refused):
    message = "This transfer was undone before."


class TakenFurther(Refused):
    message = "Transfer %(transfer)s took cases of this one further. Undo transfer %(transfer)s first."


class ElementUnknown(Refused):
    message = "There is no element “%(element)s” in the versions concerned."


class IncidentGone(Refused):
    message = "This incident was already resolved."


class PackageRefused(Refused):
    """A package that cannot be published. ``problems`` names each place and its remedy."""

    message = "The package has problems and was not published."

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__()
        self.problems = problems
