"""The lines of the security log as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.queries.admin.security_log import SecurityLine
from engine.words import SecurityKind
from web.event_words import role_text
from web.labels import group_label
from web.wording import in_language

KINDS: Final[Mapping[SecurityKind, LazyString]] = {
    SecurityKind.SIGNED_IN: _l("Signed in"),
    SecurityKind.SIGN_IN_FAILED: _l("Sign-in refused"),
    SecurityKind.SIGNED_OUT: _l("Signed out"),
    SecurityKind.SIGN_INS_ENDED: _l("Other browsers signed out: %(count)s"),
    SecurityKind.PASSWORD_CHANGED: _l("Password changed, other browsers signed out"),
    SecurityKind.ACCOUNT_ADDED: _l("Account added"),
    SecurityKind.ACCOUNT_DISABLED: _l("Account disabled"),
    SecurityKind.ACCOUNT_ENABLED: _l("Account enabled"),
    SecurityKind.GROUP_GRANTED: _l("Put into a group: %(group)s, %(office)s"),
    SecurityKind.GROUP_ENDED: _l("Taken out of a group: %(group)s, %(office)s"),
    SecurityKind.EXPORTED: _l("Taken away as a file: %(what)s"),
    SecurityKind.SETTINGS_CHANGED: _l("Hours or days off changed: %(office)s"),
    SecurityKind.COUNTER_REGISTERED: _l("Registered at the counter with papers: %(office)s"),
    SecurityKind.COUNTER_HANDED_BACK: _l("Account handed to whoever showed papers and a code: %(office)s"),
    SecurityKind.COUNTER_CONTACT: _l("Telephone or e-mail proved at the counter: %(office)s"),
    SecurityKind.COUNTER_SLIP: _l("Slip printed with which the account is claimed at home: %(office)s"),
    SecurityKind.CONTACT_REPLACEMENT_ASKED: _l("Another contact asked for in place of a lost one: %(office)s"),
    SecurityKind.CONTACT_REPLACED: _l("Lost contact replaced, agreed to by a second person: %(office)s"),
    SecurityKind.CONTACT_REPLACEMENT_DECLINED: _l("Lost contact not replaced: %(office)s"),
    SecurityKind.ACCOUNT_CLAIMED: _l("Account of the counter claimed with a slip"),
}
"""Each with what belongs to it."""

FILTERS: Final[Mapping[SecurityKind, LazyString]] = {
    **KINDS,
    SecurityKind.SIGN_INS_ENDED: _l("Other browsers signed out"),
    SecurityKind.GROUP_GRANTED: _l("Put into a group"),
    SecurityKind.GROUP_ENDED: _l("Taken out of a group"),
    SecurityKind.EXPORTED: _l("Taken away as a file"),
    SecurityKind.SETTINGS_CHANGED: _l("Hours or days off changed"),
    SecurityKind.COUNTER_REGISTERED: _l("Registered at the counter with papers"),
    SecurityKind.COUNTER_HANDED_BACK: _l("Account handed to whoever showed papers and a code"),
    SecurityKind.COUNTER_CONTACT: _l("Telephone or e-mail proved at the counter"),
    SecurityKind.COUNTER_SLIP: _l("Slip printed with which the account is claimed at home"),
    SecurityKind.CONTACT_REPLACEMENT_ASKED: _l("Another contact asked for in place of a lost one"),
    SecurityKind.CONTACT_REPLACED: _l("Lost contact replaced, agreed to by a second person"),
    SecurityKind.CONTACT_REPLACEMENT_DECLINED: _l("Lost contact not replaced"),
}
"""The same without what belongs to one line."""


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
    }
    return str(words) % facts if "%(" in str(words) else str(words)


def by_whom(line: SecurityLine) -> str:
    """Whoever did it, when it was not the person whom the line is about."""
    if line.by_themselves:
        return ""
    if line.actor is not None:
        return in_language(line.actor)
    return gettext("Somebody who is not known") if line.kind == SecurityKind.SIGN_IN_FAILED else role_text(line.role)
