"""What happened in the demonstration, as data: applications in many stages, some late, each move on its day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.packages.groups import FRONT_OFFICE, HEAD, INSPECTOR, SPECIALIST
from storage.applications import CorrectionTarget

ACCOUNT: Final = "interior.account_verification"
GUESTHOUSE: Final = "tourism.guesthouse_licence"
TODAY: Final = "<today>"
"""Stands in answers for the day of the move."""


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that somebody does ``day`` working days after the story began, at that local time.

    ``what``: file, pay, work (on the user task ``element`` as ``role``), correct, withdraw or collect. A move that is
    ``broken`` meets a full disk, so that it leaves an incident; it happens shortly before now, whatever day that is: an
    incident that stands for a day makes an installation unwell.
    """

    day: int
    at: str
    what: str
    element: str = ""
    role: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    asks: tuple[tuple[CorrectionTarget, str, str], ...] = ()
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """An application at an office that began ``ago`` working days before today."""

    office: str
    service: str
    ago: int
    moves: tuple[Move, ...]
    house: tuple[str, str] = ("", "")
    rooms: int = 8
    at_counter: bool = False


def _pay(day: int = 0, at: str = "09:30") -> Move:
    return Move(day, at, "pay")


def _check(day: int, at: str = "10:00") -> Move:
    return Move(day, at, "work", "check", FRONT_OFFICE, {"check_result": "ok"})


def _return(day: int, reason: str, at: str = "10:20") -> Move:
    answers = {"check_result": "return", "remark": reason}
    return Move(
        day, at, "work", "check", FRONT_OFFICE, answers, ((CorrectionTarget.DOCUMENT, "location_sketch", reason),)
    )


def _review(day: int, result: str = "ok", opinion: str = "ឯកសារត្រឹមត្រូវ សូមគាំទ្រ។", at: str = "14:30") -> Move:
    answers = {"review_result": result, "review_opinion": opinion}
    return Move(day, at, "work", "review", SPECIALIST, answers)


def _inspect(day: int, rooms: int, at: str = "15:40") -> Move:
    answers = {
        "inspected_on": TODAY,
        "rooms_counted": rooms,
        "found_in_order": ["rooms", "hygiene", "fire_safety", "guest_register"],
        "inspection_result": "ok",
        "findings": "បានពិនិត្យទីតាំងផ្ទាល់ ត្រឹមត្រូវតាមពាក្យសុំ។",
    }
    return Move(day, at, "work", "inspect", INSPECTOR, answers)


def _decide(day: int, *, reasons: str = "", at: str = "09:15", broken: bool = False) -> Move:
    answers = {"decision": "reject", "reasons": reasons} if reasons else {"decision": "approve"}
    return Move(day, at, "work", "decide", HEAD, answers, broken=broken)


def _verify(day: int, result: str, reason: str = "", at: str = "11:00") -> Move:
    answers = {"verification_result": result} | ({"reason": reason} if reason else {})
    return Move(day, at, "work", "verify", FRONT_OFFICE, answers)


def _collect(day: int, at: str) -> Move:
    return Move(day, at, "collect")


def _account(office: str, ago: int, at: str, *moves: Move) -> Story:
    return Story(office, ACCOUNT, ago, (Move(0, at, "file"), *moves))


def _licence(
    office: str, ago: int, km: str, en: str, *moves: Move, rooms: int = 8, at: str = "08:10", at_counter: bool = False
) -> Story:
    name = (f"ផ្ទះសំណាក់គំរូ {km}", f"Sample {en} Guesthouse")
    return Story(office, GUESTHOUSE, ago, (Move(0, at, "file"), *moves), name, rooms, at_counter)


_SKETCH: Final = "ប្លង់ទីតាំងមើលមិនច្បាស់ សូមផ្ញើថ្មី។"
_FORBIDDEN: Final = "ទីតាំងស្ថិតក្នុងតំបន់ហាមឃាត់។"

