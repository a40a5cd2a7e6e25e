"""Refusals about releases of a ministry: who may decide, when, and what stands in the way."""

from __future__ import annotations

from engine.errors.refused import Refused


class ReleaseClosed(Refused):
    message = "This release is not being made any more. Send it back, or begin another one."


class ReleaseNotSubmitted(Refused):
    message = "This release does not wait for approval."


class OwnRelease(Refused):
    message = "You made a part of this release. Somebody else must approve it."


class ReleaseOvertaken(Refused):
    """Something was published under the release. ``changes`` says what, in which version and by whom."""

    message = "This was published since the release was begun: %(changes)s. Take it over, look at it and submit again."


class GateClosed(Refused):
    message = "The gate holds this release up: %(steps)s. Mend it, or let it through with a reason."


class ReleaseInEffect(Refused):
    message = "This release is in effect. Make another release that goes back."


class ReleaseHasCases(Refused):
    message = "Cases were taken to %(service)s, version %(version)s. Take them back first."


class BuiltUpon(Refused):
    message = "Release %(number)s was built on this one. Withdraw that one first."


class NothingChanged(Refused):
    message = "This release changes no package. Put one in first."


class PackageOfAnotherMinistry(Refused):
    message = "%(service)s belongs to another ministry than this release."


class TitleMissing(Refused):
    message = "Say in a few words what the release is about."


class PlannedInThePast(Refused):
    message = "This moment has passed. Choose a later one, or none to let it begin as soon as it is approved."


class MomentUnclear(Refused):
    message = "Write a day like 27 3 2026 and a time like 07:30."


class VersionWithdrawn(Refused):
    message = "Version %(version)s of %(service)s was withdrawn. Choose another one."


class ReleaseNotApproved(Refused):
    message = "Only an approved release can be exported."


class ReleaseNotWithdrawn(Refused):
    message = "Only a release that was approved and withdrawn has a notice of its withdrawal."


class WithdrawnHere(Refused):
    message = "Release %(number)s of this ministry is withdrawn here already."


class NoticeDiffers(Refused):
    message = "Release %(number)s is another here than the one that was withdrawn. Nothing was changed."


class ReleaseKnown(Refused):
    message = "Release %(number)s of this ministry is here already."


class ParcelUnreadable(Refused):
    message = "This file is no exported release. Bring the file as it was exported."


class ParcelUnknown(Refused):
    message = (
        "Nobody here trusts the key that signed this release of %(ministry)s: %(signer)s. Ask the ministry for its key "
        "and add it to the file that OWSO_RELEASE_KEYS_FILE names."
    )


class ParcelTampered(Refused):
    message = "This file was changed after it was signed. Nothing was taken from it; ask for it again."


class ParcelOutOfOrder(Refused):
    message = (
        "Release %(number)s was built on release %(before)s; the newest here is %(here)s. Import the others first."
    )


class ParcelDiffers(Refused):
    message = "%(service)s is another here than the one this release was made from. Nothing was imported."


class ParcelForOthers(Refused):
    message = "This release is for the pilot offices %(offices)s, and none of them is here."
