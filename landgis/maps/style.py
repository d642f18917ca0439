"""How things look on a map: symbols of land use, of verdicts, and of layers whose style is given as data.

Every symbol differs from its neighbours in colour and in hatch, so that a black-and-white copy can still be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from landgis.domain.catalogue import LayerStyle
from landgis.domain.land_use import Scheme, look_up, normalise
from landgis.domain.outcome import Outcome

HATCH_KINDS = ("diagonal", "back", "cross", "horizontal", "vertical", "grid", "dots")
INK = "#222222"
"""Outline of parcels and of everything that must be read first."""
_WHITE = "#ffffff"


@dataclass(frozen=True)
class Lettering:
    """How names and numbers are set on a map: type with a light rim, legible over any ground."""

    ink: str = INK
    halo: str = _WHITE
    size_pt: float = 7.0
    halo_mm: float = 0.5


LETTERING = Lettering()
_LAYER_HATCHES = {
    "none": "",
    "diag": "diagonal",
    "cross": "cross",
    "dots": "dots",
    "vert": "vertical",
    "horiz": "horizontal",
}


@dataclass(frozen=True)
class Hatch:
    """Lines or dots over a fill.

    Attributes
    ----------
    kind
        One of ``HATCH_KINDS``.
    ink
        Colour, ``#rrggbb``.
    spacing_mm, width_mm
        Distance between lines and their width on paper.
    """

    kind: str
    ink: str
    spacing_mm: float = 1.5
    width_mm: float = 0.15


@dataclass(frozen=True)
class Symbol:
    """How one kind of area or line is drawn.

    Attributes
    ----------
    fill, stroke
        ``#rrggbb``, or empty for none.
    opacity
        Of the fill, 0–1.
    stroke_mm, dash_mm
        Line width and dash pattern on paper; an empty pattern is a full line.
    hatch
        Pattern over the fill, or None.
    """

    fill: str = ""
    opacity: float = 1.0
    stroke: str = ""
    stroke_mm: float = 0.2
    dash_mm: tuple[float, ...] = ()
    hatch: Hatch | None = None


_DENSE, _WIDE = 0.9, 1.6
# Twelve patterns: as many as the largest family of one colour has members (公用设施 1301–1312).
_PATTERNS = (
    ("diagonal", _WIDE),
    ("back", _WIDE),
    ("cross", 2.0),
    ("horizontal", 1.4),
    ("vertical", 1.4),
    ("grid", 1.8),
    ("dots", 1.3),
    ("diagonal", _DENSE),
    ("back", _DENSE),
    ("horizontal", 0.8),
    ("vertical", 0.8),
    ("dots", 0.8),
)
# First pattern of a family, so that the common uses (商服, 工业, 仓储, 住宅) differ without colour too.
_FIRST_PATTERN = {"09": 0, "10": 1, "11": 4, "07": 3, "08": 6, "13": 5, "12": 9}

VERDICT_EN = {
    Outcome.CLEAR: "clear",
    Outcome.FLAGGED: "to be checked",
    Outcome.UNKNOWN: "undecidable",
    Outcome.EXCLUDED: "excluded",
}
# Okabe and Ito's colours: told apart by every common kind of colour vision.
_VERDICTS = {
    Outcome.CLEAR: Symbol("#009e73", 0.55, "#00543d", 0.3),
    Outcome.FLAGGED: Symbol("#e69f00", 0.6, "#7a5400", 0.3, hatch=Hatch("diagonal", "#7a5400")),
    Outcome.UNKNOWN: Symbol("#8c8c8c", 0.5, "#404040", 0.3, hatch=Hatch("dots", "#404040", 1.2, 0.35)),
    Outcome.EXCLUDED: Symbol("#d55e00", 0.65, "#6e3000", 0.3, hatch=Hatch("cross", "#6e3000", 1.8)),
}

POOL_SYMBOL = Symbol(stroke="#0072b2", stroke_mm=0.5, dash_mm=(1.6, 0.8))
"""Parcels of the pool over what they were judged: an outline alone, in a colour that no verdict has."""


def verdict_symbol(verdict: Outcome) -> Symbol:
    """Symbol of a verdict: colour-blind safe, each with its own hatch (``clear`` has none).

    Parameters
    ----------
    verdict
        Any outcome but ``not_asked``, which is never a verdict.
    """
    return _VERDICTS[verdict]


def use_class(code: str) -> str:
    """Class by which a planned use is drawn: its second level (``090102`` → ``0901``)."""
    return normalise(code, Scheme.GUIDE_2023)[:4]


def use_label_zh(code: str) -> str:
    """Legend text of a use class: code and name, or the code said to be unrecognised."""
    use = look_up(code, Scheme.GUIDE_2023)
    return f"{use.code} {use.name_zh}" if use else f"{code} 代码无法识别"


def use_symbol(code: str) -> Symbol:
    """Symbol of a planned-use class of the 2023 guide.

    The fill is the customary colour of the code table; the hatch tells classes of one colour apart. A code that the
    guide does not have is drawn grey and cross-hatched.

    Parameters
    ----------
    code
        Land-use code of the scheme ``guide2023``, any level.
    """
    use = look_up(use_class(code), Scheme.GUIDE_2023)
    if use is None or not use.rgb:
        return Symbol("#cccccc", 1.0, INK, 0.25, hatch=Hatch("cross", "#555555", 1.2))
    red, green, blue = (int(part) for part in use.rgb.split(","))
    fill = _hex(red, green, blue)
    member = int(use.code[2:4] or 0)
    if member == 0:
        return Symbol(fill, 1.0, INK, 0.25)
    return Symbol(fill, 1.0, INK, 0.25, hatch=_hatch(_FIRST_PATTERN.get(use.code[:2], 0) + member - 1, fill))


def use_symbols(codes: Iterable[str]) -> dict[str, Symbol]:
    """Symbols of the use classes of one set of sheets: no two of them look alike in a grey print.

    Each class keeps the symbol of ``use_symbol``, but where two would have the same hatch on grounds of like
    brightness, the later one takes the next free hatch. There are more hatches and grounds than a plan has classes;
    should they run out, the class keeps its own.

    Parameters
    ----------
    codes
        Use classes (``use_class``); the order does not matter.
    """
    taken: set[tuple[str, float, str]] = set()
    symbols: dict[str, Symbol] = {}
    for code in sorted(set(codes)):
        own = use_symbol(code)
        others = [replace(own, hatch=_hatch(each, own.fill)) for each in range(len(_PATTERNS))]
        free = (symbol for symbol in (own, *others) if in_grey(symbol) not in taken)
        symbols[code] = next(free, own)
        taken.add(in_grey(symbols[code]))
    return symbols


def in_grey(symbol: Symbol) -> tuple[str, float, str]:
    """What is left of a symbol in a grey print: its hatch, the distance of its lines, and whether the ground is light."""
    hatch = symbol.hatch
    ground = "dark" if symbol.fill and hatch and hatch.ink == _WHITE else "light"
    return (hatch.kind, hatch.spacing_mm, ground) if hatch else ("", 0.0, _tone(symbol.fill))


def _tone(fill: str) -> str:
    if not fill:
        return "none"
    red, green, blue = (int(fill[at : at + 2], 16) for at in (1, 3, 5))
    return f"{round(_brightness(red, green, blue) / 64)}"


def _hatch(position: int, fill: str) -> Hatch:
    kind, spacing = _PATTERNS[position % len(_PATTERNS)]
    red, green, blue = (int(fill[at : at + 2], 16) for at in (1, 3, 5))
    return Hatch(kind, _ink_on(red, green, blue), spacing, 0.3 if kind == "dots" else 0.14)


def layer_symbol(style: LayerStyle) -> Symbol:
    """Symbol of a catalogue layer, from its style.

    Fills and hatches are laid on thinly, so that layers over each other stay legible; a layer without fill and hatch
    is drawn by a heavier line.
    """
    kind = _LAYER_HATCHES[style.hatch]
    dots = kind == "dots"
    ink = _paler(style.stroke_rgb, 0.35)
    hatch = Hatch(kind, ink, 1.7 if dots else 2.8, 0.25 if dots else 0.1) if kind else None
    if style.fill_rgb is None:
        outline = 0.3 if hatch else 0.5
        return Symbol(stroke=_hex(*style.stroke_rgb), stroke_mm=outline, dash_mm=style.dash_mm, hatch=hatch)
    # A dashed outline of a filled area says something by itself: it must be wide enough for its gaps to be seen.
    outline = 0.35 if style.dash_mm else 0.12
    return Symbol(_hex(*style.fill_rgb), 0.55, _paler(style.stroke_rgb, 0.2), outline, style.dash_mm, hatch)


def _paler(rgb: tuple[int, int, int], share: float) -> str:
    """Mix a colour with white, so that what lies around stays behind the parcels."""
    red, green, blue = (round(part + (255 - part) * share) for part in rgb)
    return _hex(red, green, blue)


def _hex(red: int, green: int, blue: int) -> str:
    return f"#{red:02x}{green:02x}{blue:02x}"


def _ink_on(red: int, green: int, blue: int) -> str:
    """Hatch colour that stands out on a fill, in grey print too: white on a dark fill, a darker shade on a light one."""
    if _brightness(red, green, blue) < 110:
        return _WHITE
    return _hex(red * 2 // 5, green * 2 // 5, blue * 2 // 5)


def _brightness(red: int, green: int, blue: int) -> float:
    return 0.299 * red + 0.587 * green + 0.114 * blue
