"""The second step of signing in: enrolled, asked for, guessed at, lost."""

import pyotp
import pytest
from tests.web.conftest import PASSWORD, City

BASE = "/api/v1/session/second-factor"


async def enrolled(city: City) -> tuple[pyotp.TOTP, list[str]]:
    """Turn on the administrator's second factor and return what makes codes, and the recovery codes."""
    admin = await city.admin()
    begun = (await admin.post(BASE, json={"password": PASSWORD})).json()
    assert begun["qr"].startswith("<svg")
    assert begun["uri"].startswith("otpauth://totp/")
    totp = pyotp.TOTP(begun["secret"])
    answer = await admin.put(BASE, json={"code": totp.at(now(city))})
    assert answer.status_code == 200, answer.text
    codes: list[str] = answer.json()["codes"]
    return totp, codes


def now(city: City, later_s: int = 0) -> int:
    return city.parts.clock.utc_90k() // 90_000 + later_s


async def sign_in(city: City, code: str = "", password: str = PASSWORD) -> tuple[int, str | None]:
    answer = await city.client().post("/api/v1/session", json={"name": "admin", "password": password, "code": code})
    return answer.status_code, answer.json().get("code") if answer.content else None


async def test_a_code_is_asked_for_once_the_password_is_right(city: City) -> None:
    totp, codes = await enrolled(city)
    assert len(set(codes)) == 10
    assert await sign_in(city) == (401, "second-factor-needed")
    assert await sign_in(city, "000000") == (401, "second-factor-wrong")
    assert await sign_in(city, totp.at(now(city, 30)), "wrong") == (401, None), "who guesses learns nothing of codes"
    following = totp.at(now(city, 30))
    assert await sign_in(city, following) == (204, None)
    assert await sign_in(city, following) == (401, "second-factor-wrong"), "each code opens once"


async def test_recovery_codes_open_once_and_are_not_kept(city: City) -> None:
    _, codes = await enrolled(city)
    assert await sign_in(city, codes[0].upper().replace("-", " ")) == (204, None)
    assert await sign_in(city, codes[0]) == (401, "second-factor-wrong")
    client = city.client()
    signed_in = {"name": "admin", "password": PASSWORD, "code": codes[1]}
    assert (await client.post("/api/v1/session", json=signed_in)).status_code == 204
    assert (await client.get(BASE)).json() == {"on": True, "recovery_codes": 8}
    assert (await client.request("DELETE", BASE, json={"code": "abcd-efgh-jkmn-pqrs"})).status_code == 400
    assert (await client.request("DELETE", BASE, json={"code": codes[2]})).status_code == 204
    assert await sign_in(city) == (204, None)


async def test_guessing_codes_is_slow_and_locks_nobody_out(city: City) -> None:
    _, codes = await enrolled(city)
    answers = []
    for network in range(12):
        try:
            await city.people.sign_in("admin", PASSWORD, f"198.51.100.{network}", "", f"{network:06}")
        except Exception as error:  # noqa: BLE001 - which one it is, is the question
            answers.append(type(error).__name__)
    assert "TooManyAttempts" in answers, "guesses are counted wherever they come from"
    assert await city.people.sign_in("admin", PASSWORD, "203.0.113.1", "", codes[0])


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "١٢٣٤٥٦", "' OR 1=1 --", "1" * 40])
async def test_what_is_no_code(city: City, code: str) -> None:
    await enrolled(city)
    status, _ = await sign_in(city, code)
    assert status == 401


async def test_turning_it_on_asks_for_the_password_and_a_code(city: City) -> None:
    admin = await city.admin()
    assert (await admin.post(BASE, json={"password": "wrong"})).status_code == 400
    assert (await admin.put(BASE, json={"code": "123456"})).status_code == 409
    begun = (await admin.post(BASE, json={"password": PASSWORD})).json()
    assert await sign_in(city) == (204, None), "it does not count before a code was seen"
    assert (await admin.put(BASE, json={"code": "123"})).status_code == 400
    assert (await admin.put(BASE, json={"code": pyotp.TOTP(begun["secret"]).at(now(city))})).status_code == 200
    assert (await admin.post(BASE, json={"password": PASSWORD})).status_code == 409
    assert (await city.client().get(BASE)).status_code == 401


async def test_an_administrator_forgets_a_factor_that_was_lost(city: City) -> None:
    await enrolled(city)
    path = "/api/v1/people/admin/second-factor"
    assert (await city.socket().delete(path)).status_code == 204
    assert (await city.socket().delete(path)).status_code == 409
    assert (await city.socket().delete("/api/v1/people/nobody/second-factor")).status_code == 404
    assert await sign_in(city) == (204, None)
    history = await city.centre.city.history("person", "admin")
    assert [(one.by, one.after) for one in history] == [
        ("admin", {"second_factor": True}),
        ("local", {"second_factor": False}),
    ]
