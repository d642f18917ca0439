"""Coordinates as people type them."""

from __future__ import annotations

import pytest

from landgis.crs.typed import typed_pair


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("615000.5 3424000.25", (615000.5, 3424000.25)),
        ("６１５０００，３４２４０００", (615000.0, 3424000.0)),
        ("X: 3424000, Y: 40615000", (3424000.0, 40615000.0)),
        ("121.25、31.05", (121.25, 31.05)),
        ("121°15′ 31°3′", (121.25, 31.05)),
        ("北纬31°03'00\" 东经121°15'00\"", (121.25, 31.05)),
        ("31°3'0\"N, 121°15'0\"E", (121.25, 31.05)),
        ("121度15分36秒 31度3分36秒", (121.26, 31.06)),
        ("-12345.6 -23456.7", (-12345.6, -23456.7)),
    ],
)
def test_pairs_are_read(text: str, pair: tuple[float, float]) -> None:
    assert typed_pair(text) == pytest.approx(pair)


@pytest.mark.parametrize("text", ["SJ-001", "佘山镇", "310117106", "121°15′", "121°75′ 31°3′", "1 2 3", "新桥 12", ""])
def test_what_is_no_pair_is_none(text: str) -> None:
    assert typed_pair(text) is None
