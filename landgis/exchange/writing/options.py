"""What a deliverer says beyond the frames: captions, lengths, styles, encoding, and which losses are accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from landgis.exchange.writing.boundary_text import BoundaryHeader


@dataclass(frozen=True)
class FieldForm:
    """How one column goes into the file.

    Attributes
    ----------
    alias
        Caption shown beside the name, where the format has room for one.
    short
        Name to use where the column's own does not fit; empty: one is made.
    length
        Characters a text may have; None: not stated.
    decimals
        Decimals of a number; None: as many as the values have.
    """

    alias: str = ""
    short: str = ""
    length: int | None = None
    decimals: int | None = None


@dataclass(frozen=True)
class LayerForm:
    """How one layer goes into the file.

    Attributes
    ----------
    alias
        Caption of the layer.
    key
        Column that names a row in the loss report; empty: its number.
    fields
        Column → form; columns left out go as they are.
    qml, sld
        Style texts to store inside, where the format has room for them.
    """

    alias: str = ""
    key: str = ""
    fields: Mapping[str, FieldForm] = field(default_factory=dict)
    qml: str = ""
    sld: str = ""


@dataclass(frozen=True)
class PlotForm:
    """What an exchange text of boundary points needs: its header, and the columns that name a plot and state its area.

    Attributes
    ----------
    header
        CRS, producer and date.
    number, area_m2
        Columns of 地块编号 and of the area in square metres, in the header's basis.
    name, use_name, use_code, sheet
        Columns of 地块名称, 地块用途, 地类编码, 图幅号; empty: left blank.
    precision
        Decimals of a coordinate.
    """

    header: BoundaryHeader
    number: str
    area_m2: str
    name: str = ""
    use_name: str = ""
    use_code: str = ""
    sheet: str = ""
    precision: int = 3


@dataclass(frozen=True)
class WritingOptions:
    """Options of one file.

    Attributes
    ----------
    accept
        Codes of losses that may happen.
    layers
        Layer name → form; layers left out go as they are.
    encoding
        Of shapefiles and boundary texts: ``GBK``, ``GB18030`` or ``UTF-8``.
    metadata_xml
        ISO 19115 record to store inside, where the format has room for it.
    plots
        For boundary texts.
    """

    accept: frozenset[str] = frozenset()
    layers: Mapping[str, LayerForm] = field(default_factory=dict)
    encoding: str = "GBK"
    metadata_xml: str = ""
    plots: PlotForm | None = None

    def layer(self, name: str) -> LayerForm:
        """Return the form of a layer."""
        return self.layers.get(name, LayerForm())
