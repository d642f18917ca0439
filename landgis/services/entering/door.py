"""The door: whoever knows his password, or has a link, gets a session; and everybody's session ends."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from datetime import datetime

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.entering import EntryStore, Session
from landgis.db.pulse import Beat, Pulse
from landgis.domain.district import BEIJING
from landgis.errors import NotEntered, UsageError
from landgis.services.entering.passwords import Hashing, require_sound

HELD_S = 2.0
"""How long a look-up of a session is held, at most: by then somebody may have been idle for too long. Whatever else ends
a session shows in the pulse, and no look-up outlives it."""
_HELD_MOST = 4096


class Door:
    """The door of an office.

    Parameters
    ----------
    database
        In the working role; nobody looks through it.
    hashing
        Hashes passwords.
    clock
        Seconds that only grow.
    """

    def __init__(self, database: Database, hashing: Hashing, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = EntryStore(database)
        self._hashing = hashing
        self._clock = clock
        self._pulse = Pulse(database)
        self._held: dict[str, tuple[float, str, Session]] = {}

    def log_in(self, account: str, password: str, address: str) -> str:
        """Open a session by password, and return its token.

        Raises
        ------
        NotEntered
            A wrong password, an account that nobody has, one that is locked: a locked one is told until when.
        """
        name = account.strip()
        person, argon2id = self._judged(name, password, address)
        renewed = self._hashing.renewed(argon2id, password)
        return self._open(person, "password", name, address, rehashed=renewed)

    def enter_vouched(self, account: str, address: str) -> str:
        """Open a session for the account that an OpenID provider vouches for, and return its token.

        Raises
        ------
        NotEntered
            If nobody active is registered so.
        """
        person = self._store.vouched_for(account)
        if person is None:
            self._store.refused(account, "oidc", address)
            raise NotEntered(
                f"统一身份账号“{account[:100]}”没有登记，或已停用",
                f"Nobody active is registered as “{account[:100]}”",
                where="/enter",
                next_zh="请安全管理员登记这个账号",
                next_en="Have the security administrator register this account",
            )
        return self._open(person, "oidc", account, address)

    def make_link(self, person: Person) -> str:
        """Return the secret of a link that lets a person in once, within ten minutes."""
        secret = _secret()
        self._store.link_made(person.person_id, _hash(secret), "")
        return secret

    def enter_by_link(self, secret: str, address: str) -> str:
        """Open a session by a link, and return its token.

        Raises
        ------
        NotEntered
            If the link was used, is older than ten minutes, or never was.
        """
        person = self._store.link_used(_hash(secret))
        if person is None:
            self._store.refused("", "link", address)
            raise NotEntered(
                "链接已用过，或已过 10 分钟",
                "The link was used, or is older than ten minutes",
                where="/enter/link",
                next_zh="请重新运行 landgis serve 取得新链接，或用账号和密码登录",
                next_en="Start landgis serve again for a new one, or log in with account and password",
            )
        return self._open(person, "link", "", address)

    def session(self, token: str) -> Session | None:
        """Return the session of a token; None: it holds no longer, or never did."""
        beat = self._pulse.now()  # before the look-up: what is held under it is as new, or newer
        known = self.known(token, beat)
        if known is not None:
            return known
        key, now = _hash(token), self._clock()
        found = self._store.seen(key)
        self._held.pop(key, None)
        if found is not None:
            if len(self._held) >= _HELD_MOST:
                self._held.clear()
            self._held[key] = (now + HELD_S, beat.entry, found)
        return found

    def known(self, token: str, beat: Beat) -> Session | None:
        """Return the session of a token if it was looked up a moment ago and nobody was sent out since; without asking.

        Parameters
        ----------
        beat
            Asked after the request came: it tells whether the look-up still holds.
        """
        known = self._held.get(_hash(token))
        return known[2] if known is not None and known[1] == beat.entry and self._clock() < known[0] else None

    def leave(self, token: str, address: str) -> None:
        """End a session."""
        self._held.pop(_hash(token), None)
        self._store.left(_hash(token), address)

    def change_password(self, token: str, person: Person, old: str, new: str, address: str) -> None:
        """Change one's own password; one's other sessions end.

        Parameters
        ----------
        token
            Of the session in which it is changed; it stays.
        old
            The present one. Whoever came in by a link and has none may leave it empty.

        Raises
        ------
        UsageError
            If the new one is not good enough, or is the old one.
        NotEntered
            If the old one is wrong (it counts as a wrong log-in), or the session is over.
        """
        require_sound(new, person.os_account)
        key = _hash(token)
        if self._store.own_hash(key) is not None:
            if old == new:
                raise _same_again()
            self._judged(person.os_account, old, address)
        self._held.clear()
        if not self._store.own_password(key, self._hashing.hash(new), address):
            raise _nobody()

    def _judged(self, name: str, password: str, address: str) -> tuple[int, str]:
        """Whose password it is, and its hash: after the same time for all who are not let in."""
        attempt = self._store.tried(name, address)
        right = self._hashing.fits(attempt.argon2id, password)
        if attempt.locked_until is not None:
            raise _locked(attempt.locked_until)
        if not right or attempt.person_id is None or attempt.argon2id is None:
            locked = self._store.refused(name, "password", address)
            raise _wrong() if locked is None else _locked(locked)
        return attempt.person_id, attempt.argon2id

    def _open(self, person_id: int, how: str, account: str, address: str, *, rehashed: str | None = None) -> str:
        token = _secret()
        if not self._store.opened(person_id, _hash(token), how, address, rehashed=rehashed):
            self._store.refused(account, "inactive", address)
            raise _wrong()
        return token


def _secret() -> str:
    return secrets.token_urlsafe(32)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _wrong() -> NotEntered:
    return NotEntered(
        "账号或密码不对",
        "Wrong account or password",
        where="/enter",
        next_zh="连续输错 5 次，账号锁定 15 分钟；忘记密码请找安全管理员",
        next_en="Five wrong ones in a row lock the account for 15 minutes; the security administrator sets a new password",
    )


def _locked(until: datetime) -> NotEntered:
    moment = until.astimezone(BEIJING).strftime("%H:%M")
    return NotEntered(
        f"该账号连续输错 5 次，锁定至 {moment}",
        f"Five wrong passwords in a row: the account is locked until {moment}",
        where="/enter",
        next_zh="请到时再试，或请安全管理员解锁",
        next_en="Try again then, or have the security administrator unlock it",
    )


def _same_again() -> UsageError:
    return UsageError("新密码与原密码相同", "The new password is the old one", where="password")


def _nobody() -> NotEntered:
    return NotEntered("会话已结束，密码没有修改", "The session is over; the password was not changed", where="/password",
                      next_zh="请重新登录", next_en="Log in again")  # fmt: skip
