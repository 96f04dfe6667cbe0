"""The provider: where its endpoints are, what its keys are, and what it says of somebody.

Owned state: the discovered endpoints and keys, each for an hour. Everything fetched is bounded in time and size,
redirects are not followed, and no address is asked that the issuer did not name over TLS.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import structlog
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from ronda.base.errors import BadInput
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, Clock
from ronda.people.sign_on.errors import SignOnAway, SignOnRefused, SignOnWrong

_log = structlog.get_logger(__name__)
_PATIENCE_S: Final = 8.0
_MOST_BYTES: Final = 512 * 1024
_KEPT_S: Final = 3_600.0
_KEYS_AGAIN_S: Final = 30.0
"""A key that is not known is looked for at most so often."""
_AWAY_S: Final = 5.0
"""For how long a provider that did not answer is not asked again: many who try wait for one attempt."""
SKEW_S: Final = 120
"""How far the provider's clock may be from ours."""
_ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
_STRONG: Final = frozenset({"mfa", "otp", "hwk", "swk", "sc", "fpt", "face", "pop"})
"""Authentication methods (RFC 8176) that are more than a password."""
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Registration:
    """How this installation is registered with the provider.

    Attributes:
        issuer: The provider, as its tokens name it.
        client_id: Our name there.
        secret: Our secret there; None for a public client.
    """

    issuer: str
    client_id: str
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider vouches for.

    Attributes:
        issuer: The provider.
        subject: Its own name for the person, which never changes.
        email: An e-mail address that the provider has verified; None otherwise.
        username: What they are called there; may be empty.
        display: Their name as people write it; may be empty.
        strong: Whether more than a password was asked for.
    """

    issuer: str
    subject: str
    email: str | None
    username: str
    display: str
    strong: bool


@dataclass(frozen=True, slots=True)
class _Endpoints:
    authorization: str
    token: str
    keys: str
    userinfo: str | None
    by_post: bool


class Provider:
    """One OpenID provider; made once, closed at the end."""

    def __init__(self, registration: Registration, clock: Clock) -> None:
        """Take a registration.

        Raises:
            BadInput: The issuer is no address that can be trusted.
        """
        url = urlsplit(registration.issuer)
        if not url.hostname or not _safe(registration.issuer, plain=url.hostname in _LOOPBACK):
            raise BadInput(
                f"oidc.issuer {registration.issuer[:120]!r} is not acceptable", "it must begin with https://"
            )
        self.registration = registration
        self._plain = url.scheme == "http"
        self._clock = clock
        self._pool = Pool("sign-on", 1, 100)
        self._client: httpx.AsyncClient | None = None
        self._looking = asyncio.Lock()
        self._away_until = 0.0
        self._endpoints: tuple[float, _Endpoints] | None = None
        self._keys: tuple[float, KeySet] | None = None

    async def close(self) -> None:
        """Close what is open."""
        if self._client is not None:
            await self._client.aclose()
        self._pool.close()

    async def authorization_url(self, redirect: str, state: str, nonce: str, challenge: str) -> str:
        """Return where the browser is sent.

        Raises:
            SignOnAway: The provider does not answer.
        """
        endpoints = await self._discovered()
        url = prepare_grant_uri(
            endpoints.authorization,
            client_id=self.registration.client_id,
            response_type="code",
            redirect_uri=redirect,
            scope="openid profile email",
            state=state,
            nonce=nonce,
            code_challenge=challenge,
            code_challenge_method="S256",
        )
        return str(url)

    async def identity(self, code: str, verifier: str, nonce: str, redirect: str) -> Identity:
        """Exchange a code and return whom the provider vouches for.

        Raises:
            SignOnAway: The provider does not answer, or not sensibly.
            SignOnRefused: It does not take the code.
            SignOnWrong: Its token is not acceptable.
        """
        endpoints = await self._discovered()
        answer = await self._exchange(endpoints, code, verifier, redirect)
        claims = await self._claims(endpoints, answer, nonce)
        if "email" not in claims and endpoints.userinfo and isinstance(answer.get("access_token"), str):
            claims = await self._with_userinfo(endpoints.userinfo, answer["access_token"], claims)
        return _identity(self.registration.issuer, claims)

    async def _exchange(self, endpoints: _Endpoints, code: str, verifier: str, redirect: str) -> dict[str, Any]:
        mine = self.registration
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
        auth = None
        if mine.secret is None:
            form["client_id"] = mine.client_id
        elif endpoints.by_post:
            form |= {"client_id": mine.client_id, "client_secret": mine.secret}
        else:
            auth = httpx.BasicAuth(mine.client_id, mine.secret)
        status, answer = await self._ask("POST", endpoints.token, data=form, auth=auth)
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise SignOnAway("the city's sign-on does not work", "try again in a moment")
        if status != httpx.codes.OK:
            told = str(answer.get("error", status))[:80]
            if told in ("invalid_client", "unauthorized_client"):
                _log.error("sign-on: the provider does not know us", error=told, mend="look at oidc.client_secret")
            raise SignOnRefused(f"the sign-on does not take the code ({told})", "begin again")
        return answer

    async def _claims(self, endpoints: _Endpoints, answer: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """Return the verified claims of the ID token (OpenID Connect Core 1.0, section 3.1.3.7)."""
        raw = answer.get("id_token")
        if not isinstance(raw, str) or len(raw) > _MOST_BYTES:
            raise SignOnWrong("the sign-on sent no ID token", "ask whoever runs it")
        mine = self.registration
        try:
            kid = jws.extract_compact(raw.encode()).headers().get("kid")
            keys = await self._keys_with(endpoints, kid)
            token = jwt.decode(raw, keys, algorithms=list(_ALGORITHMS))
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={
                    "iss": {"essential": True, "value": mine.issuer},
                    "aud": {"essential": True, "value": mine.client_id},
                },
                params={"nonce": nonce, "client_id": mine.client_id, "access_token": answer.get("access_token")},
            )
            claims.validate(now=self._clock.utc_90k() // HZ_90K, leeway=SKEW_S)
        except (JoseError, ValueError, TypeError) as error:
            # The reason is for the log: it tells an attacker nothing, and the person cannot mend it.
            _log.warning("sign-on: a token is refused", reason=type(error).__name__, what=str(error)[:120])
            raise SignOnWrong(
                "the sign-on's answer cannot be trusted", "begin again, or ask whoever runs it"
            ) from error
        return dict(claims)

    async def _with_userinfo(self, url: str, access: str, claims: dict[str, Any]) -> dict[str, Any]:
        """Add what the provider tells beside the token; not all put the e-mail address into it."""
        status, more = await self._ask("GET", url, headers={"authorization": f"Bearer {access}"})
        if status != httpx.codes.OK or more.get("sub") != claims["sub"]:
            return claims
        return {**more, **claims}

    async def _discovered(self) -> _Endpoints:
        async with self._looking:
            now = self._clock.monotonic()
            if self._endpoints is None or now - self._endpoints[0] > _KEPT_S:
                if now < self._away_until:
                    raise SignOnAway("the city's sign-on does not answer", "try again in a moment")
                self._away_until = now + _AWAY_S
                issuer = self.registration.issuer
                url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
                status, document = await self._ask("GET", url)
                if status != httpx.codes.OK or document.get("issuer") != issuer:
                    _log.error("sign-on: no provider there", status=status, issuer=document.get("issuer"))
                    raise SignOnAway("the city's sign-on cannot be found", "ask whoever set it up: oidc.issuer")
                self._endpoints = (now, self._read(document))
                self._away_until = 0.0
            return self._endpoints[1]

    def _read(self, document: Mapping[str, Any]) -> _Endpoints:
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
        found = {name: str(document[name]) for name in names if document.get(name)}
        if len(found.keys() & set(names[:3])) < 3 or not all(_safe(url, plain=self._plain) for url in found.values()):
            raise SignOnAway("the city's sign-on names no safe addresses", "ask whoever runs it")
        methods = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        by_post = "client_secret_basic" not in methods and "client_secret_post" in methods
        return _Endpoints(found[names[0]], found[names[1]], found[names[2]], found.get(names[3]), by_post)

    async def _keys_with(self, endpoints: _Endpoints, kid: object) -> KeySet:
        """Return the provider's keys; they are fetched again when they are old or `kid` is not among them."""
        async with self._looking:
            now = self._clock.monotonic()
            if self._keys is not None:
                age = now - self._keys[0]
                if age < _KEYS_AGAIN_S or (age < _KEPT_S and _has(self._keys[1], kid)):
                    return self._keys[1]
            status, document = await self._ask("GET", endpoints.keys)
            if status != httpx.codes.OK or not isinstance(document.get("keys"), list):
                raise SignOnAway("the city's sign-on does not give its keys", "try again in a moment")
            keys = KeySet.import_key_set({"keys": document["keys"][:50]})
            self._keys = (now, keys)
            return keys

    async def _ask(self, method: str, url: str, **more: Any) -> tuple[int, dict[str, Any]]:
        """Ask one address; the answer is a JSON object, empty where it is none."""
        if self._client is None:
            context = await self._pool.run(httpx.create_ssl_context)
            self._client = self._client or httpx.AsyncClient(
                verify=context, follow_redirects=False, timeout=_PATIENCE_S, headers={"accept": "application/json"}
            )
        body = bytearray()
        try:
            async with asyncio.timeout(_PATIENCE_S), self._client.stream(method, url, **more) as response:
                async for part in response.aiter_bytes():
                    body += part
                    if len(body) > _MOST_BYTES:
                        raise SignOnAway("the city's sign-on sends too much", "ask whoever runs it")
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as error:
            _log.warning("sign-on: no answer", host=urlsplit(url).hostname, reason=type(error).__name__)
            raise SignOnAway("the city's sign-on does not answer", "try again in a moment") from error
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            document = None
        return response.status_code, document if isinstance(document, dict) else {}


def _safe(url: str, *, plain: bool) -> bool:
    """Whether an address may be asked or redirected to: over TLS, or plainly where the issuer is on this machine."""
    parts = urlsplit(url)
    if not url.isascii() or not url.isprintable() or parts.username is not None or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and plain and parts.hostname in _LOOPBACK)


def _has(keys: KeySet, kid: object) -> bool:
    try:
        keys.get_by_kid(kid if isinstance(kid, str) else None)
    except InvalidKeyIdError:
        return False
    return True


def _identity(issuer: str, claims: Mapping[str, Any]) -> Identity:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
        raise SignOnWrong("the sign-on does not say who you are", "ask whoever runs it")
    email = claims.get("email")
    verified = claims.get("email_verified") is True and isinstance(email, str)
    methods = claims.get("amr")
    strong = isinstance(methods, list) and any(method in _STRONG for method in methods if isinstance(method, str))
    return Identity(
        issuer,
        subject,
        email.strip() if verified and isinstance(email, str) else None,
        _text(claims.get("preferred_username")),
        _text(claims.get("name")),
        strong,
    )


def _text(value: object) -> str:
    text = " ".join(value.split())[:100] if isinstance(value, str) else ""
    return text if text.isprintable() else ""
