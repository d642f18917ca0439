"""Codes and names: which CRS survey data of the two districts come in."""

from __future__ import annotations

from functools import lru_cache

from pyproj import CRS
from pyproj.exceptions import CRSError

from landgis.crs.datum import is_web_mercator, other_datum
from landgis.crs.deployed import LOCAL, SETTING, deployed, is_deployed
from landgis.errors import CrsUnsuitable, UsageError

WORKING = CRS.from_epsg(4549)
"""Default working CRS: CGCS2000 / 3-degree Gauss-Kruger, central meridian 120°E, metres."""
GEOGRAPHIC = CRS.from_epsg(4490)
SURVEY_CODES = (4490, 4527, 4528, 4529, 4548, 4549, 4550)
"""CGCS2000 geographic; 3-degree zones 39–41 with zone prefix; the same without (standards: EPSG registry)."""
SIX_DEGREE_CODES = (4498, 4499, 4509, 4510)
"""CGCS2000 6-degree zones 20 and 21, with prefix and without: the plane of maps of 1:25,000 and smaller."""
_WGS84 = 4326


def parse(text: str | int | CRS, where: str = "") -> CRS:
    """Read a CRS from an EPSG code, an authority string or WKT; ``local`` is the deployment's own.

    Parameters
    ----------
    text
        Code, string or CRS.
    where
        File it is said of, for the message.

    Raises
    ------
    UsageError
        If PROJ cannot make a CRS of it, or the deployment supplies none.
    """
    if isinstance(text, str) and text.strip().lower() == LOCAL:
        return _local(where)
    try:
        return CRS.from_user_input(text)
    except CRSError as error:
        raise UsageError(
            f"无法识别坐标系“{_short(text)}”",
            f"“{_short(text)}” is not a CRS that PROJ knows",
            where=where,
            next_zh="请写成 EPSG:4549 这样的代码",
            next_en="Write a code such as EPSG:4549",
        ) from error


def _local(where: str) -> CRS:
    own = deployed()
    if own is None:
        raise UsageError(
            "本部署没有提供地方坐标系",
            "This deployment supplies no local CRS",
            where=where or f"--crs {LOCAL}",
            next_zh=f"请由测绘主管部门提供定义文件（WKT 等），放在本项目之外，用环境变量 {SETTING} 指明",
            next_en=f"Get its definition (WKT) from the survey authority, keep it outside this project, name it in {SETTING}",
        )
    return own


def _short(text: object) -> str:
    told = str(text)
    return told if len(told) <= 60 else f"{told[:60]}…"


def name_of(crs: CRS) -> str:
    """Return ``EPSG:n`` where the CRS is one, ``local`` for the deployment's own, else its name."""
    if is_deployed(crs):
        return LOCAL
    code = epsg_of(crs)
    return f"EPSG:{code}" if code else str(crs.name)


@lru_cache(maxsize=256)
def epsg_of(crs: CRS) -> int | None:
    """Return the EPSG code of a CRS, accepting the WKT spelling that shapefiles carry."""
    code = crs.to_epsg()
    if code is None:
        code = crs.to_epsg(min_confidence=60)
    return code


def is_wgs84(crs: CRS) -> bool:
    """Tell whether coordinates are labelled WGS 84 (treated as CGCS2000, difference below 1 m, to be reported)."""
    return epsg_of(crs) == _WGS84


def require_survey_crs(crs: CRS, where: str) -> None:
    """Raise unless survey data of the two districts may come in this CRS.

    WGS 84 is accepted because GeoJSON knows nothing else; the caller must report it as an issue.

    Raises
    ------
    CrsUnsuitable
        For an older datum, Web Mercator, zones of other provinces, unknown local planes and everything else.
    """
    if is_deployed(crs) or epsg_of(crs) in (*SURVEY_CODES, *SIX_DEGREE_CODES, _WGS84):
        return
    code = name_of(crs)
    named = f"“{crs.name}”" if code == crs.name else f"{code}（{crs.name}）"
    in_english = named.replace("（", " (").replace("）", ")")
    zh = f"坐标系{named}不是本区测绘成果采用的坐标系"
    en = f"{in_english} is not a CRS that survey data of these districts come in"
    next_zh = "请提供 CGCS2000 成果（EPSG:4490、4527–4529 或 4548–4550）；若文件标注有误，用 --crs 指明"
    next_en = "Deliver CGCS2000 data (EPSG:4490, 4527–4529 or 4548–4550); if the label is wrong, say so with --crs"
    older = other_datum(crs)
    if older is not None:
        zh = f"坐标系{named}基于 {older[0]}，换算到 CGCS2000 要移动约百米，参数须由测绘主管部门提供"
        en = f"{in_english} stands on {older[1]}: to CGCS2000 the ground moves by about 100 m, by the survey authority's parameters"
        next_zh = "请由测绘主管部门换算后提供 CGCS2000 成果；若只是标注有误，用 --crs 指明"
        next_en = (
            "Have the survey authority convert it and deliver CGCS2000; if only the label is wrong, say so with --crs"
        )
    elif is_web_mercator(crs):
        zh = f"坐标系{named}是网络地图的墨卡托平面，不是测绘成果"
        en = f"{in_english} is the plane of web maps, not of survey data"
        next_zh = "请向数据生产单位索取 CGCS2000 原成果；不要从网络地图下载或转绘"
        next_en = "Ask the producer for the CGCS2000 original; do not download or trace web maps"
    elif crs.is_projected and epsg_of(crs) is None:
        next_zh += f"；若为地方坐标系，见环境变量 {SETTING} 与 --crs {LOCAL}"
        next_en += f"; for the city's own plane see {SETTING} and --crs {LOCAL}"
    raise CrsUnsuitable(zh, en, where=where, next_zh=next_zh, next_en=next_en)
