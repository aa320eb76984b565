"""A passkey as a browser would have registered it, for accounts that need one."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData


def credential() -> dict[str, Any]:
    """What is stored of a new passkey: a fresh key pair, attested by nobody."""
    key_id = uuid4().bytes
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    attested = AttestedCredentialData.create(b"\0" * 16, key_id, public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(b"\0" * 32, flags, 0, attested)
    said = json.dumps({"type": "webauthn.create", "challenge": "eA", "origin": "https://localhost"}).encode()
    return {
        "id": websafe_encode(key_id),
        "rawId": websafe_encode(key_id),
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
            "clientDataJSON": websafe_encode(CollectedClientData(said)),
        },
    }
