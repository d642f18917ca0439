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

    @property
    def en(self) -> str:
        """English label."""
        return self.value.replace("_", " ")


class Action(StrEnum):
    """What a person may be allowed to do."""

    IMPORT_LAYER = "import_layer"
    PUBLISH_LAYER = "publish_layer"
    IMPORT_PARCELS = "import_parcels"
    STATE_FACTS = "state_facts"
    RESHAPE_PARCELS = "reshape_parcels"
    SCREEN = "screen"
    BUILD_POOL = "build_pool"
    REPORT_LEAD = "report_lead"
    MOVE_MEMBER = "move_member"
    RECORD_INTENT = "record_intent"
    READ_INTENTS = "read_intents"
    END_INTENT = "end_intent"
    END_TASK = "end_task"
    DRAFT_PLAN = "draft_plan"
    MOVE_PLAN = "move_plan"
    APPROVE_PLAN = "approve_plan"
    PUBLISH_PLAN = "publish_plan"
    IMPORT_SUPPLY = "import_supply"
    RECORD_MILESTONE = "record_milestone"
    RECORD_DECISION = "record_decision"
    CONFIRM_DECISION = "confirm_decision"
    WITHDRAW_DECISION = "withdraw_decision"
    EXPORT = "export"
    EXPORT_INTERNAL = "export_internal"
    NOTE_RECEIPT = "note_receipt"
    READ_EXPORTS = "read_exports"
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
    Action.REPORT_LEAD: "登记线索",
    Action.MOVE_MEMBER: "变更在库状态",
    Action.RECORD_INTENT: "登记用地意向",
    Action.READ_INTENTS: "查看用地意向",
    Action.END_INTENT: "办结用地意向",
    Action.END_TASK: "办结待办事项",
    Action.DRAFT_PLAN: "编制供应计划",
    Action.MOVE_PLAN: "送审、退回供应计划",
    Action.APPROVE_PLAN: "审定供应计划",
    Action.PUBLISH_PLAN: "公布供应计划",
    Action.IMPORT_SUPPLY: "导入其他供地清单",
    Action.RECORD_MILESTONE: "登记办理节点",
    Action.RECORD_DECISION: "登记人工认定",
    Action.CONFIRM_DECISION: "确认人工认定",
    Action.WITHDRAW_DECISION: "撤回人工认定",
    Action.EXPORT: "导出成果",
    Action.EXPORT_INTERNAL: "导出内部资料",
    Action.NOTE_RECEIPT: "登记接收回执和退回意见",
    Action.READ_EXPORTS: "查看导出台账",
    Action.READ: "查看",
}
_POLICY: dict[Role, frozenset[Action]] = {
    Role.TOWN_CLERK: frozenset(
        {
            Action.IMPORT_PARCELS,
            Action.STATE_FACTS,
            Action.REPORT_LEAD,
            Action.RECORD_INTENT,
            Action.RECORD_MILESTONE,
            Action.READ,
        }
    ),
    Role.DISTRICT_PLANNER: frozenset(Action) - {Action.CONFIRM_DECISION, Action.APPROVE_PLAN},
    Role.DISTRICT_REVIEWER: frozenset(
        {
            Action.PUBLISH_LAYER,
            Action.CONFIRM_DECISION,
            Action.WITHDRAW_DECISION,
            Action.MOVE_PLAN,
            Action.APPROVE_PLAN,
            Action.READ_INTENTS,
            Action.END_TASK,
            Action.EXPORT,
            Action.EXPORT_INTERNAL,
            Action.NOTE_RECEIPT,
            Action.READ_EXPORTS,
            Action.READ,
        }
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


def roles_that_may(action: Action) -> tuple[Role, ...]:
    """Return the roles that the policy lets do something."""
    return tuple(role for role in Role if may(role, action))
