"""The key that signs the audit's heads: a file outside the database, so that who writes there cannot sign."""

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

OWNER_ONLY = 0o600
PUBLIC = "audit-*.pub"  # every public key that was ever used stays beside the secret one: old heads need it


def signing_key(path: Path) -> Ed25519PrivateKey:
    """Give the key in this file, made when it is first asked for. Raises ValueError for a file of another kind."""
    if not path.exists():
        _make(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("the audit's key file holds no Ed25519 key")  # noqa: TRY004 - what is wrong is the file's content
    public = path.parent / f"audit-{name_of(key.public_key())}.pub"
    if not public.exists():
        public.write_bytes(pem(key.public_key()))
    return key


def known_keys(folder: Path, *more: Path) -> dict[str, Ed25519PublicKey]:
    """Give the public keys in a folder, and those in the files named, by name."""
    keys = [load_pem_public_key(path.read_bytes()) for path in (*sorted(folder.glob(PUBLIC)), *more)]
    return {name_of(key): key for key in keys if isinstance(key, Ed25519PublicKey)}


def name_of(key: Ed25519PublicKey) -> str:
    """Name a public key: the beginning of its hash."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def pem(key: Ed25519PublicKey) -> bytes:
    """Write a public key as others read it."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _make(path: Path) -> None:
    """Write a new key whole and for its owner alone; of several processes that start at once, the first wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    secret = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        file.write(secret)
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
