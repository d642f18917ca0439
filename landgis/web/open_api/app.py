"""The resources of OGC API – Features: who asks is checked first, then what is asked, then pygeoapi answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from pygeoapi.api import APIRequest, describe_collections, get_collection_schema
from pygeoapi.api.itemtypes import get_collection_item, get_collection_items, get_collection_queryables
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from landgis.access.person import Person
from landgis.domain.open_data import OpenCollection, OpenQuery
from landgis.errors import NotFound
from landgis.services.open_data import OpenData
from landgis.web.open_api import description, failures
from landgis.web.open_api.asking import (
    EVERYWHERE,
    MAX_LIMIT,
    OF_ITEM,
    OF_ITEMS,
    read_crs,
    read_query,
    read_tongue,
    single,
)
from landgis.web.open_api.core import ABOUT, ASKED, TITLE, Asked, OpenApi, configuration
from landgis.web.open_api.links import PREFIX, addressed, link, paged, relinked

GEOJSON, SCHEMA = "application/geo+json", "application/schema+json"
CONFORMS_TO = (
    *(f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "geojson")),
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    *(
        f"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/{name}"
        for name in ("queryables", "queryables-query-parameters")
    ),
)
Json = dict[str, Any]


class _Asking:
    """What pygeoapi looks at of a request: parameters that were checked here, and one language that there is."""

    def __init__(self, passed: dict[str, str], tongue: str) -> None:
        self.query_params = passed
        self.headers = {"accept-language": tongue}


def open_app(data: OpenData) -> Starlette:
    """Make the application of the open services, to be mounted under `PREFIX`."""
    service = _Service(data)
    routes = {
        "/": service.landing,
        "/api": service.api,
        "/conformance": service.conformance,
        "/collections": service.collections,
        "/collections/{key}": service.collection,
        "/collections/{key}/queryables": service.queryables,
        "/collections/{key}/schema": service.schema,
        "/collections/{key}/items": service.items,
        "/collections/{key}/items/{feature_id:path}": service.item,
    }
    made = [Route(path, failures.guarded(data, endpoint)) for path, endpoint in routes.items()]
    return Starlette(routes=made, exception_handlers=failures.HANDLERS)


class _Service:
    def __init__(self, data: OpenData) -> None:
        self._data = data
        self._config = configuration(data.collections)

    def landing(self, request: Request, _: Person) -> Response:
        single(request.query_params.multi_items(), EVERYWHERE)
        base = base_url(request)
        links = [
            link("self", base),
            link("service-desc", f"{base}/api", description.MEDIA),
            link("conformance", f"{base}/conformance"),
            link("data", f"{base}/collections"),
        ]
        title, about = (f"{text['zh']} {text['en']}" for text in (TITLE, ABOUT))
        return _json({"title": title, "description": about, "links": links})

    def api(self, request: Request, _: Person) -> Response:
        single(request.query_params.multi_items(), EVERYWHERE)
        told = description.definition(base_url(request), self._data.collections, version("landgis"))
        return _json(told, description.MEDIA)

    def conformance(self, request: Request, _: Person) -> Response:
        single(request.query_params.multi_items(), EVERYWHERE)
        return _json({"conformsTo": list(CONFORMS_TO)})

    def collections(self, request: Request, _: Person) -> Response:
        document, headers = self._plain(request, describe_collections)
        return _json(relinked(document), headers=headers)

    def collection(self, request: Request, _: Person) -> Response:
        document, headers = self._plain(request, describe_collections, self._named(request).key)
        return _json(relinked(document), headers=headers)

    def queryables(self, request: Request, _: Person) -> Response:
        return self._properties(request, get_collection_queryables)

    def schema(self, request: Request, _: Person) -> Response:
        return self._properties(request, get_collection_schema)

    def items(self, request: Request, person: Person) -> Response:
        collection = self._named(request)
        known = (*OF_ITEMS, *(field.name for field in collection.fields))
        asked = single(request.query_params.multi_items(), known)
        query = read_query(collection, asked)
        passed = {"limit": str(query.limit), "offset": str(query.offset), "crs": query.crs.uri}
        found = Asked(self._data, person, collection, query)
        document, headers = self._answer(request, passed, found, get_collection_items)
        address = f"{base_url(request)}/collections/{collection.key}/items"
        document = paged(document, address, asked, query.offset)
        if int(asked.get("limit", 0)) > MAX_LIMIT:
            document |= _capped(asked["limit"])
        return _json(document, GEOJSON, headers)

    def item(self, request: Request, person: Person) -> Response:
        collection = self._named(request)
        asked = single(request.query_params.multi_items(), OF_ITEM)
        query = OpenQuery(crs=read_crs(asked, "crs"))
        found = Asked(self._data, person, collection, query)
        feature_id = request.path_params["feature_id"]
        document, headers = self._answer(request, {"crs": query.crs.uri}, found, get_collection_item, feature_id)
        address = f"{base_url(request)}/collections/{collection.key}/items/{quote(feature_id)}"
        return _json(addressed(document, address, asked), GEOJSON, headers)

    def _properties(self, request: Request, answer: Callable[..., Any]) -> Response:
        """Answer with a schema, its properties called as the domain calls them."""
        collection = self._named(request)
        document, headers = self._plain(request, answer, collection.key)
        for field in collection.fields:
            document["properties"][field.name]["title"] = f"{field.zh} {field.en}"
        return _json(document | {"additionalProperties": False}, SCHEMA, headers)

    def _plain(self, request: Request, answer: Callable[..., Any], *names: str) -> tuple[Json, dict[str, str]]:
        single(request.query_params.multi_items(), EVERYWHERE)
        return self._through(request, {}, answer, *names)

    def _answer(
        self, request: Request, passed: dict[str, str], found: Asked, answer: Callable[..., Any], *names: str
    ) -> tuple[Json, dict[str, str]]:
        """Let pygeoapi answer with features, the whole question waiting where the plug-in finds it."""
        token = ASKED.set(found)
        try:
            return self._through(request, passed, answer, found.collection.key, *names)
        finally:
            ASKED.reset(token)

    def _through(
        self, request: Request, passed: dict[str, str], answer: Callable[..., Any], *names: str
    ) -> tuple[Json, dict[str, str]]:
        api = OpenApi(self._config, base_url(request))
        tongue = read_tongue(request.query_params, request.headers.get("accept-language", ""))
        headers, status, content = answer(api, APIRequest(_Asking(passed, tongue), api.locales), *names)
        if status != 200:
            raise failures.of_pygeoapi(int(status), request.url.path)
        kept = {name: headers[name] for name in ("Content-Crs", "Content-Language") if name in headers}
        return json.loads(content), kept

    def _named(self, request: Request) -> OpenCollection:
        key = request.path_params["key"]
        if key not in self._data.collections:
            raise NotFound(f"没有数据集“{key[:40]}”", f"There is no collection “{key[:40]}”", where=key[:40])
        return self._data.collections[key]


def base_url(request: Request) -> str:
    """Return the address of the landing page, as the asking program knows this machine."""
    return f"{request.url.scheme}://{request.url.netloc}{PREFIX}"


def _capped(limit: str) -> Json:
    return {
        "notice": f"limit={limit} 超过上限，本页按 {MAX_LIMIT} 给出，其余见 next。 limit is above the cap: this page holds at "
        f"most {MAX_LIMIT}; the link next leads on."
    }


def _json(document: Json, media: str = "application/json", headers: dict[str, str] | None = None) -> Response:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Response(text, 200, headers, media)
