"""Roles and the one policy table.

Three roles administer (system, security, audit 三员分立). They see no business data, and nobody holds two roles.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is in the bureau; each person has exactly one."""

    TOWN_CLERK = "town_clerk"
    DISTRICT_PLANNER = "district_planner"
    DISTRICT_REVIEWER = "district_reviewer"
    LEADER = "leader"
    CONSULTED = "consulted"
    PLATFORM = "platform"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _ROLE_ZH[self]


class Action(StrEnum):
    """What a person may be allowed to do."""

    IMPORT_LAYER = "import_layer"
    PUBLISH_LAYER = "publish_layer"
    IMPORT_PARCELS = "import_parcels"
    STATE_FACTS = "state_facts"
    RESHAPE_PARCELS = "reshape_parcels"
    SCREEN = "screen"
    BUILD_POOL = "build_pool"
    DRAFT_PLAN = "draft_plan"
    RECORD_DECISION = "record_decision"
    CONFIRM_DECISION = "confirm_decision"
    WITHDRAW_DECISION = "withdraw_decision"
    EXPORT = "export"
    READ = "read"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _ACTION_ZH[self]


_ROLE_ZH = {
    Role.TOWN_CLERK: "镇填报员",
    Role.DISTRICT_PLANNER: "区规划员",
    Role.DISTRICT_REVIEWER: "区审核员",
    Role.LEADER: "只读领导",
    Role.CONSULTED: "部门征询人",
    Role.PLATFORM: "平台接口",
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全管理员",
    Role.AUDIT_ADMIN: "审计管理员",
}
_ACTION_ZH = {
    Action.IMPORT_LAYER: "导入图层",
    Action.PUBLISH_LAYER: "发布图层",
    Action.IMPORT_PARCELS: "导入地块",
    Action.STATE_FACTS: "登记地块事实、文件和意愿",
    Action.RESHAPE_PARCELS: "分割、合并、注销地块",
    Action.SCREEN: "筛查",
    Action.BUILD_POOL: "建立储备项目库",
    Action.DRAFT_PLAN: "编制供应计划",
    Action.RECORD_DECISION: "登记人工认定",
    Action.CONFIRM_DECISION: "确认人工认定",
    Action.WITHDRAW_DECISION: "撤回人工认定",
    Action.EXPORT: "导出成果",
    Action.READ: "查看",
}
_POLICY: dict[Role, frozenset[Action]] = {
    Role.TOWN_CLERK: frozenset({Action.IMPORT_PARCELS, Action.STATE_FACTS, Action.READ}),
    Role.DISTRICT_PLANNER: frozenset(Action) - {Action.CONFIRM_DECISION},
    Role.DISTRICT_REVIEWER: frozenset(
        {Action.PUBLISH_LAYER, Action.CONFIRM_DECISION, Action.WITHDRAW_DECISION, Action.EXPORT, Action.READ}
    ),
    Role.LEADER: frozenset({Action.READ}),
    Role.CONSULTED: frozenset({Action.READ}),
    Role.PLATFORM: frozenset({Action.EXPORT, Action.READ}),
    Role.SYSTEM_ADMIN: frozenset(),
    Role.SECURITY_ADMIN: frozenset(),
    Role.AUDIT_ADMIN: frozenset(),
}


def may(role: Role, action: Action) -> bool:
    """Tell whether the policy lets a role do something."""
    return action in _POLICY[role]
