"""Every setting: its name, type, default and meaning.

`docs/configuration.md` describes each of them and a test compares the two.
"""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, field_validator

from ronda.config.database_url import DatabaseUrl
from ronda.config.duration import Duration
from ronda.config.flag import Flag
from ronda.config.instructions import Instructions
from ronda.config.listen import Host, Port
from ronda.config.size import Size
from ronda.config.volumes import Volumes
from ronda.config.webhook import Webhook
from ronda.config.zone import Zone


class Section(BaseModel):
    """Base of all settings: unchangeable, and no key that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LogSettings(Section):
    """What is logged, and how."""

    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="The least that is logged.")
    format: Literal["auto", "human", "json"] = Field(
        default="auto", description="auto: human on a terminal, JSON otherwise."
    )


class ArchiveSettings(Section):
    """Where recordings are kept, and how much of them."""

    volumes: Volumes = Field(
        default=(Path("archive"),), description="Folders, one per disk; a relative one lies in the data folder."
    )
    quota: Size | None = Field(
        default=None,
        description="The most that all recordings of a volume take; without one, all but a reserve of its disk.",
    )
    segment: Duration = Field(
        default=Duration(300),
        description="About how long one file is.",
        json_schema_extra={"allowed": "10 s to 30 min, with its unit, such as 5 min"},
    )
    sync: Duration = Field(
        default=Duration(10),
        description="How often files are forced to disk: what a power cut can cost.",
        json_schema_extra={"allowed": "1 s to 5 min, with its unit, such as 10 s"},
    )

    @field_validator("segment")
    @classmethod
    def _segment_in_bounds(cls, value: Duration) -> Duration:
        return _between(value, Duration(10), Duration(1_800))

    @field_validator("sync")
    @classmethod
    def _sync_in_bounds(cls, value: Duration) -> Duration:
        return _between(value, Duration(1), Duration(300))


def _between(value: Duration, least: Duration, most: Duration) -> Duration:
    if not least <= value <= most:
        raise ValueError("out of bounds")
    return value


class StreamSettings(Section):
    """How cameras are dialled, and how long a stream outlives its last viewer."""

    linger: Duration = Field(default=Duration(10), description="How long a stream runs on after nobody holds it.")
    dials: int = Field(default=16, ge=1, le=1_000, description="Connections being opened at once.")
    dials_per_host: int = Field(
        default=2, ge=1, le=100, description="The same, to one host: recorders are easily overrun."
    )


class LiveSettings(Section):
    """Bounds for live viewers."""

    viewers: int = Field(
        default=2_000, ge=1, le=100_000, description="Live and playback sockets open at once; more get stills."
    )
    public_viewers: int = Field(
        default=1_500, ge=0, le=100_000, description="How many of them residents may have who are not signed in."
    )


class PoolSettings(Section):
    """Sizes of the pools beside the event loop."""

    derived: int = Field(default=1, ge=0, le=64, description="Profiles transcoded at once, half a core each; 0: none.")
    disk: int = Field(default=4, ge=1, le=64, description="Threads for files.")
    codec: int = Field(default=1, ge=1, le=64, description="Threads for stills.")
    resolver: int = Field(default=4, ge=1, le=64, description="Threads for DNS.")
    crypto: int = Field(default=1, ge=1, le=16, description="Threads for passwords.")


class DatabaseSettings(Section):
    """Where the centre keeps what it knows."""

    url: DatabaseUrl | None = Field(
        default=None,
        description="The database: postgresql://USER:PASSWORD@HOST/NAME; without it, a file in the data folder.",
    )
    readers: int = Field(default=4, ge=1, le=64, description="Transactions that read at once.")
    timeout: Duration = Field(
        default=Duration(30),
        description="The longest that one statement may take; PostgreSQL only.",
        json_schema_extra={"allowed": "1 s to 10 min, with its unit, such as 30 s"},
    )

    @field_validator("timeout")
    @classmethod
    def _timeout_in_bounds(cls, value: Duration) -> Duration:
        return _between(value, Duration(1), Duration(600))


class AccessLogSettings(Section):
    """How the heads of the access log's tree leave the machine."""

    every: Duration = Field(
        default=Duration(600),
        description="How often a head is signed while the log grows: the oldest that the public one is.",
        json_schema_extra={"allowed": "1 s to 1 d, with its unit, such as 10 min"},
    )
    webhook: Webhook | None = Field(default=None, description="Address that each new head is posted to, as JSON.")

    @field_validator("every")
    @classmethod
    def _every_in_bounds(cls, value: Duration) -> Duration:
        return _between(value, Duration(1), Duration(86_400))


