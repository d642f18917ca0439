"""``landgis doctor``: what is installed, what is missing, how to get it."""

from __future__ import annotations

from typing import Annotated

import typer

from landgis.cli.show import echo_json, notice, table

_STATES = {"there": "✓ 有 there", "reduced": "! 缺，防护减弱 reduced", "missing": "✗ 缺 missing"}


def doctor(json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False) -> int:
    """本机具备什么、缺什么、怎样补齐。 What is installed, what is missing, how to get it.

    退出码：0 可以工作，2 缺少必需的部分。
    Exit codes: 0 it works, 2 something needed is missing.
    """
    from landgis.cli.opening import open_app
    from landgis.services.doctor import examine

    findings = examine(open_app().database_settings)
    if json:
        echo_json({"findings": [finding.as_dict() for finding in findings]})
    else:
        rows = [(f"{row.name_zh}\n{row.name_en}" if row.name_zh != row.name_en else row.name_zh,
                 _STATES[row.state], row.found) for row in findings]  # fmt: skip
        table(("项目 item", "状态 state", "版本或位置 found"), rows)
        for row in findings:
            if row.next_zh:
                notice(f"{row.name_zh}：{row.next_zh}", f"{row.name_en}: {row.next_en}")
    return 2 if any(row.state == "missing" for row in findings) else 0
