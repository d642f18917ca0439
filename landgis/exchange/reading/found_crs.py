"""Which CRS a layer is in: what the file says, and what a person says of it; never guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pyproj import CRS
from pyproj.exceptions import CRSError

from landgis import crs as crs_room
from landgis.crs import Interpretation, Points, StatedCrs
from landgis.domain.issue import Issue, Severity
from landgis.domain.question import Candidate, Question
from landgis.errors import CrsMissing, CrsUnsuitable
from landgis.exchange.reading.detect import GEOJSON, Part
from landgis.exchange.reading.geojson_crs import geojson_label
from landgis.exchange.reading.shift import require_true_place

OPTION = "--crs"
NOT_IN_FILE = "; the file itself names no CRS"
CRS_DOUBT = "crs_contradicts"
"""Code of the issue that says why a file's own CRS is not believed."""


@dataclass(frozen=True)
class SaidCrs:
    """What a file says of its CRS.

    Attributes
    ----------
    label
        As `label_in_file` gives it; None where it says nothing that can be believed.
    rule
        The standard that says it in the file's place; empty where the file itself does.
    doubt
        Why what it says was not believed; None where nothing is wrong with it.
    """

    label: str | None
    rule: str = ""
    doubt: Issue | None = None


@dataclass(frozen=True)
class SettledCrs:
    """The CRS to read a layer in.

    Attributes
    ----------
    crs
        As the file says or as stated.
    north_first
        Whether every vertex must have its first two numbers exchanged.
    evidence
        Who says so.
    issues
        That the file was not believed, or did not say it.
    """

    crs: CRS
    north_first: bool
    evidence: str
    issues: tuple[Issue, ...] = ()


def found_crs(said: SaidCrs, stated: StatedCrs | None, where: str, sample: Callable[[], Points]) -> SettledCrs:
    """Settle the CRS of a layer: as stated by a person, else as the file says; never guessed.

    Parameters
    ----------
    said
        What the file says.
    stated
        What a person says. It may be the deployment's own CRS, so it is never quoted, only named.
    where
        File and layer.
    sample
        Gives vertices of the layer as they stand in the file; only asked for where nobody says the CRS.

    Raises
    ------
    CrsMissing
        If neither says it; with the candidates that the numbers allow.
    CrsUnsuitable
        If neither says it and the numbers are those of a web map, or the file says so itself.
    """
    in_file = _named(said.label) if said.label else None
    if in_file is not None:
        require_true_place(_names(in_file), where)
    if stated is not None:
        return SettledCrs(stated.crs, stated.north_first, "stated", _stated_issues(in_file, said.rule, stated, where))
    if in_file is None:
        points = sample()
        _require_no_web_map(points, where)
        raise crs_missing(points, where, said.doubt)
    if said.rule:
        return SettledCrs(
            in_file, False, f"by the standard {said.rule}{NOT_IN_FILE}", _rule_issues(in_file, said.rule, where)
        )
    return SettledCrs(in_file, False, f"file says {crs_room.name_of(in_file)}")


def _rule_issues(crs: CRS, rule: str, where: str) -> tuple[Issue, ...]:
    named = crs_room.name_of(crs)
    zh = f"文件本身没有写坐标系，按 {rule} 标准视为 {named}；若成果其实是别的坐标系，请用 {OPTION} 指明"
    en = (
        f"The file itself names no CRS; by the standard {rule} it is {named}; if that is not so, state it with {OPTION}"
    )
    return (Issue("crs_by_rule", Severity.MINOR, where, zh, en),)


def _require_no_web_map(points: Points, where: str) -> None:
    best = next((way for way in crs_room.interpretations(points) if way.fits), None)
    if best is not None and best.of_web_map:
        raise CrsUnsuitable(
            f"{where} 没有坐标系信息，坐标值像网络地图的墨卡托坐标，不是测绘成果",
            f"{where} does not say its CRS, and its numbers are those of web maps, not of survey data",
            where=where,
            next_zh="请向数据生产单位索取 CGCS2000 原成果；不要从网络地图下载或转绘",
            next_en="Ask the producer for the CGCS2000 original; do not download or trace web maps",
        )


def crs_missing(points: Points, where: str, doubt: Issue | None = None) -> CrsMissing:
    """Make the question for coordinates without a CRS.

    Parameters
    ----------
    points
        Vertices as they stand in the file, shape (n, 2).
    doubt
        Why what the file says was not believed.
    """
    question = crs_question(points, where, doubt)
    hint_zh = f"例如 {question.likeliest}" if question.candidates else "没有可推荐的答案"
    hint_en = f"e.g. {question.likeliest}" if question.candidates else "nothing can be proposed"
    return CrsMissing(
        f"{where} {doubt.message_zh if doubt else '没有坐标系信息'}",
        f"{where}: {doubt.message_en}" if doubt else f"{where} does not say its CRS",
        where=where,
        next_zh=f"请核实后用 {OPTION} 指明，{hint_zh}；不得猜测",
        next_en=f"Make sure of it and state it with {OPTION}, {hint_en}",
        questions=(question,),
    )


