"""The city's authority, as the settings say it: where it lies, what opens its keys, which token holds one."""

from datetime import datetime

from ronda.base.errors import BadInput
from ronda.config.folder import prepare
from ronda.config.models import Settings
from ronda.evidence.seal.authority import FOLDER, Authority
from ronda.evidence.seal.token import Pkcs11Token
from ronda.store.secrets import KEY_FILE, Secrets


def authority_of(settings: Settings, now: datetime | None = None) -> Authority:
    """Return the authority, made where there is none yet; `Authority.renew` and `signer` look again. Blocking.

    Raises:
        BadInput: The settings contradict each other.
        StorageFailed: Its folder, or a key, cannot be used.
    """
    return Authority.at(settings.data / FOLDER, _secrets(settings), settings.name, now=now, token=_token(settings))


def imported_into(settings: Settings) -> Authority:
    """Return the authority without making one: for a city that brings its own certificate."""
    return Authority(settings.data / FOLDER, _secrets(settings), settings.name, _token(settings))


def _secrets(settings: Settings) -> Secrets:
    prepare(settings.data)
    return Secrets.at(settings.data / (settings.secret_key_file or KEY_FILE))


def _token(settings: Settings) -> Pkcs11Token | None:
    if settings.evidence.pkcs11_module is None:
        return None
    if not settings.evidence.pkcs11_token or settings.evidence.pkcs11_pin is None:
        raise BadInput(
            "evidence.pkcs11_module names a token's library, but not which token",
            "set evidence.pkcs11_token and its PIN",
        )
    pin = settings.evidence.pkcs11_pin.get_secret_value()
    return Pkcs11Token(
        settings.evidence.pkcs11_module, settings.evidence.pkcs11_token, settings.evidence.pkcs11_key, pin
    )
