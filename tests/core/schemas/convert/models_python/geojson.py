"""GeoJSON (RFC 7946), without its foreign members. Root: FeatureCollection."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel, Field

Position = tuple[float, float]
Ring = Annotated[list[Position], Field(min_length=4)]


class Point(BaseModel):
    type: Literal["Point"] = "Point"
    coordinates: Position


class LineString(BaseModel):
    type: Literal["LineString"] = "LineString"
    coordinates: list[Position] = Field(min_length=2)


class Polygon(BaseModel):
    type: Literal["Polygon"] = "Polygon"
    coordinates: list[Ring]


class GeometryCollection(BaseModel):
    type: Literal["GeometryCollection"] = "GeometryCollection"
    geometries: list[Geometry]


Geometry = Annotated[Union[Point, LineString, Polygon, "GeometryCollection"], Field(discriminator="type")]


class Feature(BaseModel):
    type: Literal["Feature"]
    id: int | str | None = None
    geometry: Geometry | None
    properties: dict[str, Any] | None
    bbox: tuple[float, float, float, float] | None = None


class FeatureCollection(BaseModel):
    type: Literal["FeatureCollection"]
    features: list[Feature]