def crs_question(points: Points, where: str, doubt: Issue | None = None) -> Question:
    """Ask for the CRS of coordinates, with every candidate that puts them into the city."""
    ways = crs_room.interpretations(points)
    fitting = [way for way in ways if way.fits]
    asks_zh = f"坐标系是哪一个？{doubt.message_zh if doubt else '文件没有说明'}"
    asks_en = f"Which CRS? {doubt.message_en if doubt else 'The file does not say'}"
    if crs_room.looks_local(points):
        asks_zh += "；数值很小且可为负，像上海城市坐标系，其定义须由部署提供（LANDGIS_CRS_FILE），不得猜测"
        asks_en += (
            "; small signed numbers look like Shanghai's own plane, which the deployment must define (LANDGIS_CRS_FILE)"
        )
        return Question("crs", where, asks_zh, asks_en, OPTION, _local_candidate())
    if len(points) == 0:
        asks_zh, asks_en = asks_zh + "，也没有坐标可供判断", asks_en + ", and there are no coordinates to judge by"
    elif not fitting:
        asks_zh += "；没有一种常用坐标系能使坐标落在上海市"
        asks_en += "; no usual CRS puts its coordinates into Shanghai"
    candidates = tuple(_candidate(way, len(points)) for way in (fitting or ways))
    return Question("crs", where, asks_zh, asks_en, OPTION, candidates)


def label_in_file(part: Part, found: str | None, rule: str) -> tuple[str | None, str]:
    """Return what a file says of its CRS, or None, and the standard that says it in its place; touches the file.

    Parameters
    ----------
    part
        The layer.
    found, rule
        What the reader made of it, and the standard that it took it from.

    Raises
    ------
    FileUnreadable
        If a GeoJSON is not UTF-8 JSON.
    """
    label, rule = geojson_label(part.files[0], found) if part.driver == GEOJSON else (found, rule)
    in_file = _named(label) if label else None
    if in_file is None or in_file.name.startswith("Undefined "):
        return None, ""  # GeoPackage's way of saying that nobody knows
    return label, rule


def _candidate(way: Interpretation, count: int) -> Candidate:
    ground_zh, ground_en = way.ground
    zh, en = f"{way.form_zh}；{count} 个坐标点 {ground_zh}", f"{way.form_en}; of {count} points {ground_en}"
    if way.north_first:
        zh, en = f"第一个数是北坐标（轴序颠倒）；{zh}", f"the first number is the northing (axes swapped); {en}"
    if way.epsg in (4490, 4326):
        zh += "；4490（CGCS2000）与 4326（WGS 84）在本区相差不到 1 米，请按成果说明选"
        en += "; 4490 (CGCS2000) and 4326 (WGS 84) differ by less than 1 m here: choose by the delivery's papers"
    return Candidate(way.value, zh, en)


def _local_candidate() -> tuple[Candidate, ...]:
    if crs_room.deployed() is None:
        return ()
    zh, en = "部署提供的地方坐标系；数值在 ±80 公里之内", "the deployment's own plane; the numbers are within ±80 km"
    return (Candidate(crs_room.LOCAL, zh, en),)


def _stated_issues(in_file: CRS | None, rule: str, stated: StatedCrs, where: str) -> tuple[Issue, ...]:
    named = crs_room.name_of(stated.crs)
    axes_zh = "，第一个数作北坐标" if stated.north_first else ""
    axes_en = ", the first number taken as the northing" if stated.north_first else ""
    if in_file is None:
        zh, en = (
            f"文件没有坐标系信息，按指明的 {named} 读取{axes_zh}",
            f"The file says no CRS; read as {named}, as stated{axes_en}",
        )
        return (Issue("crs_stated", Severity.MINOR, where, zh, en),)
    label = crs_room.name_of(in_file)
    if label == named:
        if not stated.north_first:
            return ()
        zh, en = f"按指明的轴序读取{axes_zh}", f"Read in the axis order stated{axes_en}"
        return (Issue("axes_stated", Severity.SERIOUS, where, zh, en),)
    says_zh = f"文件没有坐标系信息，按 {rule} 标准应为 {label}" if rule else f"文件标注 {label}"
    says_en = f"The file says no CRS, which by {rule} means {label}" if rule else f"The file says {label}"
    zh, en = f"{says_zh}，按指明的 {named} 读取{axes_zh}", f"{says_en}; read as {named}, as stated{axes_en}"
    older = crs_room.other_datum(in_file)
    if older is not None and crs_room.other_datum(stated.crs) is None:
        zh += f"；若标注属实（{older[0]}），位置会差约百米，须由测绘主管部门换算"
        en += (
            f"; if the label is true ({older[1]}) places are wrong by about 100 m: the survey authority must convert it"
        )
    return (Issue("crs_overridden", Severity.SERIOUS, where, zh, en),)


def _names(crs: CRS) -> tuple[str, ...]:
    """Names of a CRS and of the degrees it stands on."""
    degrees = crs.geodetic_crs
    return (crs.name,) if degrees is None else (crs.name, degrees.name)


def _named(label: str) -> CRS | None:
    try:
        return CRS.from_user_input(label)
    except CRSError:
        return None
