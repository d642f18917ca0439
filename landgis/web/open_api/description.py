"""The definition of the service in OpenAPI 3.0: whole, in one document, without a reference to anywhere else."""

from __future__ import annotations

from typing import Any

from landgis.domain.open_data import OpenCollection, OpenCrs
from landgis.web.open_api.asking import DEFAULT_LIMIT, LANGUAGES, MAX_LIMIT, MAX_OFFSET
from landgis.web.open_api.core import ABOUT, KINDS, TITLE

Json = dict[str, Any]
MEDIA = "application/vnd.oai.openapi+json;version=3.0"
_URIS = [crs.uri for crs in OpenCrs]
_PAGES = {
    "/": ("getLandingPage", "首页 Landing page", "LandingPage", "application/json"),
    "/api": ("getApi", "接口定义 API definition", "Any", MEDIA),
    "/conformance": ("getConformance", "符合性声明 Conformance", "Conformance", "application/json"),
    "/collections": ("getCollections", "数据集 Collections", "Collections", "application/json"),
}


def definition(base_url: str, collections: dict[str, OpenCollection], version: str) -> Json:
    """Return the definition of the service at an address."""
    paths = {path: _page(*told) for path, told in _PAGES.items()}
    for one in collections.values():
        paths |= _paths(one)
    return {
        "openapi": "3.0.3",
        "info": {"title": f"{TITLE['zh']} {TITLE['en']}", "description": f"{ABOUT['zh']}\n\n{ABOUT['en']}", "version": version},
        "servers": [{"url": base_url}],
        "security": [{"token": []}],
        "tags": [{"name": one.key, "description": f"{one.title_zh} {one.title_en}"} for one in collections.values()],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "landgis person token issue"},
            },
            "parameters": _parameters(),
            "responses": _responses(),
            "schemas": _SCHEMAS,
        },
    }  # fmt: skip


def _paths(one: OpenCollection) -> Json:
    root = f"/collections/{one.key}"
    name = "".join(part.capitalize() for part in one.key.split("_"))
    schema = "application/schema+json"
    return {
        root: _page(f"describe{name}", f"{one.title_zh} {one.title_en}", "Collection", "application/json", one.key),
        f"{root}/queryables": _page(f"get{name}Queryables", "可查询属性 Queryables", "Any", schema, one.key),
        f"{root}/schema": _page(f"get{name}Schema", "属性结构 Schema", "Any", schema, one.key),
        f"{root}/items": {"get": _items(one, f"get{name}Features")},
        f"{root}/items/{{featureId}}": {"get": _item(one, f"get{name}Feature")},
    }


def _page(operation: str, summary: str, schema: str, media: str, tag: str = "") -> Json:
    return {"get": {
        "operationId": operation, "summary": summary, "tags": [tag] if tag else [],
        "parameters": _named("f", "lang"), "responses": _answers(schema, media),
    }}  # fmt: skip


def _items(one: OpenCollection, operation: str) -> Json:
    shared = (
        "f",
        "lang",
        "limit",
        "offset",
        "bbox",
        "bbox-crs",
        "crs",
        "datetime",
        "filter",
        "filter-lang",
        "filter-crs",
    )
    own = [
        {"name": field.name, "in": "query", "required": False, "style": "form", "explode": False,
         "description": f"{field.zh} {field.en}", "schema": KINDS[field.kind]}
        for field in one.fields
    ]  # fmt: skip
    return {
        "operationId": operation, "summary": f"{one.title_zh} {one.title_en}", "tags": [one.key],
        "description": f"{one.said_zh} {one.said_en}", "parameters": [*_named(*shared), *own],
        "responses": _answers("FeatureCollection", "application/geo+json"),
    }  # fmt: skip


def _item(one: OpenCollection, operation: str) -> Json:
    return {
        "operationId": operation, "summary": f"{one.title_zh} {one.title_en}", "tags": [one.key],
        "parameters": _named("featureId", "f", "lang", "crs"),
        "responses": _answers("Feature", "application/geo+json") | {"404": {"$ref": "#/components/responses/Error"}},
    }  # fmt: skip


