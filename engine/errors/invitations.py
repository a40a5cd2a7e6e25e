"""Refusals about invitations of officers, and about new passwords that a second person allows."""

from __future__ import annotations

from engine.errors.refused import NotFound, Refused


class InvitationOver(NotFound):
    message = "This invitation holds no longer: it was accepted, taken back, or is too old. Ask for a new one."


class NotAccepted(Refused):
    message = "This person has not accepted to work in an office yet. They are invited first."


class ContactUnproved(Refused):
    message = "This person has not proved any phone number or e-mail, so nobody knows who would be lifted into office."


class DaysContradict(Refused):
    message = "The last day is before the first one, or has passed."


class AccountsKnown(Refused):
    message = (
        "There are accounts with this phone number or e-mail: %(people)s. Grant the group to one of them, or say that "
        "it is somebody else."
    )


class OwnReset(Refused):
    message = "Nobody allows themselves a new password here. Another administrator does it."


class NotAnOfficer(Refused):
    message = "This person does not work in an office. Whoever does not sets a new password by a code."


class PersonDisabled(Refused):
    message = "This account is disabled. Enable it first."
