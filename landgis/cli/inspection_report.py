"""An inspection on a terminal: the verdict first, then each layer as a small table, then what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from landgis.cli.show import printable
from landgis.cli.wrapping import wrapped
from landgis.exchange.reading.found_crs import NOT_IN_FILE
from landgis.exchange.reading.geometry_words import kind_zh

if TYPE_CHECKING:
    from rich.console import Console

    from landgis.domain.question import Question
    from landgis.exchange.reading.inspected import InspectedLayer, Inspection
    from landgis.exchange.reading.layer_tally import Places

_SHIFT = {
    "excluded": "已排除网络地图加偏 no web map's shift",
    "not_excluded": "未排除网络地图加偏 not excluded",
}
_SEVERITY_STYLE = {"fatal": "red", "serious": "yellow", "minor": "dim"}
_EVIDENCE = {"stated": "人工指明 stated"}
_MEMBERS = 6
_HEAD = 16
_INDENT = 4


def show_inspection(found: Inspection) -> None:
    """Print an inspection, Chinese first."""
    from rich.console import Console

    paper = _Paper(Console(highlight=False))
    paper.say(f"{found.source_name} · {found.format or '格式不明 unknown format'}", style="bold")
    paper.say(*_verdict(found))
    if found.members:
        listed = "、".join(found.members[:_MEMBERS])
        more = f" …（共 {len(found.members)} 个）" if len(found.members) > _MEMBERS else ""
        paper.say(f"组成 members：{listed}{more}", style="dim")
    if found.raster is not None:
        _show_raster(paper, found.raster)
    for layer in found.layers:
        _show_layer(paper, layer)
    for number, question in enumerate(found.questions, 1):
        _show_question(paper, number, question)
    for error in found.refusals:
        paper.say(f"✗ {error.zh}（{error.where}）", style="red")
        for told in (error.en, f"请：{error.next_zh}", f"Next: {error.next_en}"):
            paper.say(told, head="  ")
    for issue in found.issues:
        head = f"[{issue.severity.zh}] "
        paper.say(f"{issue.message_zh}（{issue.where}）", style=_SEVERITY_STYLE[issue.severity], head=head)
        paper.say(issue.message_en, style="dim", head=" " * cell_len(head))
    if found.content_hash:
        paper.say(f"SHA-256 {found.content_hash}", style="dim")


class _Paper:
    """The terminal, with lines broken and indented by us: rich breaks Chinese only at blanks."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def say(self, text: str, style: str = "", head: str = "") -> None:
        """Print a paragraph after a heading; its further lines stand under the first, not under the heading."""
        from rich.text import Text

        lines = wrapped(printable(text), self.console.width - cell_len(head))
        for number, line in enumerate(lines):
            before = " " * cell_len(head) if number else printable(head)
            self.console.print(Text(before + line, style=style), no_wrap=True, crop=False)


def _verdict(found: Inspection) -> tuple[str, str]:
    fatal = sum(issue.severity == "fatal" for issue in found.issues)
    if found.refusals:
        return "✗ 不能导入 Refused", "bold red"
    if found.questions:
        count = len(found.questions)
        return f"? 回答 {count} 个问题后才能导入 Needs {count} answer{'s' * (count > 1)}", "bold yellow"
    if found.raster is not None:
        return "✓ 可作佐证导入，不作控制线 Comes in as evidence, no control line", "bold green"
    if fatal:
        return f"✓ 可以导入为草稿；发布前须处理 {fatal} 类致命问题 Accepted as a draft, with fatal issues", "bold green"
    return "✓ 可以导入 Accepted", "bold green"


def _show_raster(paper: _Paper, raster: dict[str, Any]) -> None:
    paper.say("")
    told = (
        (
            "栅格 raster",
            f"{raster['width']} × {raster['height']} 像元 cells，{raster['bands']} 波段 bands，{raster['dtype']}",
        ),
        ("坐标系 CRS", raster["crs"] or "文件未说明 not said"),
        ("范围 extent", _extent(raster["extent"]) if raster["extent"] else "未定位 not placed"),
        ("像元 cell", " × ".join(f"{side:g}" for side in raster["cell_size"] or ()) or "—"),
        ("无值 no data", "、".join("—" if value is None else f"{value:g}" for value in raster["nodata"])),
    )
    for head, text in told:
        paper.say(text, head=_head(head))
    paper.say("")


def _head(words: str) -> str:
    return f"  {words}{' ' * (_HEAD - cell_len(words))}"


def _show_layer(paper: _Paper, layer: InspectedLayer) -> None:
    paper.say("")
    paper.say(f"图层 {layer.name}", style="bold")
    for head, told in _lines(layer):
        paper.say(told, head=_head(head))
    if layer.encoding is not None and layer.tally.preview:
        _show_preview(paper, layer.tally.preview)
    paper.say("")


