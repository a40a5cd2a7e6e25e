"""What browser and device are asked for with a passkey, and whether what they answer is true (W3C WebAuthn, level 3).

The library speaks the protocol; here is what this house wants of it: the device checks who holds it, no attestation, an
answer from our own address only. The library is large, so it is loaded by the first ceremony, not by every server.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from engine.errors import PasskeyCopied, PasskeyRefused

LONGEST_ANSWER: Final = 16_000
"""Signs of what a browser sends; a key and its signature have a tenth."""
PATIENCE_MS: Final = 5 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Site:
    """The product as browsers know it: the name that passkeys belong to, and the address that answers come from."""

    host: str
    origin: str

    @classmethod
    def at(cls, base_url: str) -> Site:
        parts = urlsplit(base_url)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")

    @property
    def may_have_passkeys(self) -> bool:
        """Browsers know passkeys at names reached over TLS only, and on the machine itself as ``localhost``."""
        if self.host == "localhost":
            return True
        try:
            ip_address(self.host)
        except ValueError:
            return self.origin.startswith("https://")
        return False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser sent: which passkey answers which challenge. Nothing of it is believed yet."""

    credential: str
    challenge: bytes
    handle: str | None
    whole: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A passkey that was just made; number and public key in base64url."""

    credential: str
    public_key: str
    uses: int


def asking_to_make(site: Site, handle: str, name: str, challenge: bytes, known: Sequence[str]) -> dict[str, Any]:
    """What the browser is given to make a passkey; devices that hold one of those ``known`` make no other."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="One Window",
        user_id=octets_of(handle),
        user_name=name,
        user_display_name=name,
        challenge=challenge,
        timeout=PATIENCE_MS,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=octets_of(one)) for one in known],
    )
    return _plain(webauthn.options_to_json(options))


def asking_to_show(site: Site, challenge: bytes, known: Sequence[str] = ()) -> dict[str, Any]:
    """What the browser is given to show a passkey: one of those ``known``, or any that the device has for this site."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=PATIENCE_MS,
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=octets_of(one)) for one in known] or None,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return _plain(webauthn.options_to_json(options))


def read(text: str) -> Answer:
    """What a browser sent, taken apart; ``PasskeyRefused`` for what cannot be."""
    from webauthn.helpers import parse_client_data_json

    if len(text) > LONGEST_ANSWER:
        raise PasskeyRefused
    try:
        whole = json.loads(text)
        answered = parse_client_data_json(octets_of(whole["response"]["clientDataJSON"]))
        credential, handle = whole["rawId"], whole["response"].get("userHandle")
        same = base64url(octets_of(credential))  # as it is kept, whatever was sent
        return Answer(same, answered.challenge, _as_kept(handle), whole)
    except Exception as unreadable:  # a library reads it: whatever it cannot read is no passkey
        raise PasskeyRefused from unreadable


def made(site: Site, answer: Answer) -> NewKey:
    """The passkey that was made for this challenge at this site; ``PasskeyRefused``."""
    import webauthn

    try:
        found = webauthn.verify_registration_response(
            credential=answer.whole,
            expected_challenge=answer.challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception as untrue:  # as above
        raise PasskeyRefused from untrue
    key = base64url(found.credential_public_key)
    return NewKey(base64url(found.credential_id), key, found.sign_count)


def shown(site: Site, answer: Answer, public_key: str, uses: int) -> int:
    """How often the device says it was used, once the answer is known to be signed by the key. ``PasskeyRefused``;
    ``PasskeyCopied`` for one that has been used more often than this device knows of."""
    import webauthn

    try:
        found = webauthn.verify_authentication_response(
            credential=answer.whole,
            expected_challenge=answer.challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=octets_of(public_key),
            credential_current_sign_count=0,  # compared below, once the signature is known to be right
            require_user_verification=True,
        )
    except Exception as untrue:  # as above
        raise PasskeyRefused from untrue
    if (found.new_sign_count or uses) and found.new_sign_count <= uses:
        raise PasskeyCopied
    return found.new_sign_count


def _as_kept(handle: Any) -> str | None:
    return base64url(octets_of(handle)) if handle else None


def base64url(octets: bytes) -> str:
    """As WebAuthn writes octets (RFC 4648, 5, without padding)."""
    return urlsafe_b64encode(octets).decode().rstrip("=")


def octets_of(written: str) -> bytes:
    """What ``base64url`` has written; ``ValueError`` for what nobody writes so."""
    return urlsafe_b64decode(f"{written}===")


def _plain(written: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(written)
    return read
