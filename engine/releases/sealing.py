"""A release as one signed file: what it pins and changes, sealed so that a changed octet is noticed.

A ZIP file with ``release.json``, its Ed25519 signature (RFC 8032) in ``release.sig``, and an archive for each package.
The signature covers ``release.json``, which holds the SHA-256 of each archive; no package is looked at before. Other
signed files (``notices``) are built alike, with another name and form, so that none can be taken for another.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from engine.catalog.archives import EPOCH
from engine.errors import ParcelTampered, ParcelUnknown, ParcelUnreadable

NAME: Final = "release"
FORM: Final = 1
Form = int | str
MOST_PACKAGES: Final = 300
LARGEST: Final = 200 * 1024 * 1024
_ENCRYPTED: Final = 0x1
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    KeyError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A package in a parcel: the digest that the release pins, the digest of the version before (none for a new
    service), and its archive."""

    service_key: str
    digest: str
    before: str | None
    archive: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """A release on its way: what its row says, by office codes and numbers, and every package of its ministry."""

    ministry_key: str
    number: int
    based_on: int | None
    title: str
    note: str
    effective_from: datetime
    offices: tuple[str, ...]
    packages: tuple[Sealed, ...]


def new_secret() -> str:
    """A key that nobody else has, as text."""
    return base64.b64encode(_keys().Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def public_of(secret: str) -> str:
    """The public half of a key, as text: whoever has it can tell what this installation signed."""
    return base64.b64encode(_private(secret).public_key().public_bytes_raw()).decode()


def seal(parcel: Parcel, secret: str) -> bytes:
    """The parcel as a file, signed with this key."""
    archives = {_place(package.service_key): package.archive for package in parcel.packages}
    return signed(NAME, FORM, _written(parcel), archives, secret)


def unseal(sent: bytes, trusted: Mapping[str, Collection[str]]) -> Parcel:
    """What is in a file, when one of the keys that are ``trusted`` for its ministry (by ministry key; ``*`` for all)
    signed exactly this. ``ParcelUnreadable``, ``ParcelUnknown`` for another signer, ``ParcelTampered``."""
    return _read(*opened(sent, NAME, FORM, trusted))


def signed(name: str, form: Form, told: Mapping[str, Any], files: Mapping[str, bytes], secret: str) -> bytes:
    """A ZIP file of what is told, its signature, and files of which what is told holds the hashes."""
    written = {"form": form, "signer": public_of(secret), **told}
    contents = orjson.dumps(written, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
    signature = base64.b64encode(_private(secret).sign(contents))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for place, data in {f"{name}.json": contents, f"{name}.sig": signature, **files}.items():
            archive.writestr(zipfile.ZipInfo(place, EPOCH), data)
    return out.getvalue()


def opened(
    sent: bytes, name: str, form: Form, trusted: Mapping[str, Collection[str]]
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What is told in a file of this name and form that somebody who is trusted has signed, and the files beside it.
    Raises what ``unseal`` raises."""
    try:
        files = _unzipped(sent)
        contents, signature = files.pop(f"{name}.json"), base64.b64decode(files.pop(f"{name}.sig"), validate=True)
        read: dict[str, Any] = orjson.loads(contents)
        ministry_key, signer, found = str(read["ministry"]), str(read["signer"]), read["form"]
    except _BROKEN:
        raise ParcelUnreadable from None
    if found != form:
        raise ParcelUnreadable
    if signer not in {*trusted.get(ministry_key, ()), *trusted.get("*", ())}:
        raise ParcelUnknown(ministry=ministry_key, signer=signer)
    _require_signed(signer, signature, contents)
    return read, files


def _unzipped(sent: bytes) -> dict[str, bytes]:
    """The files of a ZIP file by name; ``ValueError`` for one that unpacks beyond every release or has a name twice."""
    with zipfile.ZipFile(io.BytesIO(sent)) as opened:
        entries = opened.infolist()
        names = {entry.filename for entry in entries}
        if len(names) < len(entries) or len(entries) > MOST_PACKAGES + 2:
            raise ValueError("the file holds too much")
        if sum(entry.file_size for entry in entries) > LARGEST or any(
            entry.flag_bits & _ENCRYPTED for entry in entries
        ):
            raise ValueError("the file is too large")
        return {name: opened.read(name) for name in sorted(names)}


def _require_signed(signer: str, signature: bytes, contents: bytes) -> None:
    from cryptography.exceptions import InvalidSignature

    try:
        _keys().Ed25519PublicKey.from_public_bytes(base64.b64decode(signer, validate=True)).verify(signature, contents)
    except (InvalidSignature, ValueError, binascii.Error):
        raise ParcelTampered from None


def _written(parcel: Parcel) -> dict[str, Any]:
    return {
        "ministry": parcel.ministry_key,
        "number": parcel.number,
        "based_on": parcel.based_on,
        "title": parcel.title,
        "note": parcel.note,
        "effective_from": parcel.effective_from.isoformat(),
        "offices": list(parcel.offices),
        "packages": [
            {
                "service": package.service_key,
                "digest": package.digest,
                "before": package.before,
                "sha256": hashlib.sha256(package.archive).hexdigest(),
            }
            for package in parcel.packages
        ],
    }


def _read(read: Mapping[str, Any], files: Mapping[str, bytes]) -> Parcel:
    """What a trusted key has signed, so that it is shaped like ``_written``; the archives are those that it names."""
    packages = []
    for one in read["packages"]:
        archive = files.get(_place(one["service"]))
        if archive is None or hashlib.sha256(archive).hexdigest() != one["sha256"]:
            raise ParcelTampered
        packages.append(Sealed(one["service"], one["digest"], one["before"], archive))
    if len(packages) != len(files):
        raise ParcelTampered
    return Parcel(
        ministry_key=read["ministry"],
        number=read["number"],
        based_on=read["based_on"],
        title=read["title"],
        note=read["note"],
        effective_from=datetime.fromisoformat(read["effective_from"]),
        offices=tuple(read["offices"]),
        packages=tuple(packages),
    )


def _place(service_key: str) -> str:
    return f"packages/{service_key}.zip"


def _private(secret: str) -> Any:
    return _keys().Ed25519PrivateKey.from_private_bytes(base64.b64decode(secret))


def _keys() -> Any:
    from cryptography.hazmat.primitives.asymmetric import ed25519  # large, and few servers carry releases

    return ed25519