class OidcSettings(Section):
    """The city's own sign-on (OpenID Connect); without an issuer there is none."""

    issuer: str | None = Field(
        default=None, min_length=8, max_length=500, description="The provider, as its discovery document names it."
    )
    client_id: str | None = Field(default=None, min_length=1, max_length=500, description="Ronda's name there.")
    client_secret: SecretStr | None = Field(
        default=None, min_length=1, description="Ronda's secret there; without one it is a public client."
    )
    name: str = Field(
        default="SSO", min_length=1, max_length=60, description="What the button on the sign-in page says."
    )
    redirect: str | None = Field(
        default=None, min_length=8, max_length=500, description="Ronda's own address, where a proxy stands before it."
    )


class PeopleSettings(Section):
    """What the city lets its people do."""

    member_clips: Flag = Field(default=True, description="Let the members of an RT take clips of its cameras.")


class MapSettings(Section):
    """The ground of the map; without tiles, the map that ships, which needs no other server."""

    tiles: str | None = Field(
        default=None,
        min_length=8,
        max_length=1_000,
        description="Address of tiles: {z}/{x}/{y} of raster or vector tiles, a TileJSON, or a PMTiles file.",
    )
    kind: Literal["raster", "vector", "pmtiles"] = Field(default="raster", description="What the tiles are.")
    attribution: str | None = Field(
        default=None, min_length=1, max_length=300, description="What the map must say of where they come from."
    )


class RtspSettings(Section):
    """The RTSP server that hands cameras on to other systems; it asks for an API token."""

    enabled: Flag = Field(default=False, description="Whether it runs.")
    host: Host = Field(default="127.0.0.1", description="Where it listens; tokens travel in clear text.")
    port: Port = Field(default=8554, description="Its port.")


class TlsSettings(Section):
    """The certificate; without one, `https` makes a local one in the data folder."""

    certificate: Path | None = Field(default=None, description="PEM file with the certificate and its chain.")
    key: Path | None = Field(default=None, description="PEM file with its private key.")


class VisionSettings(Section):
    """How cameras are looked at: processes of their own, what decodes for them, and the pictures that they keep."""

    workers: int = Field(default=1, ge=0, le=64, description="Processes that look at cameras; 0: nothing is looked at.")
    nice: int = Field(default=10, ge=0, le=19, description="How much less urgent they are than pulling and recording.")
    hardware: str = Field(
        default="none",
        pattern=r"^[a-z0-9]{2,20}$",
        description="What decodes for them: none (the processor), auto, or cuda, vaapi, qsv.",
        json_schema_extra={"allowed": "none, auto, or what FFmpeg knows: cuda, vaapi, qsv"},
    )
    width: int = Field(default=960, ge=160, le=3840, description="Pictures are decoded at most so wide.")
    rate: float = Field(
        default=5.0, ge=1, le=30, description="Pictures a second that are looked at where something is counted."
    )
    sweep: Duration = Field(
        default=Duration(300),
        description="Every camera is looked at once in so long.",
        json_schema_extra={"allowed": "30 s to 1 d, with its unit, such as 5 min"},
    )
    watched_sweep: Duration = Field(
        default=Duration(60),
        description="Likewise a camera that somebody watches.",
        json_schema_extra={"allowed": "10 s to 1 d, with its unit, such as 1 min"},
    )
    read_letterings: bool = Field(
        default=True, description="Whether the clocks and names that cameras burn in are read once a day."
    )
    pictures: Size = Field(default=Size(2_000_000_000), description="The most that pictures of what was seen take.")
    picture_days: int = Field(default=30, ge=1, le=3650, description="For how many days they are kept.")
    minute_days: int = Field(
        default=62, ge=3, le=3650, description="For how many days counts and measures by the minute are kept."
    )
    hour_days: int = Field(default=1_830, ge=63, le=36_500, description="And those by the hour.")

    @field_validator("sweep")
    @classmethod
    def _sweep_in_bounds(cls, value: Duration) -> Duration:
        return _between(value, Duration(30), Duration(86_400))

    @field_validator("watched_sweep")
    @classmethod
    def _watched_sweep_in_bounds(cls, value: Duration) -> Duration:
        return _between(value, Duration(10), Duration(86_400))


