"""A passkey device in a few lines: makes keys, signs what it is asked, and lies where a test wants it to."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field, replace

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

HOST, ORIGIN = "localhost", "http://localhost:8000"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One device with one passkey."""

    origin: str = ORIGIN
    host: str = HOST
    flags: int = PRESENT | VERIFIED
    count: int = 1
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def but(self, **lies: object) -> "Device":
        """Give the same device, telling something else."""
        return replace(self, **lies)  # type: ignore[arg-type]  # the test names its fields

    def enrols(self, question: str) -> str:
        """Answer the question for a new passkey."""
        client = self._client("webauthn.create", question)
        numbers = self.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        attested = bytes(16) + len(self.credential).to_bytes(2) + self.credential + cose
        data = self._data(self.flags | ATTESTED) + attested
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"clientDataJSON": client, "attestationObject": made})

    def signs(self, question: str) -> str:
        """Count, and answer the question for a passkey."""
        self.count += 1 if self.count else 0
        client, data = self._client("webauthn.get", question), self._data(self.flags)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": data, "signature": signature})

    def _client(self, what: str, question: str) -> bytes:
        challenge = json.loads(question)["challenge"]
        assert base64url_to_bytes(challenge)
        return json.dumps({"type": what, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _answer(self, response: dict[str, bytes]) -> str:
        name = bytes_to_base64url(self.credential)
        told = {key: bytes_to_base64url(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": told})
