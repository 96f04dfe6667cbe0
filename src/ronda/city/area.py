"""Areas: the tree city, kecamatan, kelurahan, RW, RT, keyed by region code."""

from dataclasses import dataclass, field

from ronda.city.region import Level, level_of, parent_of
from ronda.city.strict import strict


@dataclass(frozen=True, slots=True)
class Area:
    """One area.

    Attributes:
        id: Its region code; see `ronda.city.region`.
        name: What it is called, without its level: `Krapyak`, `RT 3`.
        lat: Latitude of its centre, degrees (WGS 84); None where nobody has said.
        lon: Longitude of it.
        outline: GeoJSON geometry (Polygon or MultiPolygon) as text; None where only the centre is known.
        simulated: Whether it was made up for a demonstration.
    """

    __pydantic_config__ = strict(
        id="33.74.13.1003", name="Krapyak", lat=-6.984, lon=110.37, outline=None, simulated=False
    )

    id: str
    name: str
    lat: float | None = None
    lon: float | None = None
    outline: str | None = field(default=None, repr=False)
    simulated: bool = False

    @property
    def level(self) -> Level:
        """How deep it lies."""
        return level_of(self.id)

    @property
    def parent(self) -> str | None:
        """The code of the area above."""
        return parent_of(self.id)
