"""Refusals about businesses and who represents them."""

from __future__ import annotations

from engine.errors.identities import PersonKnown
from engine.errors.people import IdentityNotVerified
from engine.errors.refused import NotAllowed, Refused


class BusinessNameMissing(Refused):
    message = "Write the name of the business as its registration paper says, in Khmer and in Latin letters."


class NotARegistrationNumber(Refused):
    message = "Write the number as it stands on the registration paper: letters and digits, at least four signs."


class TooManyBusinesses(Refused):
    message = "You act for %(most)s businesses already. End one before you add another."


class LastRepresentative(Refused):
    message = (
        "Nobody else represents this business, and an application of it is open. Let another person join with a code "
        "from you first, or wait until it is decided."
    )


class BusinessNotVerified(IdentityNotVerified):
    message = (
        "This business is not verified yet. Bring its registration paper to the counter of an office; you can prepare "
        "the application meanwhile and send it once that is done."
    )


class AtTheCounterOnly(NotAllowed):
    message = "A business is verified at the counter only. Bring its registration paper there."


class BusinessKnown(PersonKnown):
    message = (
        "A business is verified with this registration number already, so this one cannot be. Whoever represents it "
        "can let others join with a code."
    )


class OwnBusiness(NotAllowed):
    message = "You represent this business, or did. A colleague compares its paper."
