"""Numbers and codes that the house itself gives, as people type them from a paper or hear them on the telephone."""

from __future__ import annotations

import re
from typing import Any, Final

from stdnum import damm

from engine.typed.fault import Fault
from engine.typed.signs import compact

_LONGEST: Final = 100
_ALIKE: Final = str.maketrans("OIL", "011")
_REFERENCE: Final = re.compile(r"([0-9]{2}|[0-9]{4})([0-9]{2})([0-9]{6})([0-9])")
_SHORT_REFERENCE: Final = re.compile(r"([0-9]{2}|[0-9]{4})([0-9]{2})([0-9]{6})")
_NUMBERED: Final = re.compile(r"([A-Z]{1,4})([0-9]{2}|[0-9]{4})([0-9]{2})([0-9]{6})")
_SAYS_NUMBER: Final = re.compile(r"^(?:NUMBER|NO\.?|N°\.?|Nº\.?|№|#|លេខ)[:៖]?(?=[A-Z0-9])")


def normal_code(typed: Any) -> str:
    """A tracking code or the code of a certificate for what somebody typed or heard: ``o`` is 0, ``l`` and ``i`` are 1,
    all but letters and digits goes. Raises nothing; what can be no code gives one that nobody has."""
    kept = "".join(sign for sign in _compact(typed) if sign.isascii() and sign.isalnum())
    return kept.translate(_ALIKE)


def digits_of(typed: Any) -> str:
    """The last signs of a telephone or an identity paper, as they stand beside the tracking code. Raises nothing."""
    return _compact(typed)


def typed_reference(typed: Any) -> str | None:
    """The reference of an application, ``02-26-000123-7``, for what was typed with whatever dashes or none; None for
    what is none. Its check digit is not looked at."""
    found = _REFERENCE.fullmatch(_number(typed))
    return "-".join(found.groups()) if found else None


def short_reference(typed: Any) -> str | None:
    """The reference without its check digit, ``02-26-000123``; None for what is none."""
    found = _SHORT_REFERENCE.fullmatch(_number(typed))
    return "-".join(found.groups()) if found else None


def reference_is_well_formed(reference: str) -> bool:
    """Whether the check digit is right, so that a mistyped reference is caught before any search."""
    digits = reference.replace("-", "")
    return digits.isascii() and digits.isdigit() and damm.is_valid(digits)


def typed_paper_number(typed: Any) -> str | None:
    """The number printed on a certificate or a receipt, ``GH-02-26-000012``, for what was typed with whatever dashes or
    none and in either script; None for what is none."""
    found = _NUMBERED.fullmatch(_number(typed))
    return "-".join(found.groups()) if found else None


def _number(typed: Any) -> str:
    return _SAYS_NUMBER.sub("", _compact(typed))


def _compact(typed: Any) -> str:
    try:
        return compact(typed) if not isinstance(typed, str) or len(typed) <= _LONGEST else ""
    except Fault:
        return ""
