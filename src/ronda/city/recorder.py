"""Recorders: NVRs and DVRs at sites."""

from dataclasses import dataclass, field

from ronda.city.strict import strict


@dataclass(frozen=True, slots=True)
class Recorder:
    """One recorder.

    Attributes:
        id: As a camera's id.
        site: Id of the site it stands at.
        brand: Maker; `model` and `serial` as printed on it.
        channels: How many cameras it has room for.
        address: Host, or host:port, of its management; empty where unknown.
        username: Name to sign in to it; kept encrypted, never shown.
        password: Password; kept encrypted, never shown.
        simulated: Whether it was made up for a demonstration.
    """

    __pydantic_config__ = strict(
        id="krapyak-rt03-rw04-nvr",
        site="krapyak-rt03-rw04",
        brand="Contoso",
        model="NVR-4",
        serial="C0042",
        channels=4,
        address="192.168.1.20",
        simulated=False,
    )

    id: str
    site: str
    brand: str = ""
    model: str = ""
    serial: str = ""
    channels: int = 4
    address: str = ""
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    simulated: bool = False
