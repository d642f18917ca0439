"""Saved indexes: one file per array, memory-mapped when opened; a folder is there whole or not at all."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from landgis.errors import InputError
from landgis.overlay.polygons import Polygons, Rings
from landgis.overlay.tree import Tree

FORMAT = 1
"""Raised with every change of the layout; a folder of another format is not read but made anew."""
_CONTENTS = "index.json"


def save(parts: Mapping[str, Any], folder: Path) -> None:
    """Write the parts of an index into a folder that does not exist yet."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        shapes = {}
        for name, array in _arrays(parts).items():
            np.save(beside / f"{name}.npy", array, allow_pickle=False)
            shapes[name] = [str(array.dtype), *array.shape]
        (beside / _CONTENTS).write_text(json.dumps({"format": FORMAT, "arrays": shapes}, indent=1), encoding="utf-8")
        beside.chmod(0o755)  # mkdtemp makes it for one account; whoever may reach the cache may read it
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def load(folder: Path) -> dict[str, Any]:
    """Open the parts of an index.

    Raises
    ------
    InputError
        If the folder holds no index of this format, or an array is not what the contents say.
    """
    try:
        contents = json.loads((folder / _CONTENTS).read_text(encoding="utf-8"))
        arrays = {name: _mapped(folder / f"{name}.npy", shape) for name, shape in contents["arrays"].items()}
        if contents["format"] != FORMAT:
            raise ValueError(f"format {contents['format']}")
        return _parts(arrays)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"图层索引 {folder.name} 不完整或版本不符：{error}",
            f"The layer index {folder.name} is incomplete or of another version: {error}",
            next_zh="删除该索引文件夹后重试，索引会按图层版本重新建立",
            next_en="Delete the folder of the index and try again: it is built anew from the release",
        ) from error


def _mapped(path: Path, shape: list[Any]) -> npt.NDArray[Any]:
    array: npt.NDArray[Any] = np.asarray(np.load(path, mmap_mode="r" if 0 not in shape[1:] else None))
    if [str(array.dtype), *array.shape] != shape:
        raise ValueError(f"{path.name}: {array.dtype} {array.shape}")
    array.flags.writeable = False
    return array


def _arrays(parts: Mapping[str, Any]) -> dict[str, npt.NDArray[Any]]:
    polygons: Polygons = parts["polygons"]
    return {
        **{f"rings_{name}": array for name, array in polygons.rings._asdict().items()},
        "part_of": polygons.part_of,
        "exterior_of": polygons.exterior_of,
        "area_m2": polygons.area_m2,
        **{f"tree_{name}": array for name, array in parts["tree"]._asdict().items()},
        "sharers_first": parts["sharers"][0],
        "sharers_other": parts["sharers"][1],
        **{name: parts[name] for name in ("feature_ids", "positions", "class_of", "class_names")},
    }


def _parts(arrays: dict[str, npt.NDArray[Any]]) -> dict[str, Any]:
    rings = Rings(*(arrays[f"rings_{name}"] for name in Rings._fields))
    return {
        "polygons": Polygons(rings, arrays["part_of"], arrays["exterior_of"], arrays["area_m2"]),
        "tree": Tree(*(arrays[f"tree_{name}"] for name in Tree._fields)),
        "sharers": (arrays["sharers_first"], arrays["sharers_other"]),
        **{name: arrays[name] for name in ("feature_ids", "positions", "class_of", "class_names")},
    }
