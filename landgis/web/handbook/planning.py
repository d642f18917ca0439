"""The year's plan: quotas, scenarios, its way, adjustments."""

from __future__ import annotations

from landgis.web.handbook.chapter import Chapter, Step

PLANNING = Chapter(
    key="plan",
    title=("年度计划", "Plan"),
    lead=(
        "从储备项目库编制年度供应计划：总量、分镇、分用途、分季度的指标一起算，编制人不能审定自己的计划。",
        "The annual plan is drawn from the pool: totals and the quotas of towns, uses and quarters are reckoned together, and "
        "who drafts a plan does not approve it.",
    ),
    rooms=("/boards/plan",),
    steps=(
        Step(
            title=("编制与试算", "Draft and try"),
            text=(
                (
                    "计划看板右边是指标：用了多少、余多少、超多少。每改一处，由服务器重新试算；试算不保存，存为新版本才生效。",
                    "The board shows every quota: used, left, or over. Each change is tried by the server; nothing is stored "
                    "until you save a new version.",
                ),
                (
                    "“暂缓”须写理由；撤销、重做不限于 50 步。",
                    "Holding a parcel back takes a reason; more than 50 steps can be undone.",
                ),
            ),
            picture="plan-board",
            shows=("计划看板：拟列入、未列入和指标", "The plan board: lines, left out, quotas"),
            commands=("landgis plan draft --targets data/criteria/plan-2027.yaml",),
        ),
        Step(
            title=("方案并排", "Scenarios side by side"),
            text=(
                (
                    "给出两三组目标，并排比较宗数、面积、成本和各项指标；未入选的逐宗说明原因。",
                    "Give two or three sets of targets and compare lines, area, cost and quotas; for each parcel left out the "
                    "reason is told.",
                ),
            ),
            picture="plan-scenarios",
            shows=("两个方案并排", "Two scenarios beside each other"),
            commands=("landgis plan choose 方案…", "landgis plan draft --portfolio 方案"),
        ),
        Step(
            title=("送审、审定、公布", "Submit, approve, publish"),
            text=(
                (
                    "送审、退回、审定、公布各留人、日期和文号。公布前再核一次：红线在公布之日有新版本的，不予公布。",
                    "Every step keeps who, when and the paper. Before a plan is published it is looked at once more: where a red "
                    "line has a newer release on that day, it is not published.",
                ),
            ),
            commands=(
                "landgis plan submit 计划",
                "landgis plan approve 计划 --document 文号",
                "landgis plan publish 计划 --document 文号",
            ),
            wrong=(
                (
                    ("编制人不能审定", "Who drafted may not approve"),
                    ("请区审核员审定。", "Ask a reviewer."),
                ),
            ),
        ),
        Step(
            title=("年中调整", "Adjust in the middle of the year"),
            text=(
                (
                    "打开已公布的计划，“调出”“调入”逐宗写明理由，前后两幅同范围的图并排；存为新版本，原计划保留。",
                    "Open a published plan and take parcels out or in, each with its reason; two maps of one extent show before "
                    "and after. It is saved as a new version, and the old one stays.",
                ),
            ),
            picture="plan-adjustment",
            shows=("调整前后", "Before and after"),
            commands=("landgis plan revise 计划 --changes 清单", "landgis map adjustment 计划 --out 对照图.pdf"),
        ),
    ),
)
