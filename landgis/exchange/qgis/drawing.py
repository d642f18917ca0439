"""How one layer is drawn and what its legend says, whatever program draws it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from landgis.domain.catalogue import LayerSpec
from landgis.domain.outcome import VERDICTS
from landgis.maps.style import (
    LETTERING,
    POOL_SYMBOL,
    VERDICT_EN,
    Lettering,
    Symbol,
    layer_symbol,
    use_label_zh,
    use_symbols,
    verdict_symbol,
)


@dataclass(frozen=True)
class DrawnClass:
    """One entry of a legend: the value it stands for ('' where the layer has but one), its words, its symbol."""

    value: str
    zh: str
    en: str
    symbol: Symbol

    @property
    def words(self) -> str:
        """What a legend prints, Chinese first."""
        return f"{self.zh} {self.en}".strip()


@dataclass(frozen=True)
class Drawing:
    """How a layer is drawn.

    Attributes
    ----------
    zh, en
        Its name.
    classes
        Legend entries; one alone where ``by`` is empty.
    by
        Field that tells the classes apart.
    label
        Field that is written at every feature; empty for none.
    """

    zh: str
    en: str
    classes: tuple[DrawnClass, ...]
    by: str = ""
    label: str = ""
    lettering: Lettering = LETTERING

    @property
    def words(self) -> str:
        """Name of the layer, Chinese first."""
        return f"{self.zh} {self.en}"


def verdict_drawing() -> Drawing:
    """Draw judged parcels by verdict, the worst last."""
    classes = tuple(DrawnClass(each.value, each.zh, VERDICT_EN[each], verdict_symbol(each)) for each in VERDICTS)
    return Drawing("筛查地块", "Judged parcels", classes, "verdict")


def use_drawing(classes: Iterable[str]) -> Drawing:
    """Draw plan lines by class of planned use, with their numbers.

    Parameters
    ----------
    classes
        The use classes that the plan has (``maps.style.use_class``).
    """
    drawn = tuple(DrawnClass(code, use_label_zh(code), "", symbol) for code, symbol in use_symbols(classes).items())
    return Drawing("计划地块", "Parcels of the plan", drawn, "use_class", "line_no")


def pool_drawing() -> Drawing:
    """Draw members of the pool as outlines."""
    return _single("储备项目库地块", "Parcels in the pool", POOL_SYMBOL)


def layer_drawing(spec: LayerSpec, label: str = "") -> Drawing:
    """Draw a layer of the catalogue in its style."""
    return _single(spec.style.legend_zh, spec.style.legend_en, layer_symbol(spec.style), label)


def _single(zh: str, en: str, symbol: Symbol, label: str = "") -> Drawing:
    return Drawing(zh, en, (DrawnClass("", zh, en, symbol),), label=label)
