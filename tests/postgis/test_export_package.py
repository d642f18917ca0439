"""``landgis export package``: a plan of the sample as a package, let out, answered, and what changed since."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyogrio
import pytest

from landgis.bootstrap import build
from landgis.crs import LOCAL
from landgis.db.exports import ExportStore
from landgis.domain.leaving import ExportKind, Receipt
from landgis.domain.preflight_fault import FaultCode
from landgis.domain.profile import ExportProfile
from landgis.errors import Conflict, DeliveryFaulty, NotReady, UsageError
from landgis.exchange.package.manifest import MANIFEST
from landgis.services.handing_over.build_delivery import Wanted
from landgis.services.handing_over.export_package import ExportedPackage, export_package
from tests.support.command import landgis
from tests.support.delivered import profiles
from tests.support.local_crs import crs_file, leaks
from tests.support.planned_office import planned_office

WANTED = Wanted("songjiang", date(2026, 6, 30))
WHY = "报市局一张图"


@pytest.fixture(scope="module")
def opened(planned_home: Path) -> Iterator[Any]:
    with planned_office("成果包", planned_home):
        app = build(None, lambda _zh, _en: None)
        yield app
        app.close()


def exported(
    app: Any, out: Path, profile: ExportProfile | None = None, wanted: Wanted = WANTED, **how: Any
) -> ExportedPackage:
    return export_package(app.database, app.person, profile or profiles()["plain"], wanted, out, why=WHY, **how)


def accept(app: Any, export_id: str) -> None:
    receipt = Receipt(True, "市局", "沪规收〔2026〕1 号", date(2026, 7, 1))
    ExportStore(app.database).add_receipt(export_id, receipt, person=app.person)


def test_a_package_is_whole_and_on_record(opened: Any, tmp_path: Path) -> None:
    made = exported(opened, tmp_path / "包")
    assert made.folder == tmp_path / "包"
    manifest = json.loads((tmp_path / "包" / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["notice"] == "替代数据，非法定成果"
    assert manifest["run"]["id"] == "R000001"
    assert manifest["plan"]["id"] == "L000001"
    assert {row["layer"] for row in manifest["releases"]} >= {"permanent_basic_farmland", "homestead"}
    logged = ExportStore(opened.database).one(made.export_id)
    assert logged.leaving.kind is ExportKind.PACKAGE
    assert logged.leaving.why == WHY
    assert logged.leaving.files == {file.name: file.sha256 for file in made.files}
    assert logged.leaving.rows == {layer["name"]: layer["rows"] for layer in manifest["layers"]}
    assert list(tmp_path.iterdir()) == [tmp_path / "包"]


def test_the_same_state_gives_the_same_bytes(opened: Any, tmp_path: Path) -> None:
    one, other = (exported(opened, tmp_path / name) for name in ("甲", "乙"))
    assert one.files == other.files
    assert one.export_id != other.export_id


def test_nothing_changed_is_said_and_nothing_written(opened: Any, tmp_path: Path) -> None:
    accept(opened, exported(opened, tmp_path / "全").export_id)
    made = exported(opened, tmp_path / "增", since="last")
    assert made.folder is None
    assert made.export_id == ""
    assert not (tmp_path / "增").exists()


def test_changes_are_told_by_layer_and_by_key(opened: Any, tmp_path: Path) -> None:
    whole = exported(opened, tmp_path / "全")
    accept(opened, whole.export_id)
    base = ExportStore(opened.database).with_keys(ExportStore(opened.database).one(whole.export_id))
    keys = {layer: dict(rows) for layer, rows in base.leaving.keys.items()}
    first, second, *_ = keys["plan_lines"]
    del keys["plan_lines"][first]
    keys["plan_lines"] |= {second: "0" * 64, "SJ-9999": "1" * 64}
    then = replace(base.leaving, keys=keys)
    earlier = ExportStore(opened.database).add(then, person=opened.person)
    accept(opened, earlier)
    made = exported(opened, tmp_path / "增", since=earlier)
    told = made.record.since
    assert told is not None
    assert made.folder is not None
    counts = told.layers["plan_lines"]
    assert (counts.added, counts.changed, counts.gone) == (1, 1, 1)
    assert told.layers["pool_members"].rows == 0
    assert told.manifest_sha256 == base.leaving.files[MANIFEST]
    [path] = made.folder.glob("*.gpkg")
    assert {str(name) for name, _ in pyogrio.list_layers(path)} == {
        f"plan_lines_{word}" for word in ("新增", "变更", "删除")
    }
    gone = pyogrio.read_dataframe(path, layer="plan_lines_删除")
    assert gone.to_dict("list") == {"parcel_id": ["SJ-9999"], "last_sha256": ["1" * 64]}
    logged = ExportStore(opened.database).one(made.export_id)
    assert (logged.leaving.kind, logged.leaving.since) == (ExportKind.DELTA, earlier)


def test_changes_need_an_accepted_delivery_alike(opened: Any, tmp_path: Path) -> None:
    with pytest.raises(NotReady):
        exported(opened, tmp_path / "甲", profiles()["one-map"], since="last")
    made = exported(opened, tmp_path / "乙")
    with pytest.raises(NotReady):
        exported(opened, tmp_path / "丙", since=made.export_id)
    accept(opened, made.export_id)
    newer = replace(profiles()["plain"], version="2")
    with pytest.raises(Conflict, match="version 1 → 2"):
        exported(opened, tmp_path / "丁", newer, since=made.export_id)
    with pytest.raises(Conflict, match="EPSG:4549 → EPSG:4528"):
        exported(opened, tmp_path / "戊", wanted=replace(WANTED, crs="EPSG:4528"), since=made.export_id)


def test_what_a_receiver_would_send_back_is_not_written(opened: Any, tmp_path: Path) -> None:
    with pytest.raises(DeliveryFaulty) as raised:
        exported(opened, tmp_path / "包", profiles()["cadastre"])
    assert {fault.code for fault in raised.value.faults} <= {
        FaultCode.GEOMETRY_OVERLAP, FaultCode.GEOMETRY_DUPLICATE, FaultCode.CODE_UNLISTED,
    }  # fmt: skip
    assert not any(tmp_path.iterdir())


def test_nothing_leaves_without_a_reason_or_with_an_unknown_loss(opened: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        export_package(opened.database, opened.person, profiles()["plain"], WANTED, tmp_path / "包", why=" ")
    with pytest.raises(UsageError, match="no_such_loss"):
        exported(opened, tmp_path / "包", accept=["no_such_loss"])
    assert not any(tmp_path.iterdir())


def test_another_crs_takes_the_place_of_the_profiles(opened: Any, tmp_path: Path) -> None:
    made = exported(opened, tmp_path / "包", wanted=replace(WANTED, crs="EPSG:4528"))
    assert made.record.crs == "EPSG:4528"
    assert ExportStore(opened.database).one(made.export_id).leaving.crs == "EPSG:4528"


def test_the_command_writes_the_own_plane_and_tells_nothing_of_it(
    opened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANDGIS_CRS_FILE", str(crs_file(tmp_path)))
    ran = landgis(
        "export", "package", "--profile", "plain", "--crs", "local", "--why", WHY, "--out", tmp_path / "包", "--json"
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["crs_name"].startswith("地方坐标系")
    said = (
        ran.stdout + ran.stderr + "".join(path.read_bytes().decode("latin-1") for path in (tmp_path / "包").iterdir())
    )
    assert leaks(said) == []
    assert json.loads((tmp_path / "包" / MANIFEST).read_text(encoding="utf-8"))["crs"] == LOCAL


def test_the_command_shows_faults_as_a_table_and_as_json(opened: Any, tmp_path: Path) -> None:
    asked = ("export", "package", "--profile", "cadastre", "--why", WHY, "--out", tmp_path / "包")
    ran = landgis(*asked)
    assert ran.returncode == 2
    assert "预检" in ran.stdout
    assert "什么也没有写" in ran.stderr
    faults = json.loads(landgis(*asked, "--json").stdout)["error"]["faults"]
    assert {fault["layer"] for fault in faults} == {"ZDJBXX"}
    assert not any(tmp_path.iterdir())


def test_the_command_passes_no_option_over(opened: Any, tmp_path: Path) -> None:
    assert opened.person
    ran = landgis("export", "package", "--since", "last", "--why", WHY, "--out", tmp_path / "包")
    assert ran.returncode == 2
    assert "--since 须与 --profile 同用" in ran.stderr
    asked = ("--profile", "supply", "--format", "geopackage", "--crs", "EPSG:4549")
    ran = landgis("export", "package", *asked, "--why", WHY, "--out", tmp_path / "包")
    assert ran.returncode == 0, ran.stderr
    assert "TDGY_ZDDK.DH" in ran.stderr
