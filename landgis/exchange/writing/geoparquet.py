"""GeoParquet 1.1 in pieces: a file of any size is written group by group, so that memory holds one group only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.exchange.writing.atomic import replacing

_BOX = ("xmin", "ymin", "xmax", "ymax")
_SHAPE = "geometry"
_POLYGONAL = ("Polygon", "MultiPolygon")


class GeoParquetDraft:
    """A file being written; every call of ``add`` makes one row group.

    Parameters
    ----------
    path
        File.
    crs
        CRS of all geometry.
    substitute
        Whether its metadata say 替代数据，非法定成果.
    kinds
        Geometry types, as the standard spells them.
    """

    def __init__(self, path: Path, crs: CRS, *, substitute: bool, kinds: Sequence[str] = _POLYGONAL) -> None:
        self.path, self.rows = path, 0
        self._metadata = {"geo": json.dumps(_geo(crs, kinds), ensure_ascii=False)}
        if substitute:
            self._metadata["landgis:substitute"] = f"{SUBSTITUTE_ZH} {SUBSTITUTE_EN}"
        self._writer: pq.ParquetWriter | None = None
        self._file = pa.OSFile(str(path), "wb")

    def add(self, columns: Mapping[str, pa.Array], shapes: npt.NDArray[np.object_]) -> None:
        """Append features: columns of one length, and geometries of that number."""
        box = shapely.bounds(shapes).reshape(-1, 4)
        boxes = pa.StructArray.from_arrays([pa.array(box[:, at]) for at in range(4)], names=list(_BOX))
        wkb = pa.array(shapely.to_wkb(shapes, flavor="iso"), pa.binary())
        table = pa.table({**columns, "bbox": boxes, _SHAPE: wkb})
        if self._writer is None:
            schema = table.schema.with_metadata(self._metadata)
            self._writer = pq.ParquetWriter(
                self._file, schema, compression="zstd", compression_level=1, write_page_checksum=True
            )
        if len(shapes):
            self._writer.write_table(table.cast(self._writer.schema), row_group_size=len(shapes))
        self.rows += len(shapes)

    def close(self) -> None:
        """Write the footer, without which the file is none; whatever comes of that, let go of the file."""
        try:
            if self._writer is not None:
                self._writer.close()
        finally:
            self._file.close()


@contextmanager
def geoparquet(path: Path, crs: CRS, *, substitute: bool = False) -> Iterator[GeoParquetDraft]:
    """Give a draft to add features to; it replaces a file of that name when the block ends well, else nothing is left."""
    with replacing(path) as target:
        draft = GeoParquetDraft(target, crs, substitute=substitute)
        try:
            yield draft
        finally:
            draft.close()


def _geo(crs: CRS, kinds: Sequence[str]) -> dict[str, object]:
    column = {
        "encoding": "WKB",
        "geometry_types": list(kinds),
        "crs": crs.to_json_dict(),
        "covering": {"bbox": {edge: ["bbox", edge] for edge in _BOX}},
    }
    return {"version": "1.1.0", "primary_column": _SHAPE, "columns": {_SHAPE: column}}