STORIES: Final[tuple[Story, ...]] = (
    # Accounts: fresh, warned, late, waiting for a better photo, verified, refused.
    _account("02", 1, "14:10"),
    _account("02", 3, "15:10"),
    _account("12", 6, "09:05"),
    _account("03", 3, "08:40", _verify(1, "better_photo", "រូបថតព្រិល មើលលេខមិនច្បាស់។")),
    _account("08", 6, "10:05", _verify(1, "verified")),
    _account("12", 9, "16:05", _verify(2, "refused", "រូបថតមិនត្រូវនឹងឈ្មោះដែលបានផ្ដល់។")),
    # Licences that were collected: one of them late, one after a correction.
    _licence(
        "02", 20, "សង្កែ", "Sangke",
        _pay(), _check(1), _review(2), _inspect(3, 8), _decide(4), _collect(6, "08:15"),
    ),
    _licence(
        "12", 24, "ទន្លេសាប", "Tonle Sap",
        _pay(1), _check(1, "14:20"), _review(3), _inspect(8, 14), _decide(9), _collect(11, "15:10"), rooms=14,
    ),
    _licence(
        "03", 22, "បុប្ផា", "Bopha",
        _pay(), _return(1, _SKETCH), Move(2, "19:30", "correct"), _check(3), _review(4), _inspect(5, 6), _decide(6),
        _collect(9, "09:20"), rooms=6,
    ),
    _licence(
        "08", 18, "តាខ្មៅ", "Ta Khmau",
        _pay(), _check(1), _inspect(2, 10), _review(3), _decide(4), _collect(5, "10:40"), rooms=10,
    ),
    # Granted, not yet collected; rejected; withdrawn.
    _licence("02", 9, "វត្តគរ", "Wat Kor", _pay(), _check(1), _review(2), _inspect(3, 5), _decide(4), rooms=5),
    _licence("12", 10, "ចតុមុខ", "Chaktomuk", _pay(), _check(1), _review(3), _inspect(3, 20), _decide(4), rooms=20),
    _licence(
        "03", 12, "ទន្លេ", "Riverside",
        _pay(), _check(1), _inspect(2, 8), _review(3, "not_recommended", _FORBIDDEN), _decide(4, reasons=_FORBIDDEN),
    ),
    _licence("08", 6, "កៀនស្វាយ", "Kien Svay", _pay(), _check(1), Move(2, "20:15", "withdraw")),
    # Waiting for the fee; somebody at the counter who has paid at once.
    _licence("02", 1, "ភ្នំសំពៅ", "Phnom Sampeau", rooms=4, at="16:20"),
    _licence("12", 2, "បឹង", "Boeung", rooms=9, at="10:50"),
    _licence("03", 1, "ច្បារអំពៅ", "Chbar Ampov", _pay(), rooms=3, at_counter=True),
    # Being checked: in time, warned, late.
    _licence("02", 1, "ឯកភ្នំ", "Ek Phnom", _pay(0, "08:30"), rooms=7),
    _licence("12", 2, "វត្តភ្នំ", "Wat Phnom", _pay(0, "09:10"), rooms=12),
    _licence("02", 5, "បាណន់", "Banan", _pay(), rooms=11),
    # Being reviewed and inspected; waiting for a correction; for the decision; late for the whole promise.
    _licence("03", 4, "ហាន់ជ័យ", "Hanchey", _pay(), _check(1)),
    _licence("08", 4, "កោះធំ", "Koh Thom", _pay(), _check(1), _review(2), rooms=15),
    _licence("02", 5, "ស្វាយប៉ោ", "Svay Por", _pay(), _return(1, _SKETCH)),
    _licence("12", 6, "ដូនពេញ", "Daun Penh", _pay(), _check(1), _review(2), _inspect(3, 18), rooms=18),
    _licence("08", 11, "មុខកំពូល", "Muk Kampul", _pay(), _check(1), _review(3), rooms=22),
    # A step that failed: the certificate could not be kept.
    _licence(
        "02", 6, "រំចេក", "Romchek",
        _pay(), _check(1), _review(2), _inspect(3, 9), _decide(6, broken=True), rooms=9,
    ),
)  # fmt: skip