def _named(*names: str) -> list[Json]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _answers(schema: str, media: str) -> Json:
    headers = {"Content-Crs": {"description": "坐标系 CRS", "schema": {"type": "string"}}} if "geo+" in media else {}
    found = {"description": "结果 Result", "content": {media: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}
    wrong = {code: {"$ref": "#/components/responses/Error"} for code in ("400", "401", "403", "406", "500")}
    return {"200": found | ({"headers": headers} if headers else {}), **wrong}


def _parameters() -> Json:
    crs = {"type": "string", "format": "uri", "enum": _URIS, "default": _URIS[0]}
    least = {"type": "number"}
    told: dict[str, tuple[str, Json]] = {
        "f": ("格式，只有 json。 Format: json alone.", {"type": "string", "enum": ["json"], "default": "json"}),
        "lang": ("标题的语言。 Language of titles.", {"type": "string", "enum": ["zh", "en", "zh-CN", "en-US"], "default": "zh-CN"}),
        "limit": (
            f"每页要素数；大于 {MAX_LIMIT} 的按 {MAX_LIMIT} 给出。 Features of a page; more than {MAX_LIMIT} gives {MAX_LIMIT}.",
            {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        ),
        "offset": ("跳过的要素数。 Features passed over.", {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0}),
        "bbox": (
            "矩形，四个或六个数，坐标顺序依 bbox-crs。 A box of four or six numbers, axes in the order of bbox-crs.",
            {"type": "array", "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}], "items": least},
        ),
        "bbox-crs": ("bbox 的坐标系。 CRS of bbox.", crs),
        "crs": ("结果的坐标系。 CRS of the answer.", crs),
        "datetime": ("时刻或时段（RFC 3339）。 A moment or an interval.", {"type": "string"}),
        "filter": ("CQL2 过滤条件。 A filter in CQL2.", {"type": "string"}),
        "filter-lang": ("过滤条件的写法。 How it is written.", {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]}),
        "filter-crs": ("过滤条件的坐标系。 CRS of the filter.", crs),
    }  # fmt: skip
    query = {
        name: {"name": name, "in": "query", "required": False, "style": "form", "explode": False,
               "description": text, "schema": schema}
        for name, (text, schema) in told.items()
    }  # fmt: skip
    place = {
        "name": "featureId",
        "in": "path",
        "required": True,
        "description": "要素标识 Feature id",
        "schema": {"type": "string"},
    }
    return query | {"featureId": place}


def _responses() -> Json:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Exception"}}}
    return {
        "Error": {
            "description": "不能给出结果，说明见 description。 No result; description says why.",
            "content": content,
        }
    }


_LINKS: Json = {"type": "array", "items": {"$ref": "#/components/schemas/Link"}}
_SCHEMAS: Json = {
    "Any": {"type": "object"},
    "Link": {
        "type": "object", "required": ["href", "rel"],
        "properties": {name: {"type": "string"} for name in ("href", "rel", "type", "title")},
    },
    "LandingPage": {
        "type": "object", "required": ["links"],
        "properties": {"title": {"type": "string"}, "description": {"type": "string"}, "links": _LINKS},
    },
    "Conformance": {
        "type": "object", "required": ["conformsTo"],
        "properties": {"conformsTo": {"type": "array", "items": {"type": "string"}}},
    },
    "Collection": {
        "type": "object", "required": ["id", "links", "crs", "storageCrs"],
        "properties": {
            "id": {"type": "string"}, "title": {"type": "string"}, "description": {"type": "string"}, "links": _LINKS,
            "extent": {"type": "object"}, "itemType": {"type": "string", "default": "feature"},
            "crs": {"type": "array", "items": {"type": "string", "format": "uri"}}, "storageCrs": {"type": "string"},
        },
    },
    "Collections": {
        "type": "object", "required": ["links", "collections"],
        "properties": {
            "links": _LINKS, "collections": {"type": "array", "items": {"$ref": "#/components/schemas/Collection"}},
        },
    },
    "Geometry": {
        "type": "object", "required": ["type", "coordinates"],
        "properties": {"type": {"type": "string", "enum": ["MultiPolygon"]}, "coordinates": {"type": "array", "items": {}}},
    },
    "Feature": {
        "type": "object", "required": ["type", "geometry", "properties", "id"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]}, "id": {"type": "string"},
            "geometry": {"$ref": "#/components/schemas/Geometry"}, "properties": {"type": "object"}, "links": _LINKS,
        },
    },
    "FeatureCollection": {
        "type": "object", "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"$ref": "#/components/schemas/Feature"}}, "links": _LINKS,
            "timeStamp": {"type": "string", "format": "date-time"},
            "numberMatched": {"type": "integer", "minimum": 0}, "numberReturned": {"type": "integer", "minimum": 0},
        },
    },
    "Exception": {
        "type": "object", "required": ["code"],
        "properties": {"code": {"type": "string"}, "description": {"type": "string"}},
    },
}  # fmt: skip