class AlarmSettings(Section):
    """Alarms: how many at once, how soon agencies must answer, what to do, how long they are kept."""

    most_open: int = Field(
        default=20,
        ge=1,
        le=1_000,
        description="Open alarms of one camera and analytic; what comes beyond that is only counted.",
    )
    answer: Duration = Field(
        default=Duration(300),
        description="An agency must accept or decline within so long, or the alarm comes back to the inbox.",
        json_schema_extra={"allowed": "10 s to 1 d, with its unit, such as 5 min"},
    )
    arrive: Duration = Field(
        default=Duration(1_800),
        description="And be on scene within so long after it has accepted.",
        json_schema_extra={"allowed": "1 min to 7 d, with its unit, such as 30 min"},
    )
    days: int = Field(default=400, ge=1, le=3_650, description="For how many days closed alarms are kept.")
    instructions: Instructions = Field(
        default=Instructions(), description="What to do, by analytic, in place of the words that ship."
    )

    @field_validator("answer")
    @classmethod
    def _answer_in_bounds(cls, value: Duration) -> Duration:
        return _between(value, Duration(10), Duration(86_400))

    @field_validator("arrive")
    @classmethod
    def _arrive_in_bounds(cls, value: Duration) -> Duration:
        return _between(value, Duration(60), Duration(7 * 86_400))


class EvidenceSettings(Section):
    """Cases and exports: the city's policy, how long footage is kept, a time stamp server, a token with the key."""

    own_cameras: Literal["direct", "notify", "approval"] = Field(
        default="notify",
        description="How the members of an RT get footage of its own cameras as evidence: by themselves, by themselves "
        "while those who could approve it are told, or with somebody's approval.",
    )
    asked_days: int = Field(default=30, ge=1, le=365, description="How long footage is kept that a case asks for.")
    approved_days: int = Field(
        default=365, ge=1, le=3_650, description="How long it is kept from the case's approval on."
    )
    export_days: int = Field(
        default=30, ge=1, le=365, description="How long the files of a sealed export can be fetched."
    )
    fetch_mbps: float = Field(
        default=4.0,
        ge=0,
        le=10_000,
        description="How much of a site's line is taken by day for footage from its recorder, in Mbit/s; 0 for all.",
    )
    night_from: int = Field(
        default=22, ge=0, le=23, description="From which hour on footage is fetched that waits for the night."
    )
    night_to: int = Field(default=5, ge=0, le=23, description="Until which hour.")
    time_stamp_url: Webhook | None = Field(
        default=None, description="RFC 3161 server that each sealed export is stamped by; without one, none is asked."
    )
    pkcs11_module: Path | None = Field(
        default=None, description="The library of the token that holds the sealing key; without one, the key is a file."
    )
    pkcs11_token: str = Field(default="", max_length=32, description="The token's label.")
    pkcs11_key: str = Field(default="", max_length=200, description="The key's label in it; empty: the only one.")
    pkcs11_pin: SecretStr | None = Field(default=None, min_length=1, description="The token's PIN.")


class Settings(Section):
    """All settings of one process."""

    data: Path = Field(description="The data folder: database, recordings, keys. Given by --data or RONDA_DATA only.")
    name: str = Field(default="Ronda", min_length=1, max_length=80, description="The name on the pages.")
    host: Host = Field(default="127.0.0.1", description="Where the pages and the API listen.")
    port: Port = Field(default=8700, description="Their port.")
    https: Flag = Field(default=False, description="Serve over HTTPS.")
    public: Flag = Field(default=False, description="Let anybody watch live and replay without signing in.")
    embed: str = Field(
        default="*",
        min_length=1,
        max_length=1_000,
        pattern=r"^[A-Za-z0-9*:/._' -]+$",
        description="Which sites may show a published camera in a frame, as CSP's frame-ancestors; 'none' for no site.",
    )
    admin_password: SecretStr | None = Field(
        default=None,
        min_length=8,
        description="Password of admin at the first start; a random one is printed without it.",
    )
    secret_key_file: Path | None = Field(
        default=None,
        description="File with the keys that seal stored passwords; without it, secret.key in the data folder.",
    )
    timezone: Zone = Field(default=Zone("Asia/Jakarta"), description="The city's time zone, for schedules and pages.")
    log: LogSettings = LogSettings()
    database: DatabaseSettings = DatabaseSettings()
    oidc: OidcSettings = OidcSettings()
    archive: ArchiveSettings = ArchiveSettings()
    streams: StreamSettings = StreamSettings()
    live: LiveSettings = LiveSettings()
    pools: PoolSettings = PoolSettings()
    accesslog: AccessLogSettings = AccessLogSettings()
    map: MapSettings = MapSettings()
    people: PeopleSettings = PeopleSettings()
    rtsp: RtspSettings = RtspSettings()
    vision: VisionSettings = VisionSettings()
    alarms: AlarmSettings = AlarmSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    tls: TlsSettings = TlsSettings()

    _origins: dict[str, str] = PrivateAttr(default_factory=dict)

    def origin(self, key: str) -> str:
        """Return where the setting `key`, such as `archive.quota`, comes from; `default` when from nowhere."""
        return self._origins.get(key, "default")
