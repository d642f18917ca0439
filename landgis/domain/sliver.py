"""Why a parcel overlaps a feature by a little: five answers, one of them "cannot be told"."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """Cause of a sliver. It explains a conflict and never lifts one."""

    DOUBLE_DRAWN = "double_drawn"
    """One border, digitised twice: the two lines cross each other to and fro."""
    PROJECTION_CHORD = "projection_chord"
    """One border, with few points on one side and many on the other: a chord against its arc."""
    UNIFORM_SHIFT = "uniform_shift"
    """The parcel, or the sheet of the layer, stands a single vector away from its place."""
    TRUE_ENCROACHMENT = "true_encroachment"
    UNDECIDED = "undecided"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _ZH[self]

    @property
    def harmless(self) -> bool:
        """Whether the drawing, not the use of the ground, is proven to be at fault."""
        return self in (Cause.DOUBLE_DRAWN, Cause.PROJECTION_CHORD, Cause.UNIFORM_SHIFT)


_ZH = {
    Cause.DOUBLE_DRAWN: "边界重复绘制",
    Cause.PROJECTION_CHORD: "投影弦差（折点疏密不一）",
    Cause.UNIFORM_SHIFT: "整体偏移",
    Cause.TRUE_ENCROACHMENT: "真实压占",
    Cause.UNDECIDED: "成因待定",
}
