"""``landgis job`` and ``landgis worker`` on an installation with a plan: an atlas and a package, made and handed over."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import landgis
from tests.support.jobs_case import ROOT, children_of, lives, until
from tests.support.planned_office import planned_office


@pytest.fixture(scope="module")
def home(planned_home: Path) -> Iterator[Path]:
    """A copy of the planned installation with a worker at work in it."""
    with planned_office("任务命令", planned_home) as home:
        assert landgis("db", "start").returncode == 0
        command = [sys.executable, "-m", "landgis", "worker"]
        worker = subprocess.Popen(command, env=dict(os.environ), cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            yield home
        finally:
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(40) == 0


def told(*arguments: object) -> dict:
    """What a command says as JSON."""
    ran = landgis("job", *arguments, "--json")
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def done(*arguments: object) -> dict:
    """A job that was asked for, once it is over."""
    number = told("ask", *arguments)["job_no"]
    return until(lambda: told("show", number), lambda job: bool(job["ended"]), 120)


def test_an_atlas_is_drawn_and_lies_in_one_file(home: Path) -> None:
    job = done("atlas", "plan=L000001", "drawn_on=2026-11-01")
    assert job["state"] == "done", job["error"]
    with zipfile.ZipFile(home / "jobs" / str(job["job_no"]) / job["file"]) as archive:
        assert {"图册.pdf", "图册记录.json"} <= set(archive.namelist())
        record = json.loads(archive.read("图册记录.json"))
        assert record["files"]["图册.pdf"] == hashlib.sha256(archive.read("图册.pdf")).hexdigest()
    assert len(record["sheets"]) == job["result"]["sheets"] > 3
    shown = landgis("job", "show", job["job_no"])
    assert "自检通过（替代数据，非法定成果）" in shown.stdout
    assert job["file"] in shown.stdout


def test_a_package_leaves_through_the_gate_and_is_logged(home: Path) -> None:
    job = done("package", "profile=plain", "as_of=2026-06-30", "why=报市局", "plan=L000001")
    assert job["state"] == "done", job["error"]
    log = json.loads(landgis("export", "log", "--json").stdout)
    (entry,) = [row for row in log if job["result"]["export_id"] in row.values()]
    assert "报市局" in entry.values()
    with zipfile.ZipFile(home / "jobs" / str(job["job_no"]) / job["file"]) as archive:
        for name, digest in job["result"]["files"].items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    refused = landgis("job", "ask", "package", "profile=plain", "as_of=2026-06-30", "why= ")
    assert refused.returncode == 2


def test_a_file_is_kept_when_it_is_asked_for_and_the_same_comes_in_once(home: Path) -> None:
    sample = ROOT / "data" / "sample" / "parcels.gpkg"
    job = done("import_parcels", f"file={sample}")
    assert job["state"] == "done", job["error"]
    assert (home / "originals" / job["arguments"]["file"]["content_hash"]).read_bytes() == sample.read_bytes()
    assert job["result"]["created"] == job["result"]["changed"] == 0  # all of it was there
    layer = ROOT / "data" / "sample" / "layers" / "permanent_basic_farmland.gpkg"
    if layer.is_file():
        draft = done("import_layer", f"file={layer}", "says.name=又一版", "says.no_document_reason=示例")
        assert (draft["state"], draft["result"]["name"]) == ("done", "又一版"), draft["error"]


def test_the_list_and_asking_again(home: Path) -> None:
    listed = told("list")
    assert listed["workers"] == 1
    assert [job["job_no"] for job in listed["jobs"]] == sorted((job["job_no"] for job in listed["jobs"]), reverse=True)
    first = listed["jobs"][-1]
    again = told("again", first["job_no"])
    assert (again["new"], again["arguments"]) == (True, first["arguments"])
    twice = told("again", first["job_no"])
    assert (twice["new"], twice["job_no"]) == (False, again["job_no"])
    landgis("job", "cancel", again["job_no"])
    over = until(lambda: told("show", again["job_no"]), lambda job: bool(job["ended"]), 60)
    assert over["state"] in ("cancelled", "done")
    table = landgis("job", "list")
    assert "计划图册" in table.stdout
    assert landgis("job", "cancel", again["job_no"]).returncode in (0, 2)
    assert landgis("job", "show", 9999).returncode == 2
    assert landgis("job", "ask", "screen", "rules").returncode == 2


def test_a_server_on_a_private_database_has_a_worker_that_ends_with_it(home: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "landgis", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=dict(os.environ), cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        until(lambda: told("list")["workers"], lambda count: count == 2, 60)
        (beside,) = children_of(server.pid)
        server.kill()  # it cannot tell its worker anything
        until(lambda: told("list")["workers"], lambda count: count == 1, 30)
        until(lambda: lives(beside), lambda there: not there, 30)
    finally:
        server.kill()
        server.wait()
