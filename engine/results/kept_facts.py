"""What a paper is drawn from, kept from the moment of issue until it is drawn: nothing that changes meanwhile, an
answer, an office or a package, changes the paper."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from engine.documents.result_papers import Attached
from engine.khmer import Bilingual
from engine.results.certificate_paper import CertificateFacts
from storage.applications import Certificate
from storage.files import FileStore


def kept(facts: CertificateFacts, definition_id: int, files: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The facts as they are kept in the row of a certificate, with the version whose template draws them. ``files`` are
    the applicant's own documents, by hash and media type. What the row says itself is not kept twice."""
    return {
        "definition": definition_id,
        "reference": facts.reference,
        "verify_url": facts.verify_url,
        "holder": _pair(facts.holder),
        "office": _pair(facts.office),
        "answers": _both(facts.answers),
        "row": _both(facts.row),
        "found": _both(facts.found),
        "sessions": {key: _both(said) for key, said in facts.sessions.items()},
        "replaces": facts.replaces,
        "documents": [list(one) for one in files],
    }


def facts_of(certificate: Certificate, store: FileStore) -> CertificateFacts:
    """The facts from which the paper of a certificate is still to be drawn."""
    held = certificate.to_draw or {}
    return CertificateFacts(
        number=certificate.number,
        code=certificate.code,
        reference=held["reference"],
        verify_url=held["verify_url"],
        holder=Bilingual(*held["holder"]),
        office=Bilingual(*held["office"]),
        issued_at=certificate.issued_at,
        expires_at=certificate.expires_at,
        answers=_words(held["answers"]),
        row=_words(held["row"]),
        found=_words(held["found"]),
        sessions={key: _words(said) for key, said in held.get("sessions", {}).items()},
        replaces=held["replaces"],
        title=Bilingual(certificate.title_km, certificate.title_en),
        documents=tuple(Attached(store.get(digest), media_type) for digest, media_type in held["documents"]),
    )


def digest_of(certificate: Certificate) -> str:
    """The SHA-256 of what the paper will be drawn from: the history has it from the moment of issue."""
    return hashlib.sha256(orjson.dumps(certificate.to_draw, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _both(words: Mapping[str, Bilingual]) -> dict[str, list[str]]:
    return {key: _pair(said) for key, said in words.items()}


def _pair(words: Bilingual) -> list[str]:
    return [words.km, words.en]


def _words(held: Mapping[str, Sequence[str]]) -> dict[str, Bilingual]:
    return {key: Bilingual(*said) for key, said in held.items()}
