"""The CRS that a header states, checked against the numbers; a contradiction states nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from landgis.domain.issue import Issue, Severity, shown
from landgis.exchange.points.axes import DEGREES, LOCAL, OTHER, PLAIN, PREFIXED, Axes
from landgis.exchange.points.number_text import narrow
from landgis.exchange.points.points_read import refusal

CGCS2000, XIAN80, BEIJING54 = "CGCS2000", "1980 西安", "1954 北京"
_LOCAL_WORDS = ("上海", "地方", "城建", "城市", "独立")
# EPSG registry: first code of a block, and the zone it belongs to, for (datum, degrees, zone before the easting).
_BLOCKS = {
    (CGCS2000, 3, True): (4513, 25),
    (CGCS2000, 3, False): (4534, 25),
    (CGCS2000, 6, True): (4491, 13),
    (CGCS2000, 6, False): (4502, 13),
    (XIAN80, 3, True): (2349, 25),
    (XIAN80, 3, False): (2370, 25),
    (XIAN80, 6, True): (2327, 13),
    (XIAN80, 6, False): (2338, 13),
    (BEIJING54, 3, True): (2401, 25),
    (BEIJING54, 3, False): (2422, 25),
    (BEIJING54, 6, True): (21413, 13),
    (BEIJING54, 6, False): (21473, 13),
}
_GEOGRAPHIC = {CGCS2000: 4490, XIAN80: 4610, BEIJING54: 4214}


@dataclass(frozen=True)
class DeclaredCrs:
    """What header and numbers together say.

    Attributes
    ----------
    label
        ``EPSG:n``, or None where they do not say it or contradict each other.
    evidence
        Why, in English.
    issues
        Contradictions and exchanged axes.
    """

    label: str | None
    evidence: str
    issues: tuple[Issue, ...]


def declared_crs(name: str, header: Mapping[str, str], axes: Axes) -> DeclaredCrs:
    """Settle what the file says of its CRS.

    Parameters
    ----------
    name
        File.
    header
        Header keys as written.
    axes
        What the numbers are.

    Raises
    ------
    FileUnreadable
        If the header states a unit that is not the metre (or, for degrees, the degree).
    """
    _require_unit(name, header, axes)
    datum, said = _datum(header)
    zone, width = axes.zone or _number(header, "带号"), _number(header, "几度分带", "分带")
    faults = _contradictions(name, header, axes, zone, width)
    issues = (*faults, *_parameters(name, header))
    if faults:
        return DeclaredCrs(None, faults[0].message_en, issues)
    if datum is None:
        reason = f"the header says “{shown(said)}”, no datum that is known" if said else "the header names no datum"
        return DeclaredCrs(None, reason, issues)
    if axes.kind == DEGREES:
        return DeclaredCrs(
            f"EPSG:{_GEOGRAPHIC[datum]}", f"the header says {shown(said)}; the numbers are degrees", issues
        )
    if axes.kind in (LOCAL, OTHER) or zone is None:
        return DeclaredCrs(
            None, f"the header says {shown(said)}; the numbers are {axes.en} and no zone is stated", issues
        )
    first, base = _BLOCKS[datum, _width(zone), axes.kind == PREFIXED]
    source = "the eastings" if axes.zone else "the header"
    return DeclaredCrs(
        f"EPSG:{first + zone - base}", f"the header says {shown(said)}; {source} give zone {zone}", issues
    )


def best_code(axes: Axes, header: Mapping[str, str]) -> int | None:
    """EPSG code of CGCS2000 in which the numbers have their shape, for computing areas; None where no zone is known.

    Neither the datum nor exchanged axes change an area by more than one part in a hundred thousand.
    """
    if axes.kind == DEGREES:
        return _GEOGRAPHIC[CGCS2000]
    zone = axes.zone or _number(header, "带号")
    if axes.kind not in (PREFIXED, PLAIN) or zone is None or not _is_zone(zone):
        return None
    first, base = _BLOCKS[CGCS2000, _width(zone), axes.kind == PREFIXED]
    return first + zone - base


@dataclass(frozen=True)
class Zone:
    """A Gauss-Krüger zone: its datum, width in degrees, number, and whether eastings carry the number."""

    datum: str
    width: int
    number: int
    prefixed: bool


def zone_of_code(code: int | None) -> Zone | None:
    """Return the Gauss-Krüger zone that an EPSG code stands for, or None for any other code."""
    for (datum, width, prefixed), (first, base) in _BLOCKS.items():
        zones = 11 if width == 6 else 21
        if code is not None and first <= code < first + zones:
            return Zone(datum, width, base + code - first, prefixed)
    return None


def _datum(header: Mapping[str, str]) -> tuple[str | None, str]:
    """Datum named by the header, and the words; a local system is no datum we know."""
    said = next((header[key] for key in ("坐标系", "坐标系统", "坐标系类型") if header.get(key)), "")
    plain = narrow(said).upper()
    if any(word in plain for word in _LOCAL_WORDS):
        return None, said
    if "2000" in plain and ("国家" in plain or "CGCS" in plain):
        return CGCS2000, said
    if "西安" in plain or "XIAN" in plain or "1980" in plain:
        return XIAN80, said
    if "北京" in plain or "BEIJING" in plain or "1954" in plain:
        return BEIJING54, said
    return None, said


def _contradictions(
    name: str, header: Mapping[str, str], axes: Axes, zone: int | None, width: int | None
) -> list[Issue]:
    stated = _number(header, "带号")
    projection = header.get("投影类型") or header.get("投影") or ""
    faults = []
    if axes.swapped:
        zh = "X 列是东坐标、Y 列是北坐标，与格式规定（X 为北）相反；未自动对调"
        en = "X holds the easting and Y the northing, against the format (X is north); not exchanged"
        faults.append(Issue("axes_swapped", Severity.SERIOUS, name, zh, en))
    if axes.zone and stated and stated != axes.zone:
        zh, en = (
            f"带号写 {stated}，坐标带 {axes.zone}",
            f"the header says zone {stated}, the eastings carry {axes.zone}",
        )
        faults.append(Issue("zone_disagrees", Severity.SERIOUS, name, zh, en))
    if zone and (not _is_zone(zone) or (width and width != _width(zone))):
        zh = f"{zone} 带不是{width or 3} 度分带的带号" if _is_zone(zone) else f"没有 {zone} 带"
        en = f"zone {zone} is not a zone of {width or 3} degrees" if _is_zone(zone) else f"there is no zone {zone}"
        faults.append(Issue("zone_disagrees", Severity.SERIOUS, name, zh, en))
    if projection and not ("高斯" in projection or "GAUSS" in projection.upper()) and axes.kind != DEGREES:
        zh, en = (
            f"投影类型是“{shown(projection)}”，不是高斯克吕格",
            f"the projection is “{shown(projection)}”, not Gauss-Krüger",
        )
        faults.append(Issue("projection_unknown", Severity.SERIOUS, name, zh, en))
    return faults


def _parameters(name: str, header: Mapping[str, str]) -> list[Issue]:
    """Say when the header holds transformation parameters: nobody applied them here. They are classified: not quoted."""
    if not re.search(r"[1-9]", narrow(header.get("转换参数", ""))):
        return []
    zh = "转换参数不为零，未代为转换；请核对坐标是否已是所写坐标系"
    en = "the header has transformation parameters: not applied; check that the numbers are in the CRS named"
    return [Issue("parameters_not_applied", Severity.SERIOUS, name, zh, en)]


def _require_unit(name: str, header: Mapping[str, str], axes: Axes) -> None:
    unit = narrow(header.get("计量单位") or header.get("单位") or "").strip().casefold()
    wanted = ("度", "degree", "degrees") if axes.kind == DEGREES else ("米", "m", "公尺", "metre", "meter")
    if unit and unit not in wanted and not (axes.kind == DEGREES and unit in ("米", "m")):
        raise refusal(
            name, None, f"计量单位是“{shown(unit)}”，坐标应以米为单位", f"the unit is “{shown(unit)}”; coordinates are in metres",
            "请换算成米后重新导出", "Convert to metres and export again",
        )  # fmt: skip


def _number(header: Mapping[str, str], *keys: str) -> int | None:
    text = narrow(next((header[key] for key in keys if header.get(key)), ""))
    found = re.match(r"\s*([0-9]{1,2})\s*(?:度|带|°|$)", text.replace("三", "3").replace("六", "6"))
    return int(found[1]) if found else None


def _is_zone(zone: int) -> bool:
    return 13 <= zone <= 23 or 25 <= zone <= 45


def _width(zone: int) -> int:
    return 6 if zone <= 23 else 3
