"""Another house's log-in: OpenID Connect, authorization code with PKCE, state and nonce."""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import SecretStr

from landgis.errors import ConfigError, ExternalError, NotEntered

_ALGORITHMS = ("RS256", "PS256", "ES256")
_TIMEOUT_S = 10
_LEEWAY_S = 60
CLAIM = "preferred_username"
"""Claim whose value is the account."""


@dataclass(frozen=True)
class Journey:
    """One way to the provider and back.

    Attributes
    ----------
    address
        Where the browser goes.
    back
        Where it comes back to.
    state, nonce, verifier
        What ties the answer to the question.
    """

    address: str
    back: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Provider:
    """An OpenID provider that vouches for accounts.

    Attributes
    ----------
    issuer
        Its address, as it writes it into its tokens.
    client_id, secret
        As what landgis is registered there.
    """

    issuer: str
    client_id: str
    secret: SecretStr | None

    @classmethod
    def of_file(cls, issuer: str, client_id: str, secret_file: Path | None) -> Provider:
        """Make a provider whose secret is in a file.

        Raises
        ------
        ConfigError
            If the address is not one of TLS (on loopback any will do), or the file cannot be read.
        """
        parts = urlsplit(issuer)
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
            raise ConfigError(
                f"LANDGIS_OIDC_ISSUER 须以 https:// 开头：{issuer}",
                f"LANDGIS_OIDC_ISSUER begins with https://: {issuer}",
                where="LANDGIS_OIDC_ISSUER",
            )
        if secret_file is None:
            return cls(issuer, client_id, None)
        try:
            return cls(issuer, client_id, SecretStr(secret_file.read_text(encoding="utf-8").strip()))
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"LANDGIS_OIDC_CLIENT_SECRET_FILE 无法读取：{secret_file}",
                f"LANDGIS_OIDC_CLIENT_SECRET_FILE cannot be read: {secret_file}",
                where="LANDGIS_OIDC_CLIENT_SECRET_FILE",
            ) from error

    def journey(self, back: str) -> Journey:
        """Plan a way there and back to an address of ours.

        Raises
        ------
        ExternalError
            If the provider does not answer, or is another one than its address says.
        """
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        with self._session(back) as session:
            place = self._described(session)["authorization_endpoint"]
            address, state = session.create_authorization_url(place, code_verifier=verifier, nonce=nonce)
        return Journey(address, back, state, nonce, verifier)

    def account(self, journey: Journey, code: str) -> str:
        """Ask who came back with a code, and return the account that the provider vouches for.

        Raises
        ------
        ExternalError
            If the provider does not answer.
        NotEntered
            If it does not take the code, or what it says is not signed by it, for us, now, for this journey.
        """
        with self._session(journey.back) as session:
            described = self._described(session)
            try:
                token = session.fetch_token(described["token_endpoint"], code=code, code_verifier=journey.verifier)
                keys = KeySet.import_key_set(self._asked(session, described["jwks_uri"]))
                claims = jwt.decode(token["id_token"], keys, algorithms=list(_ALGORITHMS)).claims
                self._rules(journey).validate(claims)
            except OSError as error:
                raise self._silent(error) from error
            except (AuthlibBaseError, JoseError, KeyError, ValueError, TypeError) as error:
                raise _not_vouched(type(error).__name__) from error
        account = claims.get(CLAIM)
        if not isinstance(account, str) or not account:
            raise _not_vouched(f"no {CLAIM}")
        return account

    def _rules(self, journey: Journey) -> jwt.JWTClaimsRegistry:
        must: dict[str, Any] = {name: {"essential": True} for name in ("exp", "iat")}
        wanted = {"iss": self.issuer, "aud": self.client_id, "nonce": journey.nonce}
        must |= {name: {"essential": True, "value": value} for name, value in wanted.items()}
        return jwt.JWTClaimsRegistry(leeway=_LEEWAY_S, **must)

    def _session(self, back: str) -> Any:
        secret = None if self.secret is None else self.secret.get_secret_value()
        return OAuth2Session(
            self.client_id, secret, "client_secret_basic" if secret else "none", scope="openid profile",
            redirect_uri=back, code_challenge_method="S256", default_timeout=_TIMEOUT_S,
        )  # fmt: skip

    def _described(self, session: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._asked(session, f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.issuer:
            raise self._silent(ValueError(f"issuer {found.get('issuer')}"))
        return found

    def _asked(self, session: Any, address: str) -> Any:
        try:
            answer = session.get(address, withhold_token=True)
            answer.raise_for_status()
            return answer.json()
        except (OSError, ValueError) as error:
            raise self._silent(error) from error

    def _silent(self, error: Exception) -> ExternalError:
        return ExternalError(
            "单位统一身份服务没有正确应答",
            f"The OpenID provider gave no proper answer ({type(error).__name__})",
            where=self.issuer,
            next_zh="请用账号和密码登录，或稍后再试",
            next_en="Log in with account and password, or try again later",
        )


def _not_vouched(why: str) -> NotEntered:
    return NotEntered(
        "统一身份登录没有成功",
        f"The OpenID provider did not vouch for you ({why})",
        where="/enter",
        next_zh="请重新登录",
        next_en="Log in again",
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
