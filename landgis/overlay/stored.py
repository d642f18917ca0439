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
from landgis.overlay.sound import Arrays, require_sound
from landgis.overlay.texts import Texts
from landgis.overlay.tree import Tree

FORMAT = 2
"""Raised with every change of the layout; a folder of another format is not read but made anew."""
DAMAGE = (FileNotFoundError, NotADirectoryError, EOFError, ValueError, LookupError, TypeError, AttributeError)
"""What a damaged folder raises when it is read. Whatever else the system refuses says nothing against the folder."""
_CONTENTS = "index.json"


def save(parts: Mapping[str, Any], folder: Path) -> None:
    """Write the parts of an index into a folder that does not exist yet."""
    write(_arrays(parts), folder)


def load(folder: Path) -> dict[str, Any]:
    """Open the parts of an index, whose arrays point nowhere but into each other.

    Raises
    ------
    InputError
        If the folder holds no index of this format, or an array is not what the contents and the other arrays say.
    """
    try:
        arrays = read(folder)
        require_sound(arrays)
        return _parts(arrays)
    except DAMAGE as error:
        raise InputError(
            f"图层索引 {folder.name} 不完整或版本不符：{error}",
            f"The layer index {folder.name} is incomplete or of another version: {error}",
            next_zh="删除该索引文件夹后重试，索引会按图层版本重新建立",
            next_en="Delete the folder of the index and try again: it is built anew from the release",
        ) from error


def write(arrays: Arrays, folder: Path) -> None:
    """Write arrays into a folder that does not exist yet."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        shapes = {}
        for name, array in arrays.items():
            np.save(beside / f"{name}.npy", array, allow_pickle=False)
            shapes[name] = [str(array.dtype), *array.shape]
        (beside / _CONTENTS).write_text(json.dumps({"format": FORMAT, "arrays": shapes}, indent=1), encoding="utf-8")
        beside.chmod(0o755)  # mkdtemp makes it for one account; whoever may reach the cache may read it
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def read(folder: Path) -> Arrays:
    """Open arrays; they stay on the disk and are read as they are needed. A damaged folder raises one of `DAMAGE`."""
    contents = json.loads((folder / _CONTENTS).read_text(encoding="utf-8"))
    if contents["format"] != FORMAT:
        raise ValueError(f"format {contents['format']}")
    return {name: _mapped(folder / f"{name}.npy", shape) for name, shape in contents["arrays"].items()}


def _mapped(path: Path, shape: list[Any]) -> npt.NDArray[Any]:
    array: npt.NDArray[Any] = np.asarray(np.load(path, mmap_mode="r" if 0 not in shape[1:] else None))
    if [str(array.dtype), *array.shape] != shape:
        raise ValueError(f"{path.name}: {array.dtype} {array.shape}")
    array.flags.writeable = False
    return array


def _arrays(parts: Mapping[str, Any]) -> Arrays:
    polygons: Polygons = parts["polygons"]
    return {
        **{f"rings_{name}": array for name, array in polygons.rings._asdict().items()},
        "part_of": polygons.part_of,
        "exterior_of": polygons.exterior_of,
        "area_m2": polygons.area_m2,
        **{f"tree_{name}": array for name, array in parts["tree"]._asdict().items()},
        "sharers_first": parts["sharers"][0],
        "sharers_other": parts["sharers"][1],
        "positions": parts["positions"],
        "class_of": parts["class_of"],
        **_flat("feature_ids", parts["feature_ids"]),
        **_flat("class_names", parts["class_names"]),
    }


def _flat(name: str, column: npt.NDArray[Any] | Texts) -> Arrays:
    """Whole numbers as they are, texts as one buffer."""
    if isinstance(column, np.ndarray) and column.dtype.kind in "iu":
        return {name: column}
    texts = column if isinstance(column, Texts) else Texts.of(column.tolist())
    return {f"{name}_utf8": texts.utf8, f"{name}_start": texts.start}


def _column(name: str, arrays: Arrays) -> npt.NDArray[Any] | Texts:
    return arrays[name] if name in arrays else Texts(arrays[f"{name}_utf8"], arrays[f"{name}_start"])


def _parts(arrays: Arrays) -> dict[str, Any]:
    rings = Rings(*(arrays[f"rings_{name}"] for name in Rings._fields))
    names = _column("class_names", arrays)
    return {
        "polygons": Polygons(rings, arrays["part_of"], arrays["exterior_of"], arrays["area_m2"]),
        "tree": Tree(*(arrays[f"tree_{name}"] for name in Tree._fields)),
        "sharers": (arrays["sharers_first"], arrays["sharers_other"]),
        "feature_ids": _column("feature_ids", arrays),
        "class_names": names[np.arange(len(names))],  # few, and looked up for every hit
        "positions": arrays["positions"],
        "class_of": arrays["class_of"],
    }
