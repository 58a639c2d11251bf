"""The one place that knows how addresses are encrypted: AES-SIV, with a key derived by HKDF."""

from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES = 64
_PURPOSE = b"humanwire encrypted media addresses"


class Cipher:
    """Encrypts what only holders of the secret can read or make."""

    def __init__(self, secret: str) -> None:
        derived = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE)
        self._cipher = AESSIV(derived.derive(secret.encode()))

    def seal(self, plain: bytes, bound: bytes) -> bytes:
        """Encrypt; what comes out opens only together with `bound`, which is not in it."""
        return self._cipher.encrypt(plain, [bound])

    def open(self, sealed: bytes, bound: bytes) -> bytes | None:
        """Decrypt; None for what was not sealed so."""
        try:
            return self._cipher.decrypt(sealed, [bound])
        except (InvalidTag, ValueError):
            return None


@lru_cache(1024)
def cipher_of(secret: str) -> Cipher:
    """The cipher of a project's secret."""
    return Cipher(secret)
