"""Looking into a foreign file: what it holds, and whether it would be accepted; nothing is saved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landgis import crs as crs_room
from landgis.crs import GeometryArray
from landgis.errors import InputError, LandgisError, NeedsAnswer, NotFound
from landgis.exchange.reading.detect import GEOTIFF, WORKBOOK, sniff
from landgis.exchange.reading.inspected import Inspection
from landgis.exchange.reading.vector import OpenedFile, open_file, read_vector
from landgis.services.inspecting.inspect_layer import FAULTS, Answers, Look
from landgis.services.inspecting.inspect_raster import inspect_raster

if TYPE_CHECKING:
    from landgis.frames.layer import LayerData

__all__ = ["Answers", "inspect_file", "reference_of"]


def inspect_file(path: Path, answers: Answers, reference: GeometryArray | None = None) -> Inspection:
    """Say what a file holds and whether it would be accepted; a bad file is an answer, never an error.

    Parameters
    ----------
    path
        Any file.
    answers
        What is known of it.
    reference
        Geometry known to lie right, in the working CRS, to recognise a web map's shift; None: nothing to compare with.
    """
    try:
        if path.is_file() and sniff(path) == GEOTIFF:
            return inspect_raster(path, answers.crs)
        with open_file(path, encoding=answers.encoding) as opened:
            return _every_layer(path, opened, answers, reference)
    except NeedsAnswer as asked:
        return Inspection(path.name, "", "", (), (), asked.questions, (), ())
    except FAULTS as error:
        return Inspection(path.name, "", "", (), (), (), (), (error,))


def reference_of(files: Sequence[Path], published: Sequence[LayerData]) -> GeometryArray | None:
    """Gather what to compare with, in the working CRS; None where nothing is given.

    Parameters
    ----------
    files
        Files of one layer each.
    published
        Releases of the database.
    """
    found = [np.asarray(layer.features.geometry.array, dtype=object) for layer in published]
    for file in files:
        raw = read_vector(file)
        moved, _ = crs_room.to_crs(np.asarray(raw.frame.geometry.array, dtype=object), raw.crs)
        found.append(moved)
    return np.concatenate(found) if found else None


def _every_layer(path: Path, opened: OpenedFile, answers: Answers, reference: GeometryArray | None) -> Inspection:
    refusals: list[LandgisError] = []
    looks = []
    for name in _wanted(opened, answers.layer, refusals):
        look = Look(path, opened, name, answers)
        looks.append((look, look.at_layer(reference)))
    return Inspection(
        opened.source_name,
        opened.driver,
        opened.content_hash,
        opened.members,
        tuple(layer for _, layer in looks),
        tuple(question for look, _ in looks for question in look.questions),
        tuple(issue for look, _ in looks for issue in look.issues),
        (*refusals, *(error for look, _ in looks for error in look.refusals)),
    )


def _wanted(opened: OpenedFile, layer: str | None, refusals: list[LandgisError]) -> list[str | None]:
    """Names of the layers to look at; a workbook is one, by whatever sheet is asked for."""
    if opened.driver == WORKBOOK:
        return [layer]
    names = [part.name for part in opened.parts]
    if not names:
        refusals.append(_no_layer(opened.source_name))
    elif layer is not None and layer not in names:
        refusals.append(_no_such_layer(opened.source_name, layer, names))
    return [name for name in names if layer in (None, name)]


def _no_layer(source: str) -> InputError:
    return InputError(
        f"{source} 里没有空间图层",
        f"{source} holds no layer with geometry",
        where=source,
        next_zh="请提供含空间要素的图层",
        next_en="Deliver a layer with features",
    )


def _no_such_layer(source: str, layer: str, names: Sequence[str]) -> NotFound:
    return NotFound(
        f"{source} 里没有图层“{layer}”",
        f"{source} has no layer “{layer}”",
        where=source,
        next_zh=f"现有图层：{'、'.join(names)}",
        next_en=f"It has: {', '.join(names)}",
    )
