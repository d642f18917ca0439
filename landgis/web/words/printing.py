"""Words of the print of a view, Chinese and English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "print": ("打印", "Print"),
    "print_help": ("按固定比例尺打印当前视图（R）", "Print this view at a fixed scale (R)"),
    "print_title": ("图名", "Title"),
    "print_title_usual": ("{district}地块筛查图", "{district}: parcel screening map"),
    "print_frame": ("图幅", "Frame"),
    "print_scale": ("比例尺", "Scale"),
    "print_paper": ("纸张", "Paper"),
    "print_turn": ("方向", "Way"),
    "print_landscape": ("横幅", "Landscape"),
    "print_portrait": ("竖幅", "Portrait"),
    "print_numbered": ("注记序号，附地块一览表", "Numbers on the map, with a schedule"),
    "print_move": ("移动图幅", "Move the frame"),
    "print_move_help": (
        "拖动图框；或按方向键移动图上 10 毫米，按住 Shift 为 1 毫米。",
        "Drag the frame; arrow keys move it 10 mm of paper, with Shift 1 mm.",
    ),
    "print_centre": ("移到视图中心", "To the middle"),
    "print_counting": ("正在统计……", "Counting…"),
    "print_ground": ("图幅实地 {width} × {height} 米", "On the ground {width} × {height} m"),
    "print_count": (
        "图幅内共 {count} 宗，合计 {ha} 公顷（{mu} 亩）",
        "In the frame: {count} parcels, {ha} ha ({mu} mu)",
    ),
    "print_pdf": ("生成 PDF", "Make the PDF"),
    "print_png": ("生成 PNG", "Make a PNG"),
    "print_busy": ("正在制图并自检……", "Drawing and checking…"),
    "print_done": ("已生成：{name}", "Made: {name}"),
    "print_mark": (
        "每页印“内部使用”、打印人和时间；打印当前筛选的地块和已打开的图层。",
        "Every page says “for inside use”, who printed it and when. It shows the filter's parcels and the layers switched on.",
    ),
    "key_print": ("打印视图", "Print this view"),
}
