"""Bringing data in: a release is a draft until a second person publishes it."""

from __future__ import annotations

from landgis.web.handbook.chapter import Chapter, Step

IMPORTING = Chapter(
    key="import",
    title=("入库", "Import"),
    lead=(
        "新收到的图层先成为草稿：质检、修复、看清会影响哪些地块，再由另一人发布。区规划员导入，区审核员发布；导入人不能发布自己导入的版本。",
        "A layer that comes in is a draft first: its quality is checked, its faults are repaired, the parcels that it touches "
        "are seen, and somebody else publishes it. A planner imports, a reviewer publishes; never the same person.",
    ),
    rooms=("/releases", "/intake", "/jobs"),
    steps=(
        Step(
            title=("上传并看清文件", "Upload the file, and look at it"),
            text=(
                (
                    "在“数据接收”按“导入图层”（地块按“导入地块”），把文件拖进来。编码、坐标系、字段、图形问题都会列出；只有您知道的"
                    "（如坐标系未注明）会问您，程序不猜。一次一个文件，shapefile 请打成 zip。",
                    "In “Receiving” choose to import a layer (or parcels) and drop the file. Encoding, CRS, columns and faults of "
                    "its shapes are listed; what only you can know, such as a CRS that is not stated, is asked. One file at a "
                    "time, a shapefile as a zip.",
                ),
                (
                    "填写图层、版本、文号、现状日期和来源后开始导入；导入作为任务在后台执行，可以看进度、取消。中途取消或断电，不留半份数据。",
                    "Say which layer and edition it is, its paper, the day of its data and its source, and start. The import runs "
                    "as a job, with progress and cancel; cut short, it leaves no half of itself.",
                ),
            ),
            picture="import-questions",
            shows=("文件没有注明坐标系：请您回答", "The file does not state its CRS: it is asked"),
            commands=(
                "landgis inspect 文件",
                "landgis layer import 文件 --as-layer 图层 --document-no … --coverage 文件",
            ),
            wrong=(
                (
                    ("文件被拒收", "The file is refused"),
                    (
                        "提示写明文件名、位置和下一步。压缩包炸弹、越界路径、损坏的文件一律拒收。",
                        "The message names file, place and what to do next. Archive bombs, paths that climb out and broken "
                        "files are refused.",
                    ),
                ),
                (
                    ("地块表中有几行没有进来", "Some rows of parcels stayed out"),
                    (
                        "逐行列出代码和原因，可下载 CSV，改好后再导入；已进来的不会重复。",
                        "Each is listed with code and reason, as CSV too; mend them and import again, nothing comes in twice.",
                    ),
                ),
            ),
        ),
        Step(
            title=("找到草稿", "Find the draft"),
            text=(
                (
                    "“数据接收”列出全部版本：文号、要素数、问题数、谁导入、谁发布。草稿排在前面并加粗。",
                    "“Receiving” lists every release: paper, features, issues, who imported and who published it. Drafts come "
                    "first.",
                ),
            ),
            picture="import-list",
            shows=("版本列表，草稿在最上面", "The list of releases, the draft on top"),
        ),
        Step(
            title=("核对问题和变化", "Go through issues and changes"),
            text=(
                (
                    "打开草稿：左边地图标出问题、修复后的形状、增减的范围和涉及的地块；点列表中的一行，地图移到该处。",
                    "Open the draft: the map shows issues, repaired shapes, ground gained and lost, and the parcels touched; a "
                    "row of the list takes the map there.",
                ),
                (
                    "修复建议逐条选择并写明理由；面积变化超过 1 平方米或 0.1% 的须逐条认可。接受后存为新草稿，原草稿保留。",
                    "Choose repairs and say why; what moves more than 1 m² or 0.1 % must be accepted by itself. They are stored "
                    "as a new draft; the old one stays.",
                ),
            ),
            picture="import-release",
            shows=("草稿的问题、变化和涉及地块", "Issues and changes of a draft, and the parcels it touches"),
        ),
        Step(
            title=("第二人发布", "A second person publishes"),
            text=(
                (
                    "区审核员打开同一页，看过涉及地块后按“发布”。发布后新版本即作为判定依据；据旧版本得出的结论会标明“依据已变”，须重新筛查。",
                    "A reviewer opens the same page, looks at the parcels touched, and publishes. From then on it is judged by; "
                    "verdicts that rest on the old release say so and are screened anew.",
                ),
            ),
            commands=("landgis layer publish 图层 版本", "landgis screen --changed"),
            wrong=(
                (
                    ("没有“发布”按钮", "There is no button to publish"),
                    (
                        "您是导入人，或您的角色不能发布：请区审核员办理。有致命问题的版本不能发布，须先修复。",
                        "You imported it, or your role may not publish: ask a reviewer. A release with fatal issues is repaired "
                        "first.",
                    ),
                ),
            ),
        ),
    ),
)
