"""What a catalogue file says of a layer of rasters: what its cells may mean."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from landgis.domain.raster import CellCode, CoverClass, Meaning, RasterKind, RasterSpec

Text = Annotated[str, Field(min_length=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Code(_Entry):
    cover: CoverClass
    zh: Text
    en: Text


class _Meaning(_Entry):
    zh: Text
    en: Text
    colours: list[str] = []
    unit: str = ""
    codes: dict[int, _Code] = {}


class RasterEntry(_Entry):
    """The ``raster`` block of a catalogue file."""

    kind: RasterKind
    meanings: dict[str, _Meaning] = Field(min_length=1)
    plausible: tuple[float, float] | None = None

    def fault(self) -> tuple[str, str, str] | None:
        """Say which meaning does not fit the kind, in Chinese and English, and its key; None where all do."""
        for key, meaning in self.meanings.items():
            if bool(meaning.codes) != (self.kind is RasterKind.CLASSES):
                return "分类栅格须有、其他栅格不得有 codes", "codes belong to classes, and to nothing else", key
            if (meaning.unit == "m") != (self.kind is RasterKind.HEIGHTS):
                return "高程的单位须为 m，其他栅格没有单位", "heights are in m, and nothing else has a unit", key
            if bool(meaning.colours) != (self.kind is RasterKind.PICTURE):
                return "影像须有、其他栅格不得有 colours", "colours belong to pictures, and to nothing else", key
        return None

    def spec(self) -> RasterSpec:
        """Return the entry as a noun."""
        meanings = tuple(
            Meaning(key, row.zh, row.en, tuple(row.colours), row.unit, tuple(_codes(row)))
            for key, row in self.meanings.items()
        )
        return RasterSpec(self.kind, meanings, self.plausible)


def _codes(meaning: _Meaning) -> list[CellCode]:
    return [CellCode(code, row.cover, row.zh, row.en) for code, row in meaning.codes.items()]
