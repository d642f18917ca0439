"""pygeoapi without files: its configuration in code, its API at one address, its plug-in that asks our own reader."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from pygeoapi import l10n
from pygeoapi.api import API
from pygeoapi.provider.base import BaseProvider, ProviderItemNotFoundError

from landgis.access.person import Person
from landgis.domain.district import DISTRICTS
from landgis.domain.open_data import OpenCollection, OpenCrs, OpenQuery
from landgis.services.open_data import OpenData

# What pygeoapi refuses is told by our own answer; a log that is asked for still gets it.
logging.getLogger("pygeoapi").addHandler(logging.NullHandler())
TITLE = {
    "zh": "农村集体经营性建设用地入市 开放数据服务",
    "en": "Open data of collective construction land entering the market",
}
ABOUT = {
    "zh": "OGC API – Features：在册地块、在库地块、已公布的供应计划、生效的图层。坐标为 CGCS2000，存储坐标系 EPSG:4549；CRS84 的经纬度"
    "与 CGCS2000 的相同。",
    "en": "OGC API – Features: parcels, members of the pools, published plans, layers in force. Coordinates are CGCS2000, "
    "stored in EPSG:4549; longitudes and latitudes of CRS84 are those of CGCS2000.",
}
KINDS = {
    "text": {"type": "string"},
    "whole": {"type": "integer"},
    "decimal": {"type": "number"},
    "flag": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
}
"""JSON schema of every kind of property."""


@dataclass(frozen=True)
class Asked:
    """What is asked in this request, by whom; pygeoapi hands its plug-ins neither persons nor whole questions."""

    data: OpenData
    person: Person
    collection: OpenCollection
    query: OpenQuery


ASKED: ContextVar[Asked] = ContextVar("asked")


class OpenProvider(BaseProvider):  # type: ignore[misc]  # pygeoapi has no types
    """The plug-in: fields as declared, features as the reader gives them."""

    def __init__(self, provider_def: dict[str, Any]) -> None:
        super().__init__(provider_def)
        self._fields = self.get_fields()

    def get_fields(self) -> dict[str, dict[str, Any]]:
        """Return the properties with their JSON schemas."""
        return {field.name: dict(KINDS[field.kind]) for field in self.data.fields}

    def query(self, **_: Any) -> dict[str, Any]:
        """Return the page that is asked for."""
        asked = ASKED.get()
        page = asked.data.page(asked.person, asked.collection, asked.query)
        features = [_geojson(one.feature_id, one.properties, one.geometry) for one in page.features]
        return {
            "type": "FeatureCollection",
            "features": features,
            "numberMatched": page.matched,
            "numberReturned": len(features),
        }

    def get(self, identifier: str, **_: Any) -> dict[str, Any]:
        """Return one feature."""
        asked = ASKED.get()
        found = asked.data.one(asked.person, asked.collection, identifier, asked.query.crs)
        if found is None:
            raise ProviderItemNotFoundError(identifier)
        return _geojson(found.feature_id, found.properties, found.geometry)


class OpenApi(API):  # type: ignore[misc]  # pygeoapi has no types
    """pygeoapi's API at one address.

    Its own constructor would set up the log of the whole program and start a manager of processes; neither is wanted.
    """

    def __init__(self, config: dict[str, Any], base_url: str) -> None:
        self.config = self.tpl_config = config
        self.openapi: dict[str, Any] = {}
        self.api_headers: dict[str, str] = {}
        self.base_url = base_url
        self.locales = l10n.get_locales(config)
        self.default_locale = self.locales[0]
        self.pretty_print = False


def configuration(collections: dict[str, OpenCollection]) -> dict[str, Any]:
    """Return the configuration of pygeoapi for these collections."""
    return {
        "server": {"languages": ["zh-CN", "en-US"], "limits": {"default_items": 100, "max_items": 1000}},
        "metadata": {"identification": {"title": TITLE, "description": ABOUT}},
        "resources": {key: _resource(one) for key, one in collections.items()},
    }


def extent() -> list[float]:
    """Return the box of both districts, whatever rows there are: it tells nothing of them."""
    west, south, east, north = zip(*(district.bounds for district in DISTRICTS.values()), strict=True)
    return [min(west), min(south), max(east), max(north)]


def _resource(collection: OpenCollection) -> dict[str, Any]:
    provider = {
        "type": "feature",
        "name": f"{__name__}.OpenProvider",
        "data": collection,
        "id_field": collection.id_field,
        "time_field": collection.time_field,
        "crs": [crs.uri for crs in OpenCrs],
        "storage_crs": OpenCrs.WORKING.uri,
    }
    return {
        "type": "collection",
        "title": {"zh": collection.title_zh, "en": collection.title_en},
        "description": {"zh": collection.said_zh, "en": collection.said_en},
        "keywords": {"zh": ["入市"], "en": ["market entry"]},
        "extents": {"spatial": {"bbox": extent(), "crs": OpenCrs.CRS84.uri}},
        "providers": [provider],
    }


def _geojson(feature_id: str, properties: dict[str, Any], geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "id": feature_id, "geometry": geometry, "properties": properties}
