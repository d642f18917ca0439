"""Words around the pages of the handbook; what they say stands in `landgis.web.handbook`."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "handbook": ("使用手册", "Handbook"),
    "handbook_contents": ("目录", "Contents"),
    "handbook_here": ("本页手册：{title}", "Handbook of this page: {title}"),
    "handbook_wrong": ("遇到问题", "If it does not go as it should"),
    "handbook_commands": ("命令行", "On the command line"),
    "handbook_pictures": (
        "图为示例区的生成数据：替代数据，非法定成果。",
        "The pictures show generated data of the sample district, in Chinese: stand-in data, not statutory.",
    ),
    "handbook_next": ("下一页：{title}", "Next: {title}"),
}
