"""Faults that ``make mutants`` makes and that no test can or need notice, each with its reason.

A pattern names the function and the changed line as narrowly as it can, so that it hides no other fault there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

ONE_WRITER: Final = "SQLite has one writer and no locks of rows; the tests of two at once run on PostgreSQL too"
BY_DEFAULT: Final = "a column that is given nothing takes its default, which is empty"

EXPLAINED: Final[tuple[tuple[str, str, str], ...]] = (
    # in any module
    ("", r"raise (BadLedger|LookupError)\(|f\"The stretch of ", "words for programmers; nobody is shown them"),
    ("", r"log\.(error|warning|info)\(", "a line in the log"),
    ("", r"\.join\(\w+, (None)?\)$", "two tables with one foreign key are joined by it in any case"),
    ("", r"session\.get\(\w+, [\w.]+, (with_for_update=(None|False))?\)$", ONE_WRITER),
    ("", r"\.with_for_update\((skip_locked=(None|False))?\)$", ONE_WRITER),
    ("", r"session\.scalar\(.*\.limit\((None|2)\)\) is not None:$", "whether there is one: the first row answers"),
    ("", r"zip\(.*, (strict=(None|False))?\)", "the two are as long as one another, or were refused before"),
    # in one place
    ("accounts.open_account", r'language: str = "(XXkmXX|KM)"', "a language that we do not speak is Khmer"),
    ("bringing._bring_message", r"perhaps = None$", "as false as False"),
    ("bringing._bring_signal", r"if \(application_id is not None\) or True else None$", "nobody's case is locked"),
    ("bringing._candidates", r"== InstanceStatus\.SUSPENDED, (None)?\)$", "SQLite gives rows as they were written"),
    ("bringing._candidates", r"\.where\(_waits_for\(message\), fits, \)$", "what ended waits for nothing any more"),
    ("bringing._in_rounds", r"\.tried_at, (None)?\)$", "SQLite gives rows of one moment as they were written"),
    (
        "bringing._is_meant",
        r"get\(\"subscriptions\", (None)?\)$",
        "what a case waits for is written down when it begins",
    ),
    ("certificates._find", r"lock: bool = True", ONE_WRITER),
    ("clocks._checked", r"^\+ +None$", "words for programmers; nobody is shown them"),
    ("clocks._marks", r"\bquiet\b", "keeps a search from never ending; no office is closed for sixty years"),
    ("clocks.remaining", r"Interval\((None|\"XXrunXX\"|\"RUN\"), now, None\)", "only its start is read"),
    ("clocks._counted", r"len\(since\)\)$", "of a clock that never ran the whole ledger counts, in which nothing runs"),
    ("deadlines._record", r"if \(due_at\) or True else None,$", "what runs has a day; only the column may be empty"),
    ("deadlines.tell_office", r'if \(clock\.watch_at\) or True else ""$|else "XXXX"$', "what runs has a day to watch"),
    ("fees._line", r"if \(line is not None\) or True else None$", "whatever is read from a file has a line"),
    ("issuing.issue", r'NamedHolder\((None, ""|"", None)\)', BY_DEFAULT),
    ("issuing.issued", r"\.order_by\(None\)$", "SQLite gives rows as they were written"),
    ("issuing.newest_answers", r"\.order_by\(None\)$", "SQLite gives rows as they were written"),
    ("issuing._made", r'else Bilingual\((None, ""|"", None)\)$', BY_DEFAULT),
    ("issuing._documents", r"\.order_by\(None\)$", "SQLite gives rows as they were written"),
    ("issuing._facts", r'reference or "XXXX",$', "who has a certificate has a reference"),
    (
        "payments._live_code",
        r"^\+ *\.(limit\((None|2)\)|order_by\(None\))$",
        "a fee of one amount has one code that lives",
    ),
    ("payments._new_code", r'reference or "XXXX",$', "who owes a fee has a reference"),
    ("payments._receipt", r'(receipt_number|reference) or "XXXX",$', "what was confirmed has both numbers"),
    ("payments._confirm", r"_keep\(session, None\)$", ONE_WRITER),
    ("payments._keep", r"if bank_reference:$", ONE_WRITER),
    ("payments._live_code", r"^- *Payment\.method == PaymentMethod\.KHQR,$", "whatever waits to be paid is a code"),
    ("promises.after_payment", r"length\.text\((None|'XXkmXX'|'KM')\)", "every language but English is Khmer"),
    ("promises.after_completeness", r"length\.text\((None|'XXkmXX'|'KM')\)", "every language but English is Khmer"),
    ("promises.leave_out", r"if begin <= now:$", "from a moment to itself there is nothing to leave out"),
    ("promises.leave_out", r"\.astimezone\(None\)$", "the same moment, written in the zone of the machine"),
    ("promises.open_clocks", r"\.order_by\(None\)$", "SQLite gives rows as they were written"),
    ("promises.stands_still_for", r'if \(kind == "pause"\) or True else ""$', "what runs has no reason"),
    ("promises.promised_at", r"is not None\), \)$", "what runs has a day to watch"),
    (
        "settling._settle_waits",
        r'before\.get\("(timers|subscriptions)", (None)?\):$',
        "the first step takes nothing away",
    ),
    ("transfers._take_back", r"^\+        return False$", "seen only by two who undo one transfer at one moment"),
    ("transfers.go_on_with_all", r"\.order_by\(None\)\)$", "SQLite gives rows as they were written"),
    ("transfers._take_back", r"kept_id, (populate_existing=(None|False))?\)$", "nothing was read there before"),
    ("transfers.undo", r'reference or "XXXX"\)$', "a case in hand has a reference"),
)
"""The module and function (or anywhere), what the new line says (the old one where none took its place), and why."""


def explanation(name: str, diff: Sequence[str]) -> str:
    """Why this fault (by its name in mutmut, with its changed lines) may survive; empty when nobody has said."""
    place = re.sub(r"\.x(?:_|ǁ\w+?ǁ)(\w+?)__mutmut_\d+$", r".\1", name)
    changed = [line for line in diff if line.startswith("+")] or diff
    return next(
        (
            why
            for where, pattern, why in EXPLAINED
            if place.endswith(where) and any(re.search(pattern, line) for line in changed)
        ),
        "",
    )
