"""Words of the page of long work, Chinese and English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "jobs": ("后台任务", "Jobs"),
    "jobs_skip": ("跳到任务表", "Skip to the table of jobs"),
    "jobs_desk": ("返回工作台", "Back to the desk"),
    "jobs_range": ("第 {first}–{last} 项 / 共 {count} 项", "{first}–{last} of {count}"),
    "jobs_none": (
        "还没有任务。导入、筛查、图册和成果包在后台执行，进度显示在这里。",
        "No jobs yet. Imports, screenings, atlases and packages are done in the background, and told of here.",
    ),
    "jobs_no_worker": (
        "没有执行程序在运行，排队的任务不会开始：请管理员启动 landgis worker",
        "No worker is running, so nothing that waits will begin: have landgis worker started",
    ),
    "jobs_no": ("编号", "No."),
    "jobs_what": ("任务", "Job"),
    "jobs_state": ("状态", "State"),
    "jobs_result": ("结果", "What came of it"),
    "jobs_asked": ("提交", "Asked"),
    "jobs_acts": ("操作", "Actions"),
    "jobs_progress": ("任务 {no} 的进度", "Progress of job {no}"),
    "jobs_cancel": ("取消", "Cancel"),
    "jobs_cancel_label": ("取消任务 {no}", "Cancel job {no}"),
    "jobs_stopping": ("正在停止…", "Stopping…"),
    "jobs_again": ("重新提交", "Ask again"),
    "jobs_again_label": ("按原参数重新提交任务 {no}", "Ask for job {no} again"),
    "jobs_run": ("查看批次 {run}", "Open run {run}"),
    "jobs_release": ("查看版本 {release}", "Open release {release}"),
    "jobs_file": ("下载 {file}", "Download {file}"),
    "jobs_kept": ("文件保存 30 天", "files are kept for 30 days"),
    "jobs_changed": ("任务 {no}：{state}", "Job {no}: {state}"),
}
