"""Telephones of tests: an authenticator app, and a device that makes and shows passkeys as real ones do (W3C WebAuthn),
or lies in one place."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

SITE = "http://localhost"
PRESENT, VERIFIED, MADE = 0x01, 0x04, 0x40


@dataclass
class Device:
    """A device with one passkey at most. ``counts`` says whether it counts how often it was used."""

    counts: bool = True
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: str = ""
    uses: int = 0

    def make(self, options: dict[str, Any], **lies: Any) -> str:
        """What a browser sends of a new passkey for these options."""
        self.handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        public = encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        body = bytes(16) + struct.pack(">H", len(self.credential)) + self.credential + public
        said = self._said("webauthn.create", options, lies)
        data = self._data(options["rp"]["id"], PRESENT | VERIFIED | MADE, lies) + body
        made = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return self._sent(said, {"attestationObject": made})

    def show(self, options: dict[str, Any], **lies: Any) -> str:
        """What a browser sends when the passkey was shown for these options."""
        self.uses += 1
        said = self._said("webauthn.get", options, lies)
        data = self._data(options["rpId"], PRESENT | VERIFIED, lies)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        handle = base64url_to_bytes(lies.get("handle", self.handle))
        return self._sent(said, {"authenticatorData": data, "signature": signature, "userHandle": handle})

    def _said(self, what: str, options: dict[str, Any], lies: dict[str, Any]) -> bytes:
        said = {"type": what, "challenge": options["challenge"], "origin": SITE, "crossOrigin": False}
        return json.dumps(said | {name: lies[name] for name in said.keys() & lies.keys()}).encode()

    def _data(self, host: str, flags: int, lies: dict[str, Any]) -> bytes:
        flags = lies.get("flags", flags)
        uses = lies.get("uses", self.uses if self.counts else 0)
        return hashlib.sha256(lies.get("host", host).encode()).digest() + struct.pack(">BI", flags, uses)

    def _sent(self, said: bytes, more: dict[str, bytes]) -> str:
        number = bytes_to_base64url(self.credential)
        response = {name: bytes_to_base64url(value) for name, value in ({"clientDataJSON": said} | more).items()}
        return json.dumps({"id": number, "rawId": number, "type": "public-key", "response": response})
