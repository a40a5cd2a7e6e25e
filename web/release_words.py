"""Words for releases: where one stands, the steps of its gate, and what was done to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine import localise
from engine.releases.standing import Standing
from engine.words import GateStep, GateVerdict
from web.wording import current_lang

STANDINGS: Final[Mapping[Standing, tuple[LazyString, str]]] = {
    Standing.DRAFT: (_l("Being made"), "grey"),
    Standing.SUBMITTED: (_l("Waits for approval"), "amber"),
    Standing.PLANNED: (_l("Approved, not yet in effect"), "blue"),
    Standing.EFFECTIVE: (_l("In effect"), "green"),
    Standing.SUPERSEDED: (_l("Superseded"), "grey"),
    Standing.WITHDRAWN: (_l("Withdrawn"), "grey"),
}
"""Each with the colour of its tag."""

STEPS: Final[Mapping[GateStep, tuple[LazyString, LazyString]]] = {
    GateStep.CHECKED: (_l("Checked"), _l("The package holds, and its certificate can be drawn.")),
    GateStep.TESTED: (_l("Tested"), _l("Every scenario comes out as expected.")),
    GateStep.COVERED: (_l("Covered"), _l("The scenarios try everything.")),
    GateStep.COMPARED: (_l("Compared"), _l("What differs from the version before.")),
    GateStep.REPLAYED: (_l("Replayed"), _l("None of the newest cases would get stuck.")),
}
"""Each with what it means that it passed."""

VERDICTS: Final[Mapping[GateVerdict, tuple[LazyString, str]]] = {
    GateVerdict.PASSED: (_l("passed"), "green"),
    GateVerdict.FAILED: (_l("failed"), "red"),
    GateVerdict.NOT_DONE: (_l("not done"), "amber"),
}

EVENTS: Final[Mapping[str, LazyString]] = {
    "begun": _l("The release was begun."),
    "put_in": _l("%(service)s was put in."),
    "taken_out": _l("%(service)s was taken out."),
    "planned": _l("Planned: %(when)s, %(where)s."),
    "rebased": _l("What was published meanwhile was taken over."),
    "tried": _l("%(service)s is being tried on the newest cases."),
    "submitted": _l("It was submitted and went through the gate."),
    "replayed": _l("The newest cases were tried: %(verdict)s."),
    "let_through": _l("Let through at “%(step)s”: %(reason)s"),
    "approved": _l("It was approved as release %(number)s."),
    "published": _l("%(service)s became version %(version)s."),
    "by_operator": _l("%(service)s became version %(version)s without a release: the operator published it."),
    "sent_back": _l("It was sent back: %(reason)s"),
    "withdrawn": _l("It was withdrawn: %(reason)s"),
    "exported": _l("It was exported as a signed file."),
    "exported_to": _l("It was exported as a signed file for: %(to)s."),
    "notice_exported": _l("Its withdrawal was exported as a signed file."),
    "notice_exported_to": _l("Its withdrawal was exported as a signed file for: %(to)s."),
    "withdrawn_by_notice": _l("It was withdrawn where it comes from, and here by its notice: %(reason)s"),
    "kept_out": _l("It was withdrawn where it comes from before it came here: %(reason)s"),
    "imported": _l("It was imported from a signed file of release %(number)s."),
}


def event_text(kind: str, data: Mapping[str, Any]) -> str:
    """What was done to a release, in the reader's language; a kind without words is shown as it is."""
    words = EVENTS.get("by_operator" if data.get("by") else f"{kind}_to" if data.get("to") else kind)
    if words is None:
        return kind
    facts = dict(data)
    if kind == "planned":
        facts |= {"when": _when(data.get("planned_for")), "where": _where(data.get("offices") or [])}
    if kind == "replayed":
        facts["verdict"] = str(VERDICTS[GateVerdict(str(data["verdict"]))][0])
    if kind == "let_through":
        facts["step"] = str(STEPS[GateStep(str(data["step"]))][0])
    return str(words) % facts if facts else str(words)


def _when(moment: Any) -> str:
    if not moment:
        return str(gettext("as soon as it is approved"))
    return localise.moment(datetime.fromisoformat(str(moment)), current_lang())


def _where(offices: list[Any]) -> str:
    if not offices:
        return str(gettext("all offices"))
    return str(gettext("pilot offices %(codes)s", codes=", ".join(map(str, offices))))
