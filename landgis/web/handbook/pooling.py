"""The pool: from the filter to who is in it, and why."""

from __future__ import annotations

from landgis.web.handbook.chapter import Chapter, Step

POOLING = Chapter(
    key="pool",
    title=("建库", "Pool"),
    lead=(
        "储备项目库收录可以入市、权利人愿意、条件具备的地块。谁在库、谁出库、为什么，每一步都有人、有日期、有理由。区规划员办理。",
        "The pool holds parcels that may enter the market, whose owners are willing and whose conditions are met. Who is in and "
        "who is out, and why, has a person, a day and a reason at every step. District planners keep it.",
    ),
    rooms=("/boards/pool",),
    steps=(
        Step(
            title=("筛出候选", "Find candidates"),
            text=(
                (
                    "在工作台用筛选选出街镇、用途、结论等；地图、表格和统计一起变化。地址栏的链接带着筛选和范围，可以发给同事（对方只看到自己有权看的）。",
                    "Filter on the desk by town, use, verdict and more: map, table and statistics follow together. The address "
                    "holds filter and extent and may be sent to a colleague, who sees what he may see.",
                ),
            ),
            picture="pool-filter",
            shows=("筛选之后的地图、表格和合计", "Map, table and sum of a filter"),
        ),
        Step(
            title=("建库", "Build"),
            text=(
                (
                    "按条件建库：合格的入库，不合格的逐宗说明原因。建库只认最新一次正式筛查；图层已过期或已被替代时，先重新筛查。",
                    "Build the pool by criteria: who meets them comes in, and for each of the others the reason is told. A build "
                    "takes the newest final run; where its layers have been replaced, screen anew first.",
                ),
            ),
            commands=("landgis pool build --criteria data/criteria/pool.yaml", "landgis pool list"),
        ),
        Step(
            title=("看板", "The board"),
            text=(
                (
                    "每列是一种状态，列头写明宗数和面积。“现状未筛查”表示地块变化后还没有筛查。",
                    "Each column is a state, with its number and area on top. “Not judged as it stands” says that a parcel "
                    "changed after it was screened.",
                ),
            ),
            picture="pool-board",
            shows=("储备库看板", "The pool board"),
        ),
        Step(
            title=("变更在库状态", "Move a parcel"),
            text=(
                (
                    "拖动卡片到另一列，或选中卡片按回车；选择固定理由，写明文号。合计随之变化，历史不可改写。",
                    "Drag a card to another column, or press Enter on it; choose among the fixed reasons and note the paper. The "
                    "sums move along, and history is not rewritten.",
                ),
            ),
            picture="pool-move",
            shows=("选择去向和理由", "Where to, and why"),
            wrong=(
                (
                    ("提示“有人先于您修改”", "“Somebody changed it first”"),
                    (
                        "逐字段并列双方内容：保留对方重新载入，或按现状重新办理。两边的内容都不会丢。",
                        "Both sides are shown field by field: leave theirs and reload, or do yours again from there. Nothing is "
                        "lost.",
                    ),
                ),
            ),
            commands=("landgis pool move 编号 状态 --reason …", "landgis pool story 编号"),
        ),
    ),
)
