"""The provider of the single sign-on (OpenID Connect): asked over its own addresses only, and its answers doubted.

Every check of OpenID Connect Core 1.0, 3.1.3.7 is made here, the signature too: that the answer came over TLS is
not relied upon. What the answer says about roles, names or mail addresses is not read at all.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import requests
from django.conf import settings
from django.core.cache import cache

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a key pair only: a shared secret, or the public key taken for one, signs nothing here."""
LEEWAY_SECONDS = 30
OLDEST_SECONDS = 10 * 60
TIMEOUT_SECONDS = 5
KEPT_SECONDS = 10 * 60
LONGEST_ANSWER = 256 * 1024
LONGEST_SUBJECT = 191
NEEDED = ("iss", "sub", "aud", "exp", "iat", "nonce")


class AnswerRefused(Exception):
    """An answer of the provider is not accepted; ``why`` is a code for the audit trail."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Asked:
    """What was kept in the session when somebody was sent to the provider; each serves one answer."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def anew(cls) -> "Asked":
        return cls(*(secrets.token_urlsafe(48) for _n in range(3)))

    @property
    def challenge(self) -> str:
        """RFC 7636, method S256."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in there: the key is issuer and subject. ``vouched``: a second factor as configured was used."""

    issuer: str
    subject: str
    vouched: bool


def address_to_ask(asked: Asked, back: str) -> str:
    """Where the browser is sent.

    :raises AnswerRefused: when the provider does not describe itself properly.
    """
    query = {
        "response_type": "code",
        "client_id": settings.OIDC["client_id"],
        "redirect_uri": back,
        "scope": "openid",
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": asked.challenge,
        "code_challenge_method": "S256",
    }
    if settings.OIDC["acr"]:
        query["acr_values"] = " ".join(settings.OIDC["acr"])
    return f"{_description()['authorization_endpoint']}?{urlencode(query)}"


def identity_of(code: str, asked: Asked, back: str) -> Identity:
    """Exchange the code for the identity token and check everything in it.

    :raises AnswerRefused: with the first thing that does not hold.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": settings.OIDC["client_id"],
        "client_secret": settings.OIDC["client_secret"],
        "code_verifier": asked.verifier,
    }
    answer = _fetch(_description()["token_endpoint"], form)
    if str(answer.get("token_type", "")).lower() != "bearer":
        raise AnswerRefused("token_type")
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise AnswerRefused("no_token")
    claims = _checked(token, asked)
    return Identity(claims["iss"], claims["sub"], _vouched(claims))


def _checked(token: str, asked: Asked) -> dict[str, Any]:
    """The claims of a token that the provider signed for us, now, in answer to this request."""
    try:
        claims = jwt.decode(
            token,
            _key_of(token),
            algorithms=[*ALGORITHMS],
            issuer=settings.OIDC["issuer"],
            audience=settings.OIDC["client_id"],
            leeway=LEEWAY_SECONDS,
            options={"require": [*NEEDED]},
        )
    except jwt.PyJWTError as error:
        raise AnswerRefused(type(error).__name__) from error
    us, party = settings.OIDC["client_id"], claims.get("azp")
    if party not in (None, us) or (
        isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and party != us
    ):
        raise AnswerRefused("azp")
    if not hmac.compare_digest(str(claims["nonce"]).encode(), asked.nonce.encode()):
        raise AnswerRefused("nonce")
    if claims["exp"] - claims["iat"] > 24 * 60 * 60 or _age(claims) > OLDEST_SECONDS:
        raise AnswerRefused("too_old")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= LONGEST_SUBJECT:
        raise AnswerRefused("sub")
    return claims


def _age(claims: dict[str, Any]) -> float:
    """Seconds since the token was issued."""
    return time.time() - claims["iat"]


def _vouched(claims: dict[str, Any]) -> bool:
    """Whether the provider says that a second factor as configured was used; refused when one is asked and missing."""
    wanted_acr, wanted_amr = settings.OIDC["acr"], settings.OIDC["amr"]
    if wanted_acr and claims.get("acr") not in wanted_acr:
        raise AnswerRefused("acr")
    given = claims.get("amr")
    if wanted_amr and not (isinstance(given, list) and set(map(str, given)) & set(wanted_amr)):
        raise AnswerRefused("amr")
    return bool(wanted_acr or wanted_amr)


def _key_of(token: str) -> Any:
    """The provider's key that the token names; its keys are read again when it is not among the known ones.

    :raises AnswerRefused: for a key that is not there, or not made for the token's kind of signature.
    """
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise AnswerRefused("malformed") from error
    if header.get("alg") not in ALGORITHMS:
        raise AnswerRefused("alg")
    for is_fresh in (False, True):
        for key in _keys(anew=is_fresh):
            if key.key_id == header.get("kid") and key.algorithm_name == header["alg"]:
                return key
    raise AnswerRefused("kid")


def _keys(*, anew: bool) -> list[Any]:
    address = _description()["jwks_uri"]
    kept = None if anew else cache.get(f"signin-keys-{address}")
    if kept is None:
        kept = _fetch(address)
        cache.set(f"signin-keys-{address}", kept, KEPT_SECONDS)
    try:
        return jwt.PyJWKSet.from_dict(kept).keys
    except (jwt.PyJWTError, AttributeError, TypeError) as error:
        raise AnswerRefused("keys") from error


def _description() -> dict[str, str]:
    """What the provider says of itself; it must name itself as configured, and addresses that are safe to ask."""
    issuer = settings.OIDC["issuer"]
    kept = cache.get(f"signin-provider-{issuer}")
    if kept is None:
        kept = _fetch(issuer.rstrip("/") + "/.well-known/openid-configuration")
        if kept.get("issuer") != issuer:
            raise AnswerRefused("issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not is_safe(str(kept.get(name, ""))):
                raise AnswerRefused("endpoint")
        cache.set(f"signin-provider-{issuer}", kept, KEPT_SECONDS)
    return kept


def is_safe(address: str) -> bool:
    """Whether an address is asked at all: over TLS; on this machine without it, but never in production."""
    parts = urlsplit(address)
    is_here = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")
    return bool(parts.hostname) and (parts.scheme == "https" or (is_here and not settings.IN_PRODUCTION))


def _fetch(address: str, form: dict[str, str] | None = None) -> dict[str, Any]:
    """One request, without redirects, short of time and of answer.

    :raises AnswerRefused: for anything but a JSON object with status 200.
    """
    if not is_safe(address):
        raise AnswerRefused("endpoint")
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(
                "POST" if form else "GET",
                address,
                data=form,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
                stream=True,
                headers={"Accept": "application/json"},
            )
            body = answer.raw.read(LONGEST_ANSWER + 1, decode_content=True)
            answer.close()
        found = json.loads(body) if answer.status_code == 200 and len(body) <= LONGEST_ANSWER else None
    except (requests.RequestException, OSError, ValueError) as error:
        raise AnswerRefused("unreachable") from error
    if not isinstance(found, dict):
        raise AnswerRefused("unreachable")
    return found