def _show_preview(paper: _Paper, rows: list[dict[str, str]]) -> None:
    """Show the first rows as a table where it fits, else each row as ``name=value``: no name or value is cut."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    paper.say("  前五行 first rows")
    widths = [max(cell_len(printable(text)) for text in (name, *(row[name] for row in rows))) for name in rows[0]]
    if sum(widths) + 2 * len(widths) + _INDENT > paper.console.width:
        for number, row in enumerate(rows, 1):
            told = "，".join(f"{name}={value or '—'}" for name, value in row.items())
            paper.say(told, head=f"{' ' * _INDENT}{number}. ", style="cyan" if number % 2 else "")
        return
    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="cyan")
    for name in rows[0]:
        grid.add_column(Text(printable(name)), no_wrap=True)
    for row in rows:
        grid.add_row(*(Text(printable(cell)) for cell in row.values()))
    paper.console.print(Padding(grid, (0, 0, 0, _INDENT)))


def _lines(layer: InspectedLayer) -> Iterator[tuple[str, str]]:
    if not layer.readable:
        yield "内容 content", "读不出，原因见下 unreadable, see below"
        return
    if layer.attributes_only:
        yield (
            "内容 content",
            f"属性表，无图形，{layer.tally.rows} 行；按地块编号挂接 a table to be joined by parcel number",
        )
        yield "编码 encoding", _told(layer.encoding, layer.encoding_evidence)
        yield "字段 fields", "、".join(layer.tally.types) or "无 none"
        return
    tally, crs = layer.tally, layer.crs
    kinds = (
        "，".join(f"{kind_zh(kind)} {kind} {count}" for kind, count in tally.kinds.most_common())
        or "无图形 no geometry"
    )
    yield "要素 features", f"{tally.rows}（{kinds}）"
    yield "坐标系 CRS", _told(crs.code, crs.name, crs.evidence)
    if crs.code:
        order = "北、东（读取时对调） north, east" if crs.axis_order == "north-east" else "东、北 east, north"
        yield "轴序 axes", order + (f"；东坐标带号 zone prefix {crs.zone}" if crs.zone else "")
    if tally.extent:
        yield "范围 extent", _extent(tally.extent)
    if crs.degrees:
        west, south, east, north = crs.degrees
        yield "", f"{west:.4f}–{east:.4f}°E，{south:.4f}–{north:.4f}°N"
    if crs.districts is not None:
        yield "所在 district", _districts(crs.districts)
    yield "编码 encoding", _told(layer.encoding, layer.encoding_evidence)
    yield "图形 geometry", _geometry(layer)
    declared = "格式不声明 not declared" if layer.declared is None else f"{layer.declared}"
    yield "完整 complete", f"声明 declared {declared}，读出 read {tally.rows}"
    yield "加偏 shift", _SHIFT.get(layer.shift, f"{layer.shift} 加偏坐标 shifted")
    yield "字段 fields", "、".join(tally.types) or "无 none"


def _told(value: str | None, *evidence: str) -> str:
    """What was found and why; who states something is said in both languages."""
    parts = [value or "文件未说明 not said", *(text for text in evidence if text)]
    return " · ".join(_evidence(part) for part in parts)


def _evidence(text: str) -> str:
    rule = text.removeprefix("by the standard ").removesuffix(NOT_IN_FILE)
    if text.endswith(NOT_IN_FILE):
        return f"按 {rule} 标准，文件本身没有写坐标系 {text}"
    return _EVIDENCE.get(text, text).replace("file says", "文件标注 file says")


def _extent(extent: Sequence[float]) -> str:
    west, south, east, north = (f"{value:.6f}" if abs(value) <= 180 else f"{value:.2f}" for value in extent)
    return f"{west}–{east}，{south}–{north}"


def _geometry(layer: InspectedLayer) -> str:
    tally = layer.tally
    told = (
        ("无图形 null", tally.null),
        ("空 empty", tally.empty),
        ("无效 invalid", tally.invalid),
        ("重复 repeated", tally.duplicates),
    )
    return "，".join(f"{word} {places.count}{_first(places)}" for word, places in told)


def _first(places: Places) -> str:
    if not places.first:
        return ""
    more = "…" if places.count > len(places.first) else ""
    return f"（第 {'、'.join(str(place.row) for place in places.first)}{more} 行）"


def _districts(shares: dict[str, float]) -> str:
    from landgis.domain.district import DISTRICTS

    held = [f"{DISTRICTS[key].name_zh} {DISTRICTS[key].name_en} {share:.0%}" for key, share in shares.items() if share]
    return "，".join(held) or "两区之外 in neither"


def _show_question(paper: _Paper, number: int, question: Question) -> None:
    paper.say(f"问题 {number}（{question.where}）：{question.asks_zh}", style="bold yellow")
    paper.say(question.asks_en, style="yellow")
    for place, candidate in enumerate(question.candidates, 1):
        paper.say(f"{place}. {question.option} {candidate.value}", style="bold", head="  ")
        paper.say(candidate.evidence_zh, head=" " * 5)
        paper.say(candidate.evidence_en, style="dim", head=" " * 5)
        for row in candidate.preview:
            paper.say(row, style="cyan", head=" " * 7)
    if not question.candidates:
        paper.say(f"没有可推荐的答案 nothing can be proposed：{question.option} …", head="  ")
