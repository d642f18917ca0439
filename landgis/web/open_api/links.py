"""Links of the answers: those of resources that are served here, called in both languages, leading to where they say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

PREFIX = "/ogc"
"""Where the services lie in the web application."""
_OGC = "http://www.opengis.net/def/rel/ogc/1.0"
_TITLES = {
    "root": "首页 Landing page",
    "self": "本文档 This document",
    "items": "要素（GeoJSON） Items as GeoJSON",
    "collection": "所属数据集 The collection",
    "next": "下一页 Next page",
    "prev": "上一页 Previous page",
    "service-desc": "接口定义（OpenAPI 3.0） API definition",
    "conformance": "符合性声明 Conformance",
    "data": "数据集 Collections",
    f"{_OGC}/queryables": "可查询属性 Queryables",
    f"{_OGC}/schema": "属性结构 Schema",
}
_NOT_SERVED = ("text/html", "application/ld+json")


def link(rel: str, href: str, media: str = "application/json") -> dict[str, str]:
    """Return one link."""
    return {"rel": rel, "type": media, "title": _TITLES[rel], "href": href}


def relinked(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document of pygeoapi with the links that are served here; so for the collections in it."""
    changed = dict(document)
    if "links" in changed:
        kept = [one for one in changed["links"] if one["type"] not in _NOT_SERVED and one["rel"] in _TITLES]
        changed["links"] = [link(one["rel"], one["href"], one["type"]) for one in kept]
    if "collections" in changed:
        changed["collections"] = [relinked(one) for one in changed["collections"]]
    return changed


def addressed(document: dict[str, Any], address: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return a document whose link to itself asks again all that was asked.

    Parameters
    ----------
    address
        Of the document, without query.
    asked
        Parameters of the request.
    """
    changed = relinked(document)
    for one in changed["links"]:
        if one["rel"] == "self":
            one["href"] = _address(address, asked)
    return changed


def paged(page: dict[str, Any], address: str, asked: Mapping[str, str], offset: int) -> dict[str, Any]:
    """Return a page whose links to itself and its neighbours ask again all that was asked.

    Parameters
    ----------
    address, asked
        As for `addressed`.
    offset
        How many features come before this page.
    """
    changed = addressed(page, address, asked)
    last = offset + page["numberReturned"] >= page["numberMatched"]
    links = [one for one in changed["links"] if not (one["rel"] == "next" and last)]
    for one in links:
        if one["rel"] in ("next", "prev"):
            told = parse_qs(urlsplit(one["href"]).query)["offset"][0]
            one["href"] = _address(address, {**asked, "offset": told})
    return changed | {"links": links}


def _address(address: str, asked: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(asked)}" if asked else address
