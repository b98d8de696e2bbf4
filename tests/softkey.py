"""A passkey in software: answers challenges rightly, or as an attacker would."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40
HERE = "http://localhost"


@dataclass
class SoftKey:
    """One key pair; ``counter`` goes up by one with each answer."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    identity: bytes = field(default_factory=lambda: os.urandom(16))
    counter: int = 0
    rp: str = "localhost"
    origin: str = HERE
    verifies: bool = True

    def registered(self, options: dict[str, Any], **given: Any) -> str:
        """The answer to the making of a passkey, as the script sends it."""
        data = AttestedCredentialData.create(
            Aaguid(bytes(16)), self.identity, ES256.from_cryptography_key(self.private.public_key())
        )
        auth = AuthenticatorData.create(self._rp_hash(), self._flags() | WITH_KEY, self.counter, data)
        client = self._client("webauthn.create", given.get("challenge") or options["publicKey"]["challenge"])
        attestation = AttestationObject.create("none", auth, {})
        return self._said({"clientDataJSON": client, "attestationObject": bytes(attestation)})

    def answered(self, options: dict[str, Any], handle: str, **given: Any) -> str:
        """The answer to a sign-in, as the script sends it."""
        self.counter += 1
        auth = AuthenticatorData.create(self._rp_hash(), self._flags(), self.counter)
        client = self._client("webauthn.get", given.get("challenge") or options["publicKey"]["challenge"])
        signed = bytes(auth) + hashlib.sha256(client).digest()
        signature = self.private.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._said(
            {
                "clientDataJSON": client,
                "authenticatorData": bytes(auth),
                "signature": signature,
                "userHandle": handle.encode(),
            }
        )

    def _rp_hash(self) -> bytes:
        return hashlib.sha256(self.rp.encode()).digest()

    def _flags(self) -> int:
        return PRESENT | (VERIFIED if self.verifies else 0)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _said(self, response: dict[str, bytes]) -> str:
        return json.dumps(
            {
                "id": websafe_encode(self.identity),
                "rawId": websafe_encode(self.identity),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {name: websafe_encode(value) for name, value in response.items()},
            }
        )
