"""The first page: how to come in, which rooms there are, who does what."""

from __future__ import annotations

from landgis.web.handbook.chapter import Chapter, Step

START = Chapter(
    key="start",
    title=("从这里开始", "Begin here"),
    lead=(
        "工作台只办一件事：在地图上、按条款，判断哪些农村集体经营性建设用地可以入市。每个角色看到的房间和数据不同，镇填报员只看到本镇。",
        "The desk does one thing: it decides, on the map and by the clause, which collectively owned construction land may "
        "enter the market. Every role sees its own rooms and data; a town clerk sees the own town alone.",
    ),
    rooms=(),
    steps=(
        Step(
            title=("登录", "Log in"),
            text=(
                (
                    "用安全管理员登记的账号登录；第一次登录须先改密码（至少 12 个字符）。连续输错 5 次，账号锁定 15 分钟。",
                    "Log in with the account that the security administrator registered; the first time, change the password "
                    "(12 characters or more). Five wrong passwords in a row lock the account for 15 minutes.",
                ),
                (
                    "单机使用时运行 landgis serve，终端里打印的链接只能用一次。",
                    "On a machine of your own, run landgis serve: the link that it prints opens the desk once.",
                ),
            ),
            wrong=(
                (
                    ("登录后看不到任何地块", "No parcel is to be seen"),
                    (
                        "镇填报员须先由安全管理员设定所属街镇；三类管理员按规定看不到业务数据。",
                        "A town clerk needs a town, set by the security administrator; the three administrators see no "
                        "business data, and are not meant to.",
                    ),
                ),
            ),
            commands=("landgis serve", "landgis serve --accounts"),
        ),
        Step(
            title=("认识工作台", "The desk"),
            text=(
                (
                    "左边是图层和图例，中间是地图，下面是一览表，右边是卡片和工具。地图、表格、统计、打印和导出用的是同一个筛选；"
                    "表头始终写明“第几条 / 共几条，合计多少公顷（亩）”，不会悄悄截断。",
                    "Layers and legend on the left, the map in the middle, the table below, card and tools on the right. Map, "
                    "table, statistics, print and export share one filter; the head of the table always says how many rows of "
                    "how many are shown and what they sum to. Nothing is cut silently.",
                ),
                (
                    "比例尺旁写着“此比例尺下已概括”时，小图斑按格网汇总、地块合成圆圈；放大即逐个显示，面积和宗数不丢失。",
                    "“Generalised at this scale” beside the scale means: small features are summed up by squares, parcels are "
                    "gathered in circles. Zoom in to see each; no area and no parcel is lost.",
                ),
                (
                    "“已过期”标记表示图层资料可能已不反映现状；据以得出的结论不会是“符合”。",
                    "The mark “Expired” says that a layer may no longer tell the present state; no verdict rests on it as clear.",
                ),
            ),
            picture="start-desk",
            shows=("工作台：图层、地图、一览表、卡片", "The desk: layers, map, table, card"),
        ),
        Step(
            title=("到其他房间", "Other rooms"),
            text=(
                (
                    "右上角“功能”列出您能进入的房间：储备库看板、计划看板、数据接收、任务等。角色不能进入的房间不会列出。",
                    "The menu at the upper right lists the rooms that you may enter: pool board, plan board, receiving, jobs. "
                    "Rooms that your role may not enter are not listed.",
                ),
                (
                    "按“?”看键盘快捷键；全部工作不用鼠标也能完成。",
                    "Press “?” for the short-cuts; all work can be done without a mouse.",
                ),
            ),
            picture="start-rooms",
            shows=("房间菜单", "The menu of rooms"),
        ),
    ),
)
