"""Refusals at the counter, and about accounts that the counter made."""

from __future__ import annotations

from engine.errors.refused import Refused


class NoRoomHere(Refused):
    message = "As many people as possible are reached by this already. Take another one, or go on without."


class PaperDiffers(Refused):
    message = "This does not agree with the paper that the account was verified with. Look at the paper again."


class OfficersAccount(Refused):
    message = "This account belongs to somebody who works in an office. An administrator helps with it."


class HelpedTooLongAgo(Refused):
    message = "You began to help this person too long ago. Look them up again."


class ColleagueNeeded(Refused):
    message = "You asked for this yourself. Another officer of the counter, or the head of the office, must answer."


class SlipNotNeeded(Refused):
    message = "This account needs no slip: its telephone or e-mail was proved, and a code sent to it opens it."


class ClaimOver(Refused):
    message = (
        "This code, with these signs of an identity paper, opens no account. Look at the slip again, or ask at the "
        "counter for a new one."
    )


class PapersUnsorted(Refused):
    message = "Say of each file what it is, or remove it, before the application is sent."


class OneFileHere(Refused):
    message = "Only one file can be this document. Say what this one is, or remove it."


class NeitherNameNorPaper(Refused):
    message = "Write both: the name of whoever brings the papers, and which paper showed it with its number."


class DraftSavedMeanwhile(Refused):
    message = (
        "Somebody saved this draft after you opened it: a colleague, or you in another tab. Nothing of theirs was "
        "written over. Look below at what differs, correct it here, and save again."
    )


class NotTakenThere(Refused):
    message = "%(office)s does not take this service today, or in another version. Choose another office."


class TooLateToForward(Refused):
    message = (
        "It cannot be forwarded any more: something was paid, claimed, done or chosen, or a day was broken, and that "
        "would not be exact at another office. Give a claimed task back first; else it goes on here."
    )


class WhyHereMissing(Refused):
    message = "The place of business belongs to %(office)s. Forward it there, or write down why it is sent here."


class PhotoLinkOver(Refused):
    message = "This address takes no photos, or not any more. Ask the officer to show a new one."


class PhotoLinkFull(Refused):
    message = "At most %(files)s files and %(megabytes)s MB come by one address. Ask the officer to show a new one."
