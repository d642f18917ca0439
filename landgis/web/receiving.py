"""The receiving desk: releases that came in, their issues and repairs on the map, what publishing changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import geopandas as gpd
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from landgis.access.roles import Action
from landgis.domain.layer import ReleaseStatus
from landgis.services.quality.repair_layer import apply_repairs
from landgis.services.receiving.intake import Arrival
from landgis.services.receiving.releases import Review, publish_seconded, release_lines, review
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.query import today
from landgis.web.templating import language, render
from landgis.web.words import LANGUAGES, boards, receiving

if TYPE_CHECKING:
    from landgis.web.office import Office

Reader = Annotated[Visitor, Depends(allowed(Action.READ_LAYERS))]
Publisher = Annotated[Visitor, Depends(allowed(Action.READ_LAYERS, Action.PUBLISH_LAYER))]
Importer = Annotated[Visitor, Depends(allowed(Action.READ_LAYERS, Action.IMPORT_LAYER))]
DRAWN = 2_000
"""Shapes of one kind that the map draws; it says how many there are."""
_Text = Annotated[str, Field(max_length=500)]


class PublishSent(BaseModel):
    """Publish; ``reason`` where an older edition is to take the place of a newer one."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    reason: _Text = ""


class RepairsSent(BaseModel):
    """Accept repairs by number, for a reason."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    accept: list[_Text] = Field(min_length=1, max_length=100_000)
    why: _Text


def router(office: Office) -> APIRouter:
    """Return the routes of the receiving desk."""
    routes = APIRouter()

    @routes.get("/releases", response_class=HTMLResponse)
    def listed(visitor: Reader, request: Request) -> HTMLResponse:
        lines = release_lines(office.as_seen_by(visitor), visitor.person, office.catalogue)
        may_bring = [arrival for arrival in Arrival if visitor.person.may(arrival.action)]
        return render(request, "releases.html", lines=lines, draft=ReleaseStatus.DRAFT, may_bring=may_bring)

    @routes.get("/releases/{layer}/{name}", response_class=HTMLResponse)
    def page(visitor: Reader, request: Request, layer: str, name: str) -> HTMLResponse:
        found = _review(office, visitor, layer, name)
        place = LANGUAGES.index(language(request))
        return render(
            request, "release.html", review=found, release=found.line.stored.release, draft=ReleaseStatus.DRAFT,
            substitute=found.line.stored.release.substitute, may_import=visitor.person.may(Action.IMPORT_LAYER),
            page_words={key: said[place] for key, said in (receiving.WORDS | boards.WORDS).items()},
        )  # fmt: skip

    @routes.get("/data/releases/{layer}/{name}")
    def shapes(visitor: Reader, layer: str, name: str) -> JSONResponse:
        """Places of findings, repaired shapes and changes as GeoJSON; coordinates in EPSG:4549, metres."""
        return JSONResponse(_shapes(_review(office, visitor, layer, name)))

    @routes.post("/data/releases/{layer}/{name}/publish")
    def publish(visitor: Publisher, layer: str, name: str, sent: PublishSent) -> JSONResponse:
        stored = publish_seconded(office.as_seen_by(visitor), visitor.person, layer, name, sent.reason)
        return JSONResponse({"key": stored.release.key, "status": str(stored.release.status)})

    @routes.post("/data/releases/{layer}/{name}/repairs")
    def repair(visitor: Importer, layer: str, name: str, sent: RepairsSent) -> JSONResponse:
        made = apply_repairs(
            office.as_seen_by(visitor),
            office.originals,
            office.catalogue,
            visitor.person,
            layer,
            name,
            sent.accept,
            sent.why,
        )
        release = made.stored.release
        return JSONResponse({"layer": release.layer, "name": release.name, "accepted": len(made.accepted)})

    return routes


def _review(office: Office, visitor: Visitor, layer: str, name: str) -> Review:
    return review(office.as_seen_by(visitor), office.originals, office.catalogue, visitor.person, layer, name, today())


def _shapes(found: Review) -> dict[str, Any]:
    repairs = found.repairs if found.repairs is not None else gpd.GeoDataFrame({"repair_id": []}, geometry=[])
    return {
        "findings": _features(found.findings, ("finding_id", "rule", "severity", "feature_id")),
        "repairs": _features(repairs, ("repair_id", "feature_id")),
        "ground": _together([each.ground for each in found.changes], ("change", "class")),
        "parcels": _together([each.parcels for each in found.changes], ("parcel_id",)),
    }


def _together(frames: Sequence[gpd.GeoDataFrame], columns: tuple[str, ...]) -> dict[str, Any]:
    told = [_features(frame, columns) for frame in frames]
    features = [feature for each in told for feature in each["features"]]
    return {"type": "FeatureCollection", "features": features, "count": sum(each["count"] for each in told)}


def _features(frame: gpd.GeoDataFrame, columns: tuple[str, ...]) -> dict[str, Any]:
    """Return what has a place, the first `DRAWN` of it, and how many there are."""
    placed = frame[frame.geometry.notna() & ~frame.geometry.is_empty] if len(frame) else frame
    drawn = placed.iloc[:DRAWN][[*(name for name in columns if name in placed), placed.geometry.name]]
    features: list[dict[str, Any]] = list(drawn.iterfeatures()) if len(drawn) else []
    return {"type": "FeatureCollection", "features": features, "count": len(placed)}
