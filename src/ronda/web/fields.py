"""Fields that many documents share, each with an example: one word for one thing, one example for it.

The examples are of one street: RT 3 RW 4 in Krapyak, Semarang. Its people and accounts are made up.
"""

from typing import Annotated

from pydantic import Field

CameraId = Annotated[str, Field(examples=["krapyak-rt03-rw04-1"])]
CameraName = Annotated[str, Field(examples=["Gang masuk"])]
SiteId = Annotated[str, Field(examples=["krapyak-rt03-rw04"])]
SiteName = Annotated[str, Field(examples=["RT 3 RW 4 Krapyak"])]
RecorderId = Annotated[str, Field(examples=["krapyak-rt03-rw04-nvr"])]
SiteKindName = Annotated[str, Field(examples=["rt"])]
AreaCode = Annotated[str, Field(examples=["33.74.13.1003.rw04.rt03"])]
AreaName = Annotated[str, Field(examples=["RT 3"])]
LevelName = Annotated[str, Field(examples=["rt"])]
AgencyId = Annotated[str, Field(examples=["diskominfo"])]
AgencyName = Annotated[str, Field(examples=["Diskominfo Kota Semarang"])]
PartnerId = Annotated[str, Field(examples=["pasar-krapyak"])]
Latitude = Annotated[float, Field(examples=[-6.98419])]
Longitude = Annotated[float, Field(examples=[110.36984])]
Bearing = Annotated[float, Field(examples=[120.0])]
Still = Annotated[str, Field(examples=["/media/public/krapyak-rt03-rw04-1/still.jpg"])]
Label = Annotated[str, Field(examples=["siti.rt03"])]
"""Whoever did something, as history and logs name them."""
Day = Annotated[str, Field(examples=["2026-11-20"])]
Later = Annotated[str, Field(examples=["2026-12-15"])]
"""A day by which something shall be done."""
Purpose = Annotated[str, Field(examples=["Motor hilang, laporan LP/123/XI/2026"])]
Mode = Annotated[str, Field(examples=["live"])]
Cursor = Annotated[str, Field(examples=["50"])]
"""What the next page is asked for with."""
Count = Annotated[int, Field(examples=[120])]
Secret = Annotated[str, Field(examples=["kopi tubruk di bawah hujan"])]
JoinAddress = Annotated[str, Field(examples=["https://pantau.example.go.id/join/4mJq8kTz"])]
