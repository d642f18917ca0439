"""Passwords: which are good enough, and how they are hashed (argon2id, as its library advises)."""

from __future__ import annotations

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from landgis.errors import UsageError

MIN_CHARACTERS, MAX_CHARACTERS = 12, 200
_DISTINCT = 5
_AT_ONCE = 2  # each hash takes 64 MB for a moment
_COMMON = (
    "123456789012", "1234567890ab", "123456789abc", "1234567891011", "1q2w3e4r5t6y", "1qaz2wsx3edc", "abcdefghijkl",
    "abcd1234567890", "a1234567890", "admin1234567", "administrator", "asdfghjkl123", "changeme1234", "iloveyou1234",
    "landgis12345", "letmein12345", "p@ssw0rd1234", "password1234", "password12345", "password123456", "qwer1234asdf",
    "qwerty123456", "qwertyuiop12", "qwertyuiop123", "shanghai1234", "songjiang123", "chongming123", "welcome12345",
    "woaini1314520", "zaq12wsxcde3",
)  # fmt: skip


def require_sound(password: str, account: str) -> None:
    """Raise unless a password may be taken.

    Raises
    ------
    UsageError
        If it is short or overlong, made of few characters, the account, or among the commonest.
    """
    text = _plain(password)
    bare = text.casefold()
    if not MIN_CHARACTERS <= len(text) <= MAX_CHARACTERS:
        zh = f"密码须为 {MIN_CHARACTERS} 至 {MAX_CHARACTERS} 个字符"
        en = f"A password has {MIN_CHARACTERS} to {MAX_CHARACTERS} characters"
    elif account and bare.replace(account.casefold(), "").strip("0123456789.@_-") == "":
        zh, en = "密码不能只是账号，或账号加数字", "A password is more than the account with some digits"
    elif len(set(bare)) < _DISTINCT or bare in _COMMON:
        zh, en = "这个密码太常见，容易被猜到", "This password is too common: it is soon guessed"
    else:
        return
    raise UsageError(
        zh,
        en,
        where="password",
        next_zh="可用几个互不相干的词连成一句",
        next_en="Join a few words that do not belong together",
    )


class Hashing:
    """Hashes passwords and compares them, a few at a time.

    Parameters
    ----------
    hasher
        With what parameters; None: those that the library advises.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._room = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = self.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """Return the hash of a password, with its salt and parameters."""
        with self._room:
            return self._hasher.hash(_plain(password))

    def fits(self, argon2id: str | None, password: str) -> bool:
        """Tell whether a password is the one of a hash; without a hash False, after just as long."""
        with self._room:
            try:
                right = self._hasher.verify(argon2id or self._nobody, _plain(password))
            except (Argon2Error, InvalidHashError):
                return False
        return right and argon2id is not None

    def renewed(self, argon2id: str, password: str) -> str | None:
        """Return the hash anew if its parameters are no longer those of today; None: they are."""
        return self.hash(password) if self._hasher.check_needs_rehash(argon2id) else None


def _plain(password: str) -> str:
    """One form for what keyboards write in several: full width, composed."""
    return unicodedata.normalize("NFKC", password)
