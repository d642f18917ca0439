"""Lines of the exchange text: sections, header, the heading line of each plot, its points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from landgis.domain.issue import Issue, Severity, shown
from landgis.exchange.points.number_text import NotANumber, narrow, parse_number
from landgis.exchange.points.points_read import BoundaryPoint, Place, Plot, refusal
from landgis.exchange.points.source_text import SourceText

POINTS, PROPERTIES, PROJECT = "地块坐标", "属性描述", "项目信息"
FIELDS = ("界址点数", "地块面积", "地块编号", "地块名称", "记录图形属性", "图幅号", "地块用途", "地类编码")
HEADER_KEYS = ("坐标系", "几度分带", "投影类型", "计量单位", "带号", "精度", "转换参数", "格式版本号", "数据产生单位")
_KIND = 4
_TOLD = 5


@dataclass
class Parsed:
    """What the lines say.

    Attributes
    ----------
    header
        Key → value, of all header sections.
    plots
        In file order.
    issues
        What was noticed.
    """

    name: str
    header: dict[str, str] = field(default_factory=dict)
    plots: list[Plot] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    faults: list[tuple[Place, str, str]] = field(default_factory=list)
    wide: list[Place] = field(default_factory=list)
    short: list[Place] = field(default_factory=list)

    def notice(self, code: str, severity: Severity, place: Place | None, zh: str, en: str) -> None:
        """Keep an issue."""
        where = f"{self.name} {place.zh}" if place else self.name
        self.issues.append(Issue(code, severity, where, zh, en))


def parse_lines(text: SourceText) -> Parsed:
    """Read every line of an exchange text.

    Raises
    ------
    FileUnreadable
        If any line is neither header nor plot nor point, naming the first five of them; or if there is no plot.
    """
    parsed = Parsed(text.name)
    for place, section, line in _sections(text, parsed):
        if section in (POINTS, ""):
            _coordinate_line(parsed, place, line)
        else:
            _header_line(parsed, place, line)
    if parsed.faults:
        raise _unreadable_lines(text, parsed)
    if not parsed.plots:
        raise refusal(
            text.name, Place.line(len(text.lines)),
            "文件里没有地块，可能只复制了文件头", "there is no plot: only the header may have been copied",
        )  # fmt: skip
    for plot in parsed.plots:
        if not plot.points:
            raise refusal(
                text.name, plot.place, "地块没有界址点，文件没有复制完整", "the plot has no points: the file was cut"
            )
    _tell_forms(parsed)
    return parsed


def _sections(text: SourceText, parsed: Parsed) -> Iterator[tuple[Place, str, str]]:
    """Yield every line that is not empty with its place and its section; '' before the first one."""
    section = ""
    for number, line in enumerate(text.lines, 1):
        stripped = line.strip()
        if not stripped:
            continue
        plain = narrow(stripped).replace("【", "[").replace("】", "]")
        if plain.startswith("[") and plain.endswith("]"):
            section = plain[1:-1].strip()
            if section not in (POINTS, PROPERTIES, PROJECT):
                parsed.notice(
                    "section_unknown", Severity.MINOR, Place.line(number),
                    f"[{shown(section)}] 不是已知的段，其中各行按文件头读取", f"[{shown(section)}] is no known section; read as header",
                )  # fmt: skip
            continue
        yield Place.line(number), section, stripped


def _header_line(parsed: Parsed, place: Place, line: str) -> None:
    key, mark, value = line.replace("＝", "=", 1).partition("=")
    key, value = key.strip(), value.strip()
    if not mark or not key:
        told = "转换参数…" if "转换参数" in line else shown(line)  # parameters of conversion are never shown
        parsed.faults.append((place, f"文件头的行应为“键=值”，实为“{told}”", f"no “key=value”: “{told}”"))
        return
    if parsed.header.get(key, value) != value:
        values = "…" if "转换参数" in key else f"{shown(parsed.header[key])}、{shown(value)}"
        zh = f"“{shown(key)}”写了两次而值不同（{values}），可能是两个文件拼在一起"
        en = f"“{shown(key)}” stands twice with different values ({values}): two files in one?"
        parsed.faults.append((place, zh, en))
    parsed.header[key] = value


def _coordinate_line(parsed: Parsed, place: Place, line: str) -> None:
    if "@" in line or "＠" in line or line.count(",") + line.count("，") > len(FIELDS) - 3:
        _plot_line(parsed, place, line)
    elif "=" in line and "," not in line:
        _header_line(parsed, place, line)
    else:
        _point_line(parsed, place, line)


def _plot_line(parsed: Parsed, place: Place, line: str) -> None:
    cells = line.split(",")
    if len(cells) != len(FIELDS) + 1 and "，" in line:
        cells = line.replace("，", ",").split(",")
        parsed.wide.append(place)
    cells = [cell.strip() for cell in cells]
    if len(cells) == len(FIELDS) and cells[-1] in "@＠" and cells[_KIND] in ("面", "线", "点"):
        cells.insert(-1, "")
        parsed.short.append(place)
    if len(cells) != len(FIELDS) + 1:
        zh = f"地块行应有 {len(FIELDS)} 个逗号，实有 {len(cells) - 1} 个；名称中的逗号请改为顿号"
        en = f"a plot's line has {len(FIELDS)} commas, this one {len(cells) - 1}; a name must not hold a comma"
        parsed.faults.append((place, zh, en))
        return
    if cells[-1] not in ("@", "＠"):
        parsed.faults.append(
            (
                place,
                f"地块行应以 @ 结束，实为“{shown(cells[-1])}”",
                f"a plot's line ends in @, not “{shown(cells[-1])}”",
            )
        )
        return
    fields = dict(zip(FIELDS, cells, strict=False))
    kind = fields["记录图形属性"]
    wrong = kind not in ("面", "")
    parsed.plots.append(
        Plot(
            fields,
            [],
            place,
            _count(fields["界址点数"]),
            fields["地块面积"],
            f"记录图形属性是“{shown(kind)}”，不是面" if wrong else "",
            f"its kind is “{shown(kind)}”, not 面 (polygon)" if wrong else "",
        )
    )


def _count(text: str) -> int | None:
    found = re.fullmatch(r"0*([1-9][0-9]{0,8})", narrow(text))
    return int(found[1]) if found else None


def _point_line(parsed: Parsed, place: Place, line: str) -> None:
    plain = narrow(line)
    cells = [cell.strip() for cell in plain.split(",")]
    if len(cells) != 4:
        zh = f"点行应为“点号,圈号,X,Y”4 项，实有 {len(cells)} 项：“{shown(line)}”"
        en = f"a point is “number,ring,X,Y”, 4 items; this line has {len(cells)}: “{shown(line)}”"
        parsed.faults.append((place, zh, en))
        return
    if not parsed.plots:
        if not parsed.faults:
            zh, en = "点之前没有地块行（以 @ 结束的行）", "no plot's line (ending in @) before this point"
            parsed.faults.append((place, zh, en))
        return
    try:
        (north, north_decimals), (east, east_decimals) = parse_number(cells[2]), parse_number(cells[3])
    except NotANumber as error:
        parsed.faults.append((place, error.zh, error.en))
        return
    if plain != line:
        parsed.wide.append(place)
    point = BoundaryPoint(cells[0], cells[1], north, east, min(north_decimals, east_decimals), place)
    parsed.plots[-1].points.append(point)


def _tell_forms(parsed: Parsed) -> None:
    """Say once for the file which unusual forms were met."""
    if parsed.wide:
        zh = f"{len(parsed.wide)} 行用了全角逗号或数字，已按半角读取"
        en = f"{len(parsed.wide)} lines have full-width commas or figures, read as plain ones"
        parsed.notice("full_width", Severity.MINOR, parsed.wide[0], zh, en)
    if parsed.short:
        zh = f"{len(parsed.short)} 个地块行少一项，按没有地类编码读取"
        en = f"{len(parsed.short)} plot lines lack one item, read as without 地类编码"
        parsed.notice("plot_line_short", Severity.MINOR, parsed.short[0], zh, en)


def _unreadable_lines(text: SourceText, parsed: Parsed) -> Exception:
    first, more = parsed.faults[0], parsed.faults[1:_TOLD]
    rest = len(parsed.faults) - 1 - len(more)
    zh = (
        first[1]
        + "".join(f"；{place.zh}：{reason}" for place, reason, _ in more)
        + (f"；另有 {rest} 行" if rest else "")
    )
    en = first[2] + "".join(f"; {place.en}: {reason}" for place, _, reason in more) + (f"; {rest} more" if rest else "")
    if not text.ended and parsed.faults[-1][0] == Place.line(len(text.lines)):
        zh += "；文件在这一行中断，没有复制完整"
        en += "; the file breaks off in this line: it was not copied whole"
    return refusal(
        text.name,
        first[0],
        zh,
        en,
        "请改正所列各行，或重新导出原文件",
        "Correct the lines named, or export the original again",
    )
