"""The documents of the map, for the API's description; the files are made in `centre.portal` and `city.geography`."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from ronda.web.fields import AreaCode, Latitude, Longitude

Numbers = Annotated[list[int], Field(examples=[[0, 1]])]
Box = Annotated[list[float], Field(min_length=4, max_length=4)]
Steps = Annotated[list[int | None], Field(examples=[[-698419, 12]])]
"""Whole multiples of a fraction of a degree, each as the difference from the one before; null where unknown."""


class MapAgency(BaseModel):
    """An agency that owns published cameras."""

    id: Annotated[str, Field(examples=["diskominfo"])]
    name: Annotated[str, Field(examples=["Diskominfo Kota Semarang"])]


class MapAreas(BaseModel):
    """Areas with published cameras, as columns; degrees times 1,000."""

    code: Annotated[list[str], Field(examples=[["33.74", "33.74.13"]])]
    name: Annotated[list[str], Field(examples=[["Semarang", "Semarang Barat"]])]
    lat: Annotated[Steps, Field(examples=[[-6990, 6]])]
    lon: Annotated[Steps, Field(examples=[[110420, -50]])]
    cameras: Annotated[list[int], Field(description="Published ones", examples=[[2, 2]])]


class MapSites(BaseModel):
    """Places with published cameras, as columns; degrees times 100,000."""

    id: Annotated[list[str], Field(examples=[["krapyak-rt03-rw04", "pasar-krapyak"]])]
    lat: Steps
    lon: Annotated[Steps, Field(examples=[[11036984, 31]])]
    area: Annotated[Numbers, Field(description="Row of `areas`; -1 for none", examples=[[1, 1]])]
    kind: Annotated[Numbers, Field(description="Row of `kinds`; -1 for none")]
    name: Annotated[list[str], Field(examples=[["RT 3 RW 4 Krapyak", "Pasar Krapyak"]])]
    agency: Annotated[Numbers, Field(description="Row of `agencies`; -1 for none", examples=[[0, -1]])]


class MapCameras(BaseModel):
    """Published cameras, as columns."""

    id: Annotated[list[str], Field(examples=[["krapyak-rt03-rw04-1", "pasar-krapyak-1"]])]
    name: Annotated[
        list[str], Field(description="What stands after the site's name", examples=[["gang masuk", "gerbang"]])
    ]
    site: Annotated[Numbers, Field(description="Row of `sites`")]
    mode: Annotated[Numbers, Field(description="Row of `modes`", examples=[[0, 2]])]
    working: Annotated[Numbers, Field(description="Row of `states`", examples=[[1, 0]])]
    bearing: Annotated[list[int | None], Field(description="Degrees clockwise from north", examples=[[120, None]])]
    simulated: Annotated[
        list[Literal[0, 1]] | None, Field(description="1 where a camera is made up; left out where none is")
    ] = None


class MapShown(BaseModel):
    """The whole map of published cameras, as columns: how to read them stands in `docs/design/city.md`."""

    revision: Annotated[str, Field(examples=["9f2c61d04b7e"])]
    simulated: bool
    kinds: Annotated[list[str], Field(examples=[["rt", "market"]])]
    modes: Annotated[list[str], Field(examples=[["live", "live-in-hours", "stills"]])]
    states: Annotated[list[str], Field(examples=[["broken", "working", "unknown"]])]
    agencies: list[MapAgency]
    areas: MapAreas
    sites: MapSites
    cameras: MapCameras


class BaseMapShown(BaseModel):
    """The ground of the map, as layers of GeoJSON, the lowest first."""

    schematic: Annotated[bool, Field(description="Whether any area is drawn by us and no official outline")]
    note: Annotated[str, Field(examples=["Skematis: digambar sendiri, bukan batas resmi."])]
    frame: Annotated[
        Box, Field(description="West, south, east, north of what is drawn", examples=[[110.2, -7.13, 110.56, -6.88]])
    ]
    bounds: Annotated[Box, Field(description="The same of the city alone", examples=[[110.27, -7.11, 110.5, -6.93]])]
    layers: Annotated[
        dict[str, Any],
        Field(
            description="GeoJSON FeatureCollections by name; features of areas have `code`, `name` and `schematic`",
            examples=[
                {
                    "labels": {
                        "type": "FeatureCollection",
                        "features": [
                            {
                                "type": "Feature",
                                "geometry": {"type": "Point", "coordinates": [110.42, -6.9]},
                                "properties": {"name": "Laut Jawa", "kind": "sea", "rank": 1},
                            }
                        ],
                    }
                }
            ],
        ),
    ]


class WifiPoint(BaseModel):
    """A point of free wifi."""

    name: Annotated[str, Field(description="Name of the network", examples=["Wifi RT 3"])]
    lat: Latitude
    lon: Longitude | None
    area: AreaCode
    working: Annotated[bool, Field(examples=[True])]


class WifiShown(BaseModel):
    """Where there is free wifi."""

    points: list[WifiPoint]
