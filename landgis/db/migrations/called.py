"""How refusals call what a table holds: the words of revision 0007, and those that later revisions add."""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa
from alembic import op

SQL = Path(__file__).parent / "sql"
_LAST_WORD = "('person', '人员', 'persons')"
Word = tuple[str, str, str]
"""Table, its Chinese name, its English name."""

OF_0012: tuple[Word, ...] = (
    ("decision", "人工认定", "decisions"),
    ("decision_act", "人工认定的确认和撤回", "acts on decisions"),
)
OF_0013: tuple[Word, ...] = (
    *OF_0012,
    ("membership", "在库登记", "memberships"),
    ("membership_move", "在库状态变动", "moves of memberships"),
)
OF_0014: tuple[Word, ...] = (
    *OF_0013,
    ("investor_intent", "用地意向", "intents of investors"),
    ("investor_intent_end", "用地意向的结束", "ends of intents"),
    ("task", "待办事项", "tasks"),
    ("task_end", "待办事项的办结", "ends of tasks"),
)
OF_0015: tuple[Word, ...] = (
    *OF_0014,
    ("plan_step", "供应计划的办理环节", "steps of plans"),
    ("plan_line_check", "计划行的核对", "checks of plan lines"),
    ("plan_change", "计划调整内容", "changes of plans"),
    ("supply_batch", "其他供地清单", "lists of other supply"),
    ("other_supply", "其他供地", "other supply"),
    ("milestone", "办理节点", "milestones"),
)
OF_0016: tuple[Word, ...] = (
    *OF_0015,
    ("access_token", "访问令牌", "access tokens"),
    ("access_token_end", "访问令牌的注销", "revocations of access tokens"),
)
OF_0017: tuple[Word, ...] = (
    *OF_0016,
    ("export_log", "导出台账", "exports"),
    ("export_receipt", "接收回执", "receipts"),
    ("export_rejection", "退回意见", "rejections"),
    ("export_rejection_end", "退回规则的停用", "ends of rules of receivers"),
)
OF_0019: tuple[Word, ...] = (
    *OF_0017,
    ("person_login", "登录密码", "passwords"),
    ("entry_lock", "登录锁定", "lock-outs"),
    ("web_session", "登录会话", "sessions"),
    ("entry_link", "一次性链接", "one-time links"),
    ("entry_log", "登录记录", "log-ins"),
)
OF_0021: tuple[Word, ...] = (
    *OF_0019,
    ("run_row", "筛查地块清单", "rows of a run"),
)
OF_0022: tuple[Word, ...] = (
    *OF_0021,
    ("job", "后台任务", "jobs"),
)
OF_0024: tuple[Word, ...] = (
    *OF_0022,
    ("bookmark", "地图书签", "bookmarks"),
    ("bookmark_end", "地图书签的删除", "ends of bookmarks"),
)
OF_0025: tuple[Word, ...] = (
    *OF_0024,
    ("plan_input", "计划填报内容", "what was stated for plans"),
)


def call_by_name(words: tuple[Word, ...]) -> None:
    """Make the names those of revision 0007 and some more."""
    text = (SQL / "0007_register.sql").read_text(encoding="utf-8")
    found = re.search(r"CREATE FUNCTION (landgis\.called\(.*?^\$\$;)", text, re.DOTALL | re.MULTILINE)
    if found is None or _LAST_WORD not in found[1]:
        raise LookupError("called")
    more = ", ".join(f"('{table}', '{zh}', '{en}')" for table, zh, en in words)
    function = found[1].replace(_LAST_WORD, f"{_LAST_WORD}, {more}")
    op.execute(sa.text(f"CREATE OR REPLACE FUNCTION {function}".replace(":", "\\:")))


def run_file(name: str) -> None:
    """Run a file of ``sql/``."""
    op.execute(sa.text((SQL / name).read_text(encoding="utf-8").replace(":", "\\:")))
