"""Passwords that somebody chooses: long, not on lists that are tried first, and not made of what others know.

Length and no rules, as NIST SP 800-63B (section 3.1.1.2) asks. Passwords that were chosen before stay as they are.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Final

from pwdlib import PasswordHash

from engine.errors import PasswordGuessed, PasswordOwn, PasswordTooLong, PasswordTooShort, Refused
from engine.khmer import latin_digits
from engine.typed.signs import visible
from engine.typed.telephones import known_phone

SHORTEST: Final = 10
LONGEST: Final = 200
"""Hashing is slow on purpose; nobody may make it slower with a book."""
LEAST_OF_ONES_OWN: Final = 6
"""Signs of a password that are none of what others know."""
MOST_AROUND: Final = 6
"""Digits and signs around a word of the list that make no other password of it: ``Password2026!``."""
MARK: Final = 5
"""Bytes that are kept of the hash of a password on the list: one in ten million others is taken for one of them."""
_SHORTEST_WORD: Final = 4
THE_LIST: Final = Path(__file__).with_name("guessed_passwords.bin")
OF_THE_HOUSE: Final = (
    "onewindow",
    "window",
    "owso",
    "cambodia",
    "kampuchea",
    "phnompenh",
    "ច្រកចេញចូលតែមួយ",
    "កម្ពុជា",
)


def written(password: str) -> str:
    """The password in the one writing that is hashed, of those in which keyboards write the same signs: composed (NFKC,
    as NIST SP 800-63B, section 3.1.1.2, asks), Latin digits, and none of the invisible word breaks that one Khmer
    keyboard puts where another puts nothing. At most ``LONGEST`` signs of what was typed are looked at."""
    return latin_digits(visible(unicodedata.normalize("NFKC", password[:LONGEST])))


def hashed(hasher: PasswordHash, password: str) -> str:
    """What is kept of a password that somebody chose."""
    return hasher.hash(written(password))


def fits(hasher: PasswordHash, password: str, kept: str) -> bool:
    """Whether this is the password of which ``kept`` was made; one from before, hashed as it came, fits too."""
    return any(hasher.verify(one, kept) for one in _writings(password))


def waste(hasher: PasswordHash, password: str) -> None:
    """Takes as long as ``fits`` does for a password that is wrong, where there is none to compare it with."""
    for one in _writings(password):
        hasher.hash(one)


def judge(password: str, *, known: Iterable[str] = ()) -> Refused | None:
    """What is wrong with a password that somebody chooses, ``None`` for a good one. ``known``: what others know of the
    person, as it is kept: telephone, e-mail, names. A telephone is none, whoever has it."""
    if min(len(password), len(written(password))) < SHORTEST:
        return PasswordTooShort(shortest=SHORTEST)
    if len(password) > LONGEST:
        return PasswordTooLong(longest=LONGEST)
    folded = _folded(password)
    if is_guessed(folded):
        return PasswordGuessed()
    return PasswordOwn() if _is_known(folded, known) or known_phone(password) else None


def is_guessed(folded: str) -> bool:
    """Whether it is tried first: on the list, a word of it with a few digits around it, or one pattern repeated."""
    word = folded.strip("".join(sign for sign in set(folded) if not sign.isalpha()))
    unit = folded[: (folded + folded).find(folded, 1)]
    candidates = {folded, unit} | ({word} if len(folded) - len(word) <= MOST_AROUND else set())
    return len(unit) < LEAST_OF_ONES_OWN or _is_run(folded) or any(map(_is_listed, candidates))


def packed(words: Iterable[str]) -> bytes:
    """The list as it is kept: the beginning of the SHA-256 of each password, sorted."""
    return b"".join(sorted({_mark(_folded(word)) for word in words}))


def _is_known(folded: str, known: Iterable[str]) -> bool:
    """Whether too little is left without what others know, and without the name of the house."""
    left = whole = "".join(filter(_counts, folded))
    parts = {part for word in known for part in _parts(word)} | set(OF_THE_HOUSE)
    for part in sorted(parts, key=len, reverse=True):
        left = left.replace(part, "")
    return left != whole and len(left) < LEAST_OF_ONES_OWN


def _writings(password: str) -> list[str]:
    """As it is hashed and, where that is another, as it was typed."""
    return list(dict.fromkeys((written(password), password[:LONGEST])))


def _parts(word: str) -> Iterable[str]:
    """A telephone as it is dialled here and from abroad; an address and a name whole and in pieces."""
    folded = _folded(word)
    pieces = "".join(sign if _counts(sign) else " " for sign in folded).split()
    whole = "".join(pieces)
    if whole.isdecimal():
        return {whole, whole.removeprefix("855")}
    return {part for part in (whole, *pieces) if len(part) >= _SHORTEST_WORD}


def _counts(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"


def _folded(password: str) -> str:
    return latin_digits(visible(unicodedata.normalize("NFKC", password)).casefold())


def _is_run(folded: str) -> bool:
    """``abcdefghij``, ``9876543210``."""
    return len({ord(after) - ord(before) for before, after in pairwise(folded)}) == 1


def _is_listed(word: str) -> bool:
    if len(word) < _SHORTEST_WORD:
        return False
    marks, wanted = _marks(), _mark(word)
    at = bisect_left(range(len(marks) // MARK), wanted, key=lambda place: _at(marks, place))
    return _at(marks, at) == wanted


def _at(marks: bytes, place: int) -> bytes:
    return marks[place * MARK : (place + 1) * MARK]


def _mark(word: str) -> bytes:
    return sha256(word.encode("utf-8", "surrogatepass")).digest()[:MARK]


@cache
def _marks() -> bytes:
    """Read when the first password is chosen; half a megabyte."""
    return THE_LIST.read_bytes()
