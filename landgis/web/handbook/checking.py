"""Checking a piece of ground at once, without storing it."""

from __future__ import annotations

from landgis.web.handbook.chapter import Chapter, Step

CHECKING = Chapter(
    key="check",
    title=("核查", "Check"),
    lead=(
        "镇里问“这块地能不能入市”，两秒内给出结论和逐条依据。核查不保存任何内容；缺图层、缺事实时结论是“无法判定”，绝不当作符合。",
        "A town asks whether a piece of ground may enter the market: the verdict and its reasons come within two seconds. Nothing "
        "is saved; where a layer or a fact is missing the verdict is “cannot tell”, never “clear”.",
    ),
    rooms=("/",),
    steps=(
        Step(
            title=("给出图形", "Give the outline"),
            text=(
                (
                    "打开右边“核查”页：在地图上画（自动吸附，按住 Alt 不吸附，撤销不限于 50 步），粘贴界址点坐标，或把文件拖进来。"
                    "坐标表与图形同步，不用鼠标也能完成。",
                    "Open “Check” on the right: draw on the map (it snaps; hold Alt to draw freely; more than 50 steps can be "
                    "undone), paste boundary points, or drop a file. The table of points keeps step with the drawing, so no "
                    "mouse is needed.",
                ),
            ),
            picture="check-draw",
            shows=("图形与坐标表", "The drawing and its table of points"),
            wrong=(
                (
                    ("提示“第几行不是两个数”", "“Line … is not two numbers”"),
                    (
                        "每行写“东 北”两个数，单位米，EPSG:4549；空行另起一圈。",
                        "Each line holds easting and northing in metres, EPSG:4549; an empty line begins another ring.",
                    ),
                ),
                (
                    ("问编码或坐标系", "Encoding or CRS is asked"),
                    (
                        "文件没有注明，或注明与坐标不符：从给出的选项中选择，选项旁有读出来的样子。",
                        "The file does not say, or says what its numbers deny: choose among the answers; each shows what would "
                        "be read.",
                    ),
                ),
            ),
        ),
        Step(
            title=("看结论", "Read the verdict"),
            text=(
                (
                    "结论有四种：符合、待核、无法判定、不符合。每条写明实测值、限值、条款和图层版本；压占在地图上标出，颜色之外另有线纹。",
                    "There are four verdicts: clear, to be looked at, cannot tell, excluded. Each finding tells what was "
                    "measured, the limit, the clause and the release; overlaps are shown on the map, by hatch as well as by "
                    "colour.",
                ),
            ),
            picture="check-verdict",
            shows=("核查结论与地图上的压占", "The verdict, and the overlap on the map"),
            commands=("landgis check 文件 --layers 图层文件夹 --as-of 日期",),
        ),
        Step(
            title=("切除建议", "Cut back"),
            text=(
                (
                    "有压占时按“切除建议”，填写与冲突的距离（米）：给出切除后的图形、面积和控制线结论。可以此替换绘制，再核查全部规则；绝不自动入库。",
                    "Where ground is in conflict, “Cut back” by a distance to keep: the outline that is left, its area and its "
                    "verdict on the control lines. Take it as the drawing and check every rule; it is never stored by itself.",
                ),
            ),
            picture="check-cut",
            shows=("切除建议", "A proposal to cut back"),
        ),
        Step(
            title=("保存为候选，或放弃", "Save as a candidate, or discard"),
            text=(
                (
                    "“保存为候选”须填编号、理由和依据文件；也可同时登记为线索。“放弃”不留任何内容。",
                    "“Save as candidate” takes a number, a reason and a paper; it can be reported as a lead as well. “Discard” "
                    "leaves nothing.",
                ),
            ),
        ),
        Step(
            title=("已入库的地块", "Parcels in the inventory"),
            text=(
                (
                    "点地块打开卡片：逐条结论、人工认定、来龙去脉；可复制为文字或存为 PDF。人工认定与计算结论并列，红线须第二人确认。",
                    "A click on a parcel opens its card: findings, decisions of persons, and its history; copy it as text or "
                    "take the PDF. A decision stands beside the computed outcome; on red lines a second person confirms it.",
                ),
            ),
            picture="check-card",
            shows=("地块卡片", "The card of a parcel"),
            commands=("landgis explain 编号 --format pdf --out 文件夹",),
        ),
    ),
)
