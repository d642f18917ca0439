"""What a raster file says of itself, and what its cells hold, before anybody has said what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from landgis.domain.raster import Extent


@dataclass(frozen=True)
class RasterFacts:
    """What a raster file holds.

    Attributes
    ----------
    source_name, content_hash
        Name, and SHA-256 of what was read.
    width, height, bands, dtype
        Size in cells, number of bands and type of a cell.
    crs
        WKT of the CRS; None where the file does not say it.
    extent
        West, south, east, north in that CRS; None where the file is not placed.
    cell_size
        Width and height of a cell in units of the CRS; None where the file is not placed.
    nodata
        Value of cells without data, per band.
    placing
        Affine numbers a, b, c, d, e, f: x = a·column + b·row + c, y = d·column + e·row + f.
    layout
        ``COG``, ``tiled`` or ``striped``.
    colours
        What each band is called, e.g. ``red``; ``alpha`` is transparency.
    masked
        Whether transparency or a mask says which cells hold data.
    scale, offset
        Value = number in the file · scale + offset.
    unit
        Unit that the file names; empty without.
    points
        Whether the file says that its values hold at points; cells then reach half a cell to every side of them.
    empty_blocks
        Blocks that the file does not hold at all.
    nan_nodata
        Whether the file says that what is no number is no data.
    not_numbers
        Cells of the first band that are no finite number.
    lowest, highest
        Of the first band as it stands in the file, without nodata; None where no cell is left.
    codes
        Cells per code of the first band, nodata included; None where its cells are no codes (decimals, or more than
        256 different values).
    """

    source_name: str
    content_hash: str
    width: int
    height: int
    bands: int
    dtype: str
    crs: str | None
    extent: Extent | None
    cell_size: tuple[float, float] | None
    nodata: tuple[float | None, ...]
    placing: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    layout: str = "striped"
    colours: tuple[str, ...] = ()
    masked: bool = False
    scale: float = 1.0
    offset: float = 0.0
    unit: str = ""
    points: bool = False
    empty_blocks: int = 0
    nan_nodata: bool = False
    not_numbers: int = 0
    lowest: float | None = None
    highest: float | None = None
    codes: Mapping[int, int] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain fields."""
        return asdict(self)
