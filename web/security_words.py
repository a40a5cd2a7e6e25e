"""The lines of the security log as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine import localise
from engine.people.factors import Factor
from engine.queries.admin.security_log import SecurityLine
from engine.words import SecurityKind
from web.event_words import role_text
from web.labels import group_label
from web.wording import current_lang, in_language

KINDS: Final[Mapping[SecurityKind, LazyString]] = {
    SecurityKind.SIGNED_IN: _l("Signed in"),
    SecurityKind.SIGN_IN_FAILED: _l("Sign-in refused"),
    SecurityKind.GUESSED_AT: _l("Many wrong passwords from many places: browsers that are not known wait"),
    SecurityKind.PLACE_SLOWED: _l("Many wrong passwords from this place: it waits"),
    SecurityKind.SIGNED_OUT: _l("Signed out"),
    SecurityKind.SIGN_INS_ENDED: _l("Other browsers signed out: %(count)s"),
    SecurityKind.PASSWORD_CHANGED: _l("Password changed, other browsers signed out"),
    SecurityKind.CONTACT_PROVED: _l("Telephone or e-mail proved by a code"),
    SecurityKind.CONTACT_CHANGED: _l("Telephone or e-mail added or replaced, all browsers signed out"),
    SecurityKind.CONTACT_REMOVED: _l("Telephone or e-mail removed, all browsers signed out"),
    SecurityKind.PASSWORD_RESET: _l("New password set by a code, all browsers signed out"),
    SecurityKind.ACCOUNT_CLAIMED: _l("Account made at a counter claimed by a code"),
    SecurityKind.INVITED: _l("Invited as an officer"),
    SecurityKind.INVITED_AGAIN: _l("Invitation sent again"),
    SecurityKind.INVITATION_REVOKED: _l("Invitation revoked"),
    SecurityKind.INVITATION_ACCEPTED: _l("Invitation accepted"),
    SecurityKind.GROUP_OFFERED: _l("Asked to serve in a group: %(group)s, %(office)s"),
    SecurityKind.RESET_BEGUN: _l("New password allowed by a second person"),
    SecurityKind.RESET_DONE: _l("New password set with the help of a second person, all browsers signed out"),
    SecurityKind.ACCOUNT_ADDED: _l("Account added"),
    SecurityKind.ACCOUNT_DISABLED: _l("Account disabled"),
    SecurityKind.ACCOUNT_ENABLED: _l("Account enabled"),
    SecurityKind.GROUP_GRANTED: _l("Put into a group: %(group)s, %(office)s"),
    SecurityKind.GROUP_ENDED: _l("Taken out of a group: %(group)s, %(office)s"),
    SecurityKind.SECOND_STEP_FAILED: _l("Second step of signing in refused"),
    SecurityKind.FACTOR_ADDED: _l("Second factor added: %(factor)s"),
    SecurityKind.FACTOR_REMOVED: _l("Second factor removed: %(factor)s"),
    SecurityKind.RECOVERY_CODES_MADE: _l("Recovery codes made"),
    SecurityKind.RECOVERY_CODE_USED: _l("Recovery code used"),
    SecurityKind.PASSKEY_COPIED: _l("Passkey refused: it seems to have been copied"),
    SecurityKind.FACTORS_REMOVAL_PROPOSED: _l("Proposed to take the second factors away"),
    SecurityKind.FACTORS_REMOVAL_REFUSED: _l("Refused to take the second factors away"),
    SecurityKind.FACTORS_REMOVED: _l("Second factors taken away"),
    SecurityKind.MANDATE_MADE: _l("Somebody may act for this person"),
    SecurityKind.MANDATE_ENDED: _l("Nobody may act for this person by that permission any more"),
    SecurityKind.HELPING_BEGUN: _l("Somebody acts for this person"),
    SecurityKind.ABSENCE_RECORDED: _l("Absence with deputies recorded: %(first)s to %(last)s"),
    SecurityKind.ABSENCE_ENDED: _l("Absence ended: %(first)s to %(last)s"),
    SecurityKind.REPORT_SUBSCRIBED: _l("Is told of the monthly report of an office: %(office)s"),
    SecurityKind.REPORT_UNSUBSCRIBED: _l("Is told of the monthly report of an office no more: %(office)s"),
    SecurityKind.TASK_RULES_CHANGED: _l("Rule by which tasks are given changed: %(group)s, %(office)s"),
    SecurityKind.BUSINESS_ADDED: _l("Business added, not verified"),
    SecurityKind.BUSINESS_VERIFIED: _l("Business verified at the counter: %(office)s"),
    SecurityKind.CODE_SENT: _l("One-time code sent"),
    SecurityKind.CODE_GIVEN_BACK: _l("One-time code given back"),
    SecurityKind.CODE_GUESSED: _l("One-time code ended after wrong ones"),
    SecurityKind.EXPORTED: _l("Taken away as a file: %(what)s"),
    SecurityKind.EXPORT_ASKED: _l("A file was asked for, to be prepared: %(what)s"),
    SecurityKind.OIDC_LINKED: _l("Sign-in elsewhere linked: %(issuer)s"),
    SecurityKind.OIDC_UNLINKED: _l("Sign-in elsewhere no longer linked: %(issuer)s"),
    SecurityKind.SETTINGS_CHANGED: _l("Hours or days off changed: %(office)s"),
    SecurityKind.COUNTER_REGISTERED: _l("Registered at the counter with papers: %(office)s"),
    SecurityKind.COUNTER_HANDED_BACK: _l("Account handed to whoever showed papers and a code: %(office)s"),
    SecurityKind.COUNTER_CONTACT: _l("Telephone or e-mail proved at the counter: %(office)s"),
    SecurityKind.COUNTER_SLIP: _l("Slip printed with which the account is claimed at home: %(office)s"),
    SecurityKind.CONTACT_REPLACEMENT_ASKED: _l("Another contact asked for in place of a lost one: %(office)s"),
    SecurityKind.CONTACT_REPLACED: _l("Lost contact replaced, agreed to by a second person: %(office)s"),
    SecurityKind.CONTACT_REPLACEMENT_DECLINED: _l("Lost contact not replaced: %(office)s"),
    SecurityKind.IDENTITY_SHARED: _l("No longer verified: another account was verified with the same number first"),
    SecurityKind.IDENTITY_DISPUTED: _l("Identity disputed at the counter: %(office)s"),
    SecurityKind.IDENTITY_OVERTURNED: _l("Identity given to somebody else: %(office)s"),
    SecurityKind.IDENTITY_KEPT: _l("Identity stays after a dispute: %(office)s"),
    SecurityKind.BOOK_CLOSED: _l("Book of a cashier counted and closed: %(office)s"),
    SecurityKind.BOOK_CONFIRMED: _l("Book of a cashier confirmed by a second person: %(office)s"),
    SecurityKind.BOOK_OPENED_AGAIN: _l("Book of a cashier opened again: %(office)s"),
    SecurityKind.SHARES_SET: _l("Shares of the income set"),
    SecurityKind.CHAIN_SET: _l("Chain of escalation set"),
    SecurityKind.CHAIN_WITHDRAWN: _l("Chain of escalation withdrawn"),
    SecurityKind.MESSAGE_CHANGED: _l("Message of the house changed"),
    SecurityKind.MESSAGE_WITHDRAWN: _l("Change of a message withdrawn"),
    SecurityKind.SHARES_WITHDRAWN: _l("Shares of the income withdrawn before they took effect"),
    SecurityKind.OFFICE_OPENED: _l("Office opened: %(office)s"),
    SecurityKind.OFFICE_CHANGED: _l("Name, address or telephone of an office changed: %(office)s"),
    SecurityKind.OFFICE_CLOSED: _l("Office closed: %(office)s"),
    SecurityKind.SERVICE_OFFERED: _l("Service offered: %(service)s, %(office)s"),
    SecurityKind.OFFER_ENDED: _l("Last day of an offered service set: %(service)s, %(office)s"),
    SecurityKind.GROUP_DAYS_CHANGED: _l("Last day in a group changed: %(group)s, %(office)s"),
    SecurityKind.VERSION_PUBLISHED: _l("Version of a service published: %(service)s, version %(version)s"),
    SecurityKind.BOOK_SECOND_NAMED: _l("Somebody of the office above named who confirms books: %(office)s"),
    SecurityKind.BOOK_SECOND_ENDED: _l("Nobody of the office above confirms books any more: %(office)s"),
    SecurityKind.APPLICATION_FORWARDED: _l("Application forwarded to another office: %(reference)s, %(office)s"),
}
"""Each with what belongs to it."""

FILTERS: Final[Mapping[SecurityKind, LazyString]] = {
    **KINDS,
    SecurityKind.SIGN_INS_ENDED: _l("Other browsers signed out"),
    SecurityKind.GROUP_GRANTED: _l("Put into a group"),
    SecurityKind.GROUP_ENDED: _l("Taken out of a group"),
    SecurityKind.GROUP_OFFERED: _l("Asked to serve in a group"),
    SecurityKind.FACTOR_ADDED: _l("Second factor added"),
    SecurityKind.FACTOR_REMOVED: _l("Second factor removed"),
    SecurityKind.EXPORTED: _l("Taken away as a file"),
    SecurityKind.EXPORT_ASKED: _l("A file was asked for, to be prepared"),
    SecurityKind.OIDC_LINKED: _l("Sign-in elsewhere linked"),
    SecurityKind.OIDC_UNLINKED: _l("Sign-in elsewhere no longer linked"),
    SecurityKind.SETTINGS_CHANGED: _l("Hours or days off changed"),
    SecurityKind.COUNTER_REGISTERED: _l("Registered at the counter with papers"),
    SecurityKind.COUNTER_HANDED_BACK: _l("Account handed to whoever showed papers and a code"),
    SecurityKind.COUNTER_CONTACT: _l("Telephone or e-mail proved at the counter"),
    SecurityKind.COUNTER_SLIP: _l("Slip printed with which the account is claimed at home"),
    SecurityKind.CONTACT_REPLACEMENT_ASKED: _l("Another contact asked for in place of a lost one"),
    SecurityKind.CONTACT_REPLACED: _l("Lost contact replaced, agreed to by a second person"),
    SecurityKind.CONTACT_REPLACEMENT_DECLINED: _l("Lost contact not replaced"),
    SecurityKind.IDENTITY_DISPUTED: _l("Identity disputed at the counter"),
    SecurityKind.IDENTITY_OVERTURNED: _l("Identity given to somebody else"),
    SecurityKind.IDENTITY_KEPT: _l("Identity stays after a dispute"),
    SecurityKind.BOOK_CLOSED: _l("Book of a cashier counted and closed"),
    SecurityKind.BOOK_CONFIRMED: _l("Book of a cashier confirmed by a second person"),
    SecurityKind.BOOK_OPENED_AGAIN: _l("Book of a cashier opened again"),
    SecurityKind.BUSINESS_VERIFIED: _l("Business verified at the counter"),
    SecurityKind.ABSENCE_RECORDED: _l("Absence with deputies recorded"),
    SecurityKind.ABSENCE_ENDED: _l("Absence ended"),
    SecurityKind.TASK_RULES_CHANGED: _l("Rule by which tasks are given changed"),
    SecurityKind.OFFICE_OPENED: _l("Office opened"),
    SecurityKind.OFFICE_CHANGED: _l("Name, address or telephone of an office changed"),
    SecurityKind.OFFICE_CLOSED: _l("Office closed"),
    SecurityKind.SERVICE_OFFERED: _l("Service offered"),
    SecurityKind.OFFER_ENDED: _l("Last day of an offered service set"),
    SecurityKind.GROUP_DAYS_CHANGED: _l("Last day in a group changed"),
    SecurityKind.VERSION_PUBLISHED: _l("Version of a service published"),
    SecurityKind.BOOK_SECOND_NAMED: _l("Somebody of the office above named who confirms books"),
    SecurityKind.BOOK_SECOND_ENDED: _l("Nobody of the office above confirms books any more"),
    SecurityKind.APPLICATION_FORWARDED: _l("Application forwarded to another office"),
    SecurityKind.REPORT_SUBSCRIBED: _l("Is told of the monthly report of an office"),
    SecurityKind.REPORT_UNSUBSCRIBED: _l("Is told of the monthly report of an office no more"),
}
"""The same without what belongs to one line."""


OF_STRANGERS: Final = frozenset(
    (
        SecurityKind.SIGN_IN_FAILED,
        SecurityKind.GUESSED_AT,
        SecurityKind.PLACE_SLOWED,
        SecurityKind.SECOND_STEP_FAILED,
        SecurityKind.PASSKEY_COPIED,
        SecurityKind.CODE_SENT,
        SecurityKind.CODE_GIVEN_BACK,
        SecurityKind.CODE_GUESSED,
    )
)


def what_happened(line: SecurityLine) -> str:
    """A line as a sentence in the reader's language; a word of another day is shown as it is."""
    words = {kind.value: text for kind, text in KINDS.items()}.get(line.kind)
    if words is None:
        return line.kind
    facts = {
        "count": line.data.get("count", 0),
        "group": group_label(str(line.data.get("group", ""))),
        "office": line.data.get("office") or gettext("every office"),
        "what": line.data.get("what", ""),
        "first": _day(line.data.get("first")),
        "last": _day(line.data.get("last")),
        "factor": _factor(line),
        "issuer": line.data.get("issuer", ""),
        "service": line.data.get("service", ""),
        "version": line.data.get("version", ""),
        "reference": line.data.get("reference", ""),
    }
    return str(words) % facts if "%(" in str(words) else str(words)


def _day(written: object) -> str:
    """A day as people read it; what another kind of line calls by the same word stays as it is."""
    if not isinstance(written, str):
        return ""
    try:
        return localise.day(date.fromisoformat(written), current_lang(), weekday=False)
    except ValueError:
        return written


def _factor(line: SecurityLine) -> str:
    return str(gettext("authenticator app") if line.data.get("factor") == Factor.APP else gettext("passkey"))


def by_whom(line: SecurityLine) -> str:
    """Whoever did it, when it was not the person whom the line is about."""
    if line.by_themselves:
        return ""
    if line.actor is not None:
        return in_language(line.actor)
    return gettext("Somebody who is not known") if line.kind in OF_STRANGERS else role_text(line.role)
