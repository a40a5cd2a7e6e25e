"""Refusals about a running case: its tasks, its result, and what is done to it by hand."""

from __future__ import annotations

from engine.errors.refused import Refused


class TaskGone(Refused):
    message = "This task is no longer open."


class TaskAlreadyClaimed(Refused):
    message = "A colleague is already working on this task."


class TaskTaken(TaskAlreadyClaimed):
    message = "%(name)s is already working on this task, since %(at)s."


class TaskGivenOn(TaskAlreadyClaimed):
    message = "%(by)s gave this task to %(to)s: %(at)s. %(reason)s"


class NoColleague(Refused):
    message = "This person does not work here today. Choose a colleague of the list."


class ColleagueMayNot(Refused):
    message = "%(name)s may not do this task: it is for another group or office, or for somebody else in this case."


class TaskNotClaimed(Refused):
    message = "Claim the task before you complete it."


class SamePersonRefused(Refused):
    message = "You checked this case yourself, so another person must decide it."


class NothingToHandOver(Refused):
    message = "There is no result to hand over."


class SignatureMissing(Refused):
    message = "A signature is needed before the result is handed over."


class SignatureUnreadable(Refused):
    message = "The signature could not be read. Sign again, or upload the signed slip."


class AlreadyRevoked(Refused):
    message = "This certificate was already revoked."


class NotForOneUse(Refused):
    message = "This certificate is not for one use only, so it is not marked as used."


class AlreadyUsed(Refused):
    message = "This certificate was already used: %(at)s."


class NotTheirCertificate(Refused):
    message = "This person holds no certificate with this number. Compare it with the paper."


class CertificateNeeded(Refused):
    message = "This begins from a certificate that you hold. Choose it in your account, or bring it to the counter."


class CannotContinue(Refused):
    message = "This certificate can be neither renewed nor changed by an application. Ask the office."


class RenewalNotOpen(Refused):
    message = "This certificate can be renewed from %(day)s."


class RenewalTooLate(Refused):
    message = "This certificate could be renewed until %(day)s. Apply for a new one."


class ContinuationRuns(Refused):
    message = "The application %(reference)s renews or changes this certificate already. Wait for its end."


class PrerequisiteMissing(Refused):
    message = "This needs a certificate of the service “%(service)s”. Apply for that first."


class NotInForce(Refused):
    message = "This certificate is not in force any more: it expired, or it was revoked or replaced."


class PaperNotDrawn(Refused):
    message = "This paper is not drawn yet. Try again in a minute; if it stays so, tell the administrator."

    def __init__(self, application_id: int, *, first: int = 0) -> None:
        """``first``: the certificate from which on papers of the application are asked for."""
        super().__init__()
        self.application_id, self.first = application_id, first


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


class IncidentGone(Refused):
    message = "This incident was already resolved."
