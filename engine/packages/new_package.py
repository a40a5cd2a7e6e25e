"""A new service from one that is there: its files under another key, without what was true of the other one only."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from engine.khmer import Bilingual
from engine.packages.law import LAW
from engine.packages.manifest import LegalReference, read_service
from engine.packages.ministry import read_ministry
from engine.packages.package import CERTIFICATE, MINISTRY, SERVICE
from engine.packages.parts import LIBRARY
from engine.packages.problems import PackageRejected

SHAPE: Final = "shape.yaml"
"""What ``service.yaml`` is called in a shape, so that nobody takes it for a service."""
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}/[a-z][a-z0-9_]{0,59}")
_RENAMED: Final = (".bpmn", ".dmn", ".typ", ".yaml", ".json")
_SOURCED: Final = ("title", "legal_basis", "term", "norm", "fee", "validity", "renewal", "documents")
_SHORTEST, _LONGEST = 2, 6


@dataclass(frozen=True, slots=True)
class Named:
    """What the new service is called: ``name`` as MINISTRY/SERVICE, the letters of its certificates, and its title;
    without a Khmer title it keeps that of the other service until somebody writes one."""

    name: str
    series: str
    title: Bilingual

    @property
    def ministry(self) -> str:
        """The key of the ministry."""
        return self.name.partition("/")[0]

    @property
    def service(self) -> str:
        """The key of the service within its ministry, which is the name of its folder too."""
        return self.name.partition("/")[2]


def is_name(text: str) -> bool:
    """Whether a text names a service as MINISTRY/SERVICE."""
    return _KEY.fullmatch(text) is not None


def title_of(service: str) -> str:
    """A first title for a service key: ``brick_kiln`` is “Brick kiln”."""
    return service.replace("_", " ").capitalize()


def taken_series(folders: Iterable[Path]) -> frozenset[str]:
    """The letters of the certificates of these services; those that cannot be read have none."""
    found = set()
    for folder in folders:
        try:
            certificate = read_service(SERVICE, (folder / SERVICE).read_bytes()).certificate
        except PackageRejected:
            continue
        found |= {certificate.series} if certificate else set()
    return frozenset(found)


def free_series(service: str, taken: Collection[str]) -> str:
    """Letters for the certificates of a service that no other has: the first of each word, else more of them."""
    letters = "".join(part[0] for part in service.split("_") if part[0].isalpha()).upper()
    spelt = "".join(filter(str.isalpha, service)).upper()
    wanted = [letters, *(spelt[:length] for length in range(_SHORTEST, _LONGEST + 1))]
    wanted += [f"{spelt[:1]}{first}{second}" for first in _ALPHABET for second in _ALPHABET]
    fits = (one for one in wanted if _SHORTEST <= len(one) <= _LONGEST)
    return next(one for one in fits if one not in taken)


_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def renamed(files: Mapping[str, bytes], ministry: bytes, named: Named) -> dict[str, bytes]:
    """The files of a service or shape as those of a new service, with the file of its ministry.

    Key, series, title and the ids that were built from the old key are the new ones. What the other service could cite
    is taken away: its ``law.yaml`` is left out, every fact is marked illustrative, and the laws are those of the
    ministry when it is another one.
    Raises PackageRejected when one of the files cannot be read.
    """
    left = (MINISTRY, LAW)
    own = {name: data for name, data in files.items() if name not in left and not name.startswith(f"{LIBRARY}/")}
    own = {SERVICE if name == SHAPE else name: data for name, data in own.items()}
    old = read_service(SERVICE, own[SERVICE])
    before = old.key.partition(".")[2]
    word = re.compile(rf"(?<![a-z0-9]){re.escape(before)}(?![a-z0-9])".encode())
    called = (f'name="{escape(old.title.en)}"'.encode(), f'name="{escape(named.title.en)}"'.encode())
    made = {
        name: word.sub(named.service.encode(), data).replace(*called) if name.endswith(_RENAMED) else data
        for name, data in own.items()
    }
    theirs = read_ministry(MINISTRY, ministry)
    # Which of the ministry's laws apply, nobody knows yet: its most general one stands there to be replaced.
    laws = old.legal_basis if old.ministry == named.ministry else theirs.legal_references[:1]
    made[SERVICE] = _manifest(
        own[SERVICE].decode("utf-8"), named, old.title, laws, with_series=CERTIFICATE in made
    ).encode()
    return made | {MINISTRY: ministry} | {name: data for name, data in files.items() if name.startswith(f"{LIBRARY}/")}


def _manifest(text: str, named: Named, title: Bilingual, laws: Sequence[LegalReference], *, with_series: bool) -> str:
    text = _block(text, "key", f"key: {named.ministry}.{named.service}\n")
    title_km = named.title.km or title.km
    text = _block(text, "title", f"title: {{km: {_quoted(title_km)}, en: {_quoted(named.title.en)}}}\n")
    cited = "".join(
        f"  - {{key: {law.key}, cite: {{km: {_quoted(law.cite.km)}, en: {_quoted(law.cite.en)}}}}}\n" for law in laws
    )
    text = _block(text, "legal_basis", f"legal_basis:\n{cited}" if cited else "legal_basis: []\n")
    if with_series:
        text = _block(text, "certificate", f"certificate: {{series: {named.series}}}\n")
    there = [key for key in _SOURCED if re.search(rf"^{key}:", text, re.MULTILINE)]
    marks = "".join(f"  {key}: illustrative\n" for key in there)
    return _block(_without_head(text), "provenance", f"provenance:\n{marks}")


def _without_head(text: str) -> str:
    """The text without the remarks at its head, which speak of the other service."""
    lines = text.splitlines(keepends=True)
    first = next((number for number, line in enumerate(lines) if not line.startswith("#")), 0)
    return "".join(lines[first:])


def _block(text: str, key: str, lines: str) -> str:
    """The text with these lines in the place of the block of a key; at its end when there was none."""
    found = re.search(rf"^{key}:.*\n?(?:(?:[ \t].*|-.*|[ \t]*)(?:\n|\Z))*", text, re.MULTILINE)
    if found is None:
        return f"{text.rstrip()}\n{lines}"
    return f"{text[: found.start()]}{lines}{text[found.end() :]}"


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
