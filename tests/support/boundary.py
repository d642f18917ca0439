"""Exchange texts of boundary points as other people's software leaves them; all plots are invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

OUTER = (
    (3425981.250, 40600340.150),
    (3425975.600, 40600452.300),
    (3425897.150, 40600447.850),
    (3425903.700, 40600334.400),
)
"""X (north), Y (east) in zone 40, clockwise from the north-west: 8829.51 m² in the plane."""
HOLE = ((3425950.0, 40600380.0), (3425930.0, 40600380.0), (3425930.0, 40600400.0), (3425950.0, 40600400.0))
"""400 m² inside it."""
PLANAR_M2, ELLIPSOIDAL_M2 = 8429.51, 8427.415
HEADER = {
    "格式版本号": "1.01版本",
    "数据产生单位": "示例测绘单位",
    "数据产生日期": "2026-01-15",
    "坐标系": "2000国家大地坐标系",
    "几度分带": "3",
    "投影类型": "高斯克吕格",
    "计量单位": "米",
    "带号": "40",
    "精度": "0.001",
    "转换参数": "0,0,0,0,0,0,0",
}
Ring = Sequence[tuple[float, float]]


def point_lines(rings: Sequence[Ring], *, closed: bool = True, restart: bool = False, decimals: int = 3) -> list[str]:
    """Lines of points, numbered through or from J1 in each ring."""
    lines, number = [], 0
    for at, ring in enumerate(rings, 1):
        number = 0 if restart else number
        first = number + 1
        for north, east in ring:
            number += 1
            lines.append(f"J{number},{at},{north:.{decimals}f},{east:.{decimals}f}")
        if closed:
            lines.append(f"J{first},{at},{ring[0][0]:.{decimals}f},{ring[0][1]:.{decimals}f}")
    return lines


def block(
    rings: Sequence[Ring] = (OUTER, HOLE),
    *,
    number: str = "SJ-DEMO-001",
    area: str = "0.8427",
    count: str | None = None,
    name: str = "示例地块一",
    kind: str = "面",
    code: str = "",
    points: Sequence[str] | None = None,
    **form: bool,
) -> list[str]:
    """Lines of one plot."""
    lines = list(points if points is not None else point_lines(rings, **form))
    stated = str(len(lines)) if count is None else count
    return [f"{stated},{area},{number},{name},{kind},,商服用地,{code},@", *lines]


def text(
    *blocks: Sequence[str], header: Mapping[str, str | None] | None = None, project: Mapping[str, str] | None = None
) -> str:
    """A whole text; header values given replace the usual ones, None leaves a key out."""
    keys = {key: value for key, value in {**HEADER, **(header or {})}.items() if value is not None}
    lines = [f"{key}={value}" for key, value in keys.items()]
    front = ["[项目信息]", *(f"{key}={value}" for key, value in project.items())] if project else []
    body = [line for each in blocks or (block(),) for line in each]
    return "\n".join([*front, "[属性描述]", *lines, "[地块坐标]", *body, ""])


def write(path: Path, content: str, encoding: str = "utf-8", newline: str = "\n") -> Path:
    """Write a text with its encoding and line ends."""
    path.write_bytes(content.replace("\n", newline).encode(encoding))
    return path
