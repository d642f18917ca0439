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
    CHECK = "check"
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
    READ_LAYERS = "read_layers"
    READ_PARCELS = "read_parcels"
    READ_DOCUMENTS = "read_documents"
    READ_VERDICTS = "read_verdicts"
    READ_POOL = "read_pool"
    READ_PLANS = "read_plans"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_SYSTEM = "manage_system"
    READ_AUDIT = "read_audit"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _ACTION_ZH[self]


class Reach(StrEnum):
    """How far an allowed action goes."""

    NONE = "none"
    OWN_TOWN = "own_town"
    ALL = "all"


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
    Action.CHECK: "即时核查",
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
    Action.READ_LAYERS: "查看图层",
    Action.READ_PARCELS: "查看地块",
    Action.READ_DOCUMENTS: "查看地块文件",
    Action.READ_VERDICTS: "查看核查结论",
    Action.READ_POOL: "查看储备项目库",
    Action.READ_PLANS: "查看供应计划",
    Action.MANAGE_PEOPLE: "管理人员和账号",
    Action.MANAGE_SYSTEM: "管理系统运行",
    Action.READ_AUDIT: "查看审计记录",
}
_READING = (
    Action.READ, Action.READ_LAYERS, Action.READ_PARCELS, Action.READ_DOCUMENTS, Action.READ_VERDICTS, Action.READ_POOL,
    Action.READ_PLANS,
)  # fmt: skip


def _everywhere(*actions: Action) -> dict[Action, Reach]:
    return dict.fromkeys(actions, Reach.ALL)


_POLICY: dict[Role, dict[Action, Reach]] = {
    Role.TOWN_CLERK: {
        Action.IMPORT_PARCELS: Reach.OWN_TOWN,
        Action.STATE_FACTS: Reach.OWN_TOWN,
        Action.CHECK: Reach.OWN_TOWN,
        Action.REPORT_LEAD: Reach.OWN_TOWN,
        Action.RECORD_INTENT: Reach.OWN_TOWN,
        Action.RECORD_MILESTONE: Reach.OWN_TOWN,
        Action.READ: Reach.ALL,
        Action.READ_LAYERS: Reach.ALL,
        Action.READ_PARCELS: Reach.OWN_TOWN,
        Action.READ_DOCUMENTS: Reach.OWN_TOWN,
        Action.READ_VERDICTS: Reach.OWN_TOWN,
        Action.READ_POOL: Reach.OWN_TOWN,
        Action.READ_PLANS: Reach.OWN_TOWN,
    },
    Role.DISTRICT_PLANNER: _everywhere(
        *_READING, Action.IMPORT_LAYER, Action.PUBLISH_LAYER, Action.IMPORT_PARCELS, Action.STATE_FACTS,
        Action.RESHAPE_PARCELS, Action.SCREEN, Action.CHECK, Action.BUILD_POOL, Action.REPORT_LEAD, Action.MOVE_MEMBER,
        Action.RECORD_INTENT, Action.READ_INTENTS, Action.END_INTENT, Action.END_TASK, Action.DRAFT_PLAN,
        Action.MOVE_PLAN, Action.PUBLISH_PLAN, Action.IMPORT_SUPPLY, Action.RECORD_MILESTONE, Action.RECORD_DECISION,
        Action.WITHDRAW_DECISION, Action.EXPORT, Action.EXPORT_INTERNAL, Action.NOTE_RECEIPT, Action.READ_EXPORTS,
    ),
    Role.DISTRICT_REVIEWER: _everywhere(
        *_READING, Action.PUBLISH_LAYER, Action.CHECK, Action.CONFIRM_DECISION, Action.WITHDRAW_DECISION,
        Action.MOVE_PLAN, Action.APPROVE_PLAN, Action.READ_INTENTS, Action.END_TASK, Action.EXPORT,
        Action.EXPORT_INTERNAL, Action.NOTE_RECEIPT, Action.READ_EXPORTS,
    ),
    Role.LEADER: _everywhere(*_READING),
    Role.CONSULTED: _everywhere(Action.READ, Action.READ_LAYERS),
    Role.PLATFORM: _everywhere(Action.EXPORT, *_READING),
    Role.SYSTEM_ADMIN: _everywhere(Action.MANAGE_SYSTEM),
    Role.SECURITY_ADMIN: _everywhere(Action.MANAGE_PEOPLE),
    Role.AUDIT_ADMIN: _everywhere(Action.READ_AUDIT),
}  # fmt: skip


def reach(role: Role, action: Action) -> Reach:
    """Tell how far the policy lets a role do something."""
    return _POLICY[role].get(action, Reach.NONE)


def may(role: Role, action: Action) -> bool:
    """Tell whether the policy lets a role do something at all."""
    return reach(role, action) is not Reach.NONE


def roles_that_may(action: Action) -> tuple[Role, ...]:
    """Return the roles that the policy lets do something."""
    return tuple(role for role in Role if may(role, action))
