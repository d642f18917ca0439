"""Handing over: lists, sheets, packages, and the log of what went out."""

from __future__ import annotations

from landgis.web.handbook.chapter import Chapter, Step

HANDING_OVER = Chapter(
    key="hand-over",
    title=("移交", "Hand over"),
    lead=(
        "把成果交给市级空间平台、部门和会议：先按接收方口径预检，再成包；谁、何时、为何、给了什么，一律记入台账。",
        "Results go to the municipal platform, to departments and to meetings: they are checked by the receiver's own terms "
        "first. Who took what, when and what for is kept in the log.",
    ),
    rooms=(),
    steps=(
        Step(
            title=("导出一览表", "Take the list away"),
            text=(
                (
                    "筛选之后按“导出一览表”，写明用途：XLSX 和 PDF 的条数、合计与屏幕上一致；用途记入台账。",
                    "Filter, choose “Take the list away” and say what it is for: XLSX and PDF hold the same rows and sums as the "
                    "screen. The purpose goes into the log.",
                ),
            ),
            picture="hand-over-list",
            shows=("导出一览表，须填用途", "Taking the list away, with its purpose"),
        ),
        Step(
            title=("打印当前视图", "Print this view"),
            text=(
                (
                    "按“打印”选比例（1:500 至 1:50,000）和纸张：图框按实地大小显示在地图上，可拖动，也可用方向键移动，并写明框内宗数。"
                    "生成的 PDF 比例准确、带坐标，列出筛选条件、合计、图层版本和来源。",
                    "Choose scale (1:500 to 1:50,000) and paper: the frame stands on the map at its true size, is dragged or "
                    "moved by arrow keys, and says how many parcels it holds. The PDF is true to scale and georeferenced, and "
                    "tells filter, sums, releases and sources.",
                ),
            ),
            picture="hand-over-print",
            shows=("图框预览", "The frame on the map"),
        ),
        Step(
            title=("成果包", "Packages"),
            text=(
                (
                    "成果包附清单、数据字典、元数据和说明，移交前按接收方方案预检，有致命问题不出包。大的包放到后台任务做，完成后在“任务”页下载。",
                    "A package brings its list, data dictionary, metadata and a note. It is checked by the receiver's profile "
                    "first; with fatal issues there is none. Large ones run as jobs and are fetched from the page of jobs.",
                ),
            ),
            picture="hand-over-jobs",
            shows=("任务页：没有执行程序时先提示", "The page of jobs says when no worker is there"),
            commands=(
                "landgis export package --profile one-map --why … --out 文件夹",
                "landgis job ask package …",
                "landgis export log",
            ),
            wrong=(
                (
                    ("没有执行程序在运行", "No worker is running"),
                    (
                        "请系统管理员启动 landgis worker；排队的任务不会丢。",
                        "Have the system administrator start landgis worker; what waits is not lost.",
                    ),
                ),
            ),
        ),
        Step(
            title=("图件", "Sheets"),
            text=(
                (
                    "年度计划图、图册、对照图和离线会议页由排版引擎生成，出图前自检；每页有编制人、日期和校验码，替代数据注明“替代数据，非法定成果”。",
                    "Plan sheets, atlas, adjustment maps and the meeting page are typeset and check themselves first; each page "
                    "bears who, when and a check code, and stand-in data are named as such.",
                ),
            ),
            commands=(
                "landgis map sheet --out 计划图.pdf",
                "landgis map atlas --out 文件夹",
                "landgis map handout --out 会议.html",
            ),
        ),
    ),
)
