"""Debian's QGIS, without a screen, opens what ``landgis export qgis`` writes: every layer valid, every row drawn, a print."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from landgis.bootstrap import build
from landgis.exchange.qgis.layer import from_service
from tests.support.command import landgis
from tests.support.planned_office import planned_office

pytestmark = pytest.mark.interop

PYTHON = os.environ.get("LANDGIS_QGIS_PYTHON", "/usr/bin/python3")
"""The Python that QGIS was built for: the system's, not ours."""
TIMEOUT_S = 300


def run(*arguments: object, **environment: str) -> str:
    plain = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    settings = plain | {"PATH": "/usr/bin:/bin", "QT_QPA_PLATFORM": "offscreen"} | environment
    done = subprocess.run(
        [PYTHON, *map(str, arguments)], capture_output=True, text=True, env=settings, timeout=TIMEOUT_S, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module", autouse=True)
def qgis() -> str:
    """Its version; where it is missing, the test fails: what was not tried did not pass."""
    try:
        return run("-c", "from qgis.core import Qgis; print(Qgis.version())")
    except (AssertionError, FileNotFoundError):
        pytest.fail("没有 QGIS：请运行 make test-interop，或 apt-get install python3-qgis qgis-providers")


@pytest.fixture(scope="module")
def office(planned_home: Path) -> Iterator[Path]:
    with planned_office("工程互通", planned_home) as home:
        yield home


@pytest.fixture(scope="module")
def made(office: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return exported(tmp_path_factory.mktemp("qgis 工程"))


def exported(out: Path, *options: str) -> dict[str, Any]:
    result = landgis("export", "qgis", "--out", out, "--made-on", "2026-11-22", "--why", "内部看图", *options, "--json")
    assert result.returncode == 0, result.stderr
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def opened(told: dict[str, Any], folder: Path, *styles: str, **environment: str) -> dict[str, Any]:
    script = Path(__file__).with_name("in_qgis.py")
    answer: dict[str, Any] = json.loads(run(script, told["project"], folder, *styles, **environment))
    return answer


@pytest.fixture(scope="module")
def seen(made: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("pictures")
    styles = [path for path in map(Path, made["files"]) if path.suffix in (".qml", ".sld")]
    named = [f"landgis_{re.split('_geoserver|[.]', path.name)[0]}={path}" for path in styles]
    return opened(made, folder, *named) | {"folder": folder}


def require_whole(seen: dict[str, Any], made: dict[str, Any]) -> None:
    layers = seen["layers"]
    assert seen["opened"]
    assert seen["crs"] == "EPSG:4549"
    assert [key for key, layer in layers.items() if not layer["valid"]] == []
    assert {key.removeprefix("landgis_"): layer["read"] for key, layer in layers.items()} == made["rows"]
    assert {layer["crs"] for layer in layers.values()} == {"EPSG:4549"}
    assert all(layer["read_only"] for layer in layers.values())
    assert [key for key, layer in layers.items() if layer["undrawn"]] == []


def test_every_layer_is_valid_and_every_row_has_a_symbol(seen: dict[str, Any], made: dict[str, Any]) -> None:
    require_whole(seen, made)
    assert [key.removeprefix("landgis_") for key in seen["order"]] == list(made["rows"])


def test_legends_names_of_fields_and_words_of_codes_arrive(seen: dict[str, Any]) -> None:
    parcels, lines = seen["layers"]["landgis_parcels"], seen["layers"]["landgis_plan_lines"]
    assert parcels["legend"] == ["符合 clear", "待核 to be checked", "无法判定 undecidable", "不符合 excluded"]
    assert parcels["aliases"]["verdict"] == "筛查结论 verdict"
    assert {"use_class", "verdict", "area_basis"} <= set(lines["value_maps"])
    assert (lines["labels"], lines["renderer"]) == (True, "categorizedSymbol")
    assert "替代数据，非法定成果" in seen["layers"]["landgis_homestead"]["abstract"]


def test_the_layout_prints_true_to_scale_with_its_words_and_its_picture(seen: dict[str, Any]) -> None:
    (layout,) = seen["layouts"].values()
    assert layout["results"] == [0, 0]
    assert layout["scale"] == pytest.approx(15_000, rel=1e-6)
    page = pypdf.PdfReader(seen["folder"] / "layout.pdf").pages[0]
    size_mm = [float(side) * 25.4 / 72 for side in page.mediabox[2:]]
    assert size_mm == pytest.approx([420, 297], abs=0.5)
    assert (seen["folder"] / "layout.png").stat().st_size > 100_000


def test_styles_load_and_keep_their_colours(seen: dict[str, Any], made: dict[str, Any]) -> None:
    assert len(seen["styles"]) == 3 * len(made["rows"])
    assert [name for name, style in seen["styles"].items() if not style["fine"]] == []
    for name, style in seen["styles"].items():
        path = Path(name.split("=", 1)[1])
        if path.suffix == ".qml":
            ours, back = (_inks(text) for text in (path.read_text(encoding="utf-8"), style["back"]))
            assert ours <= back, name
    for verdict in ("#009e73", "#e69f00", "#8c8c8c", "#d55e00"):
        rgb = ",".join(str(int(verdict[at : at + 2], 16)) for at in (1, 3, 5))
        backs = [style["back"] for name, style in seen["styles"].items() if Path(name).name.startswith("parcels")]
        assert len(backs) == 3
        assert all(f'"{rgb},' in back for back in backs)


def _inks(text: str) -> set[str]:
    return set(re.findall(r'"(\d+,\d+,\d+),\d+"', text))


def test_hatches_arrive_by_qml_and_by_the_newer_sld(seen: dict[str, Any]) -> None:
    back = {Path(name).name: style["back"] for name, style in seen["styles"].items()}
    assert back["parcels.qml"].count('class="LinePatternFill"') == 3  # diagonal, and both ways of the cross
    assert back["parcels.sld"].count('class="LinePatternFill"') == 3
    assert 'class="PointPatternFill"' in back["parcels.qml"]
    assert 'value="dense6"' in back["parcels.sld"]


def service_file(folder: Path, user: str, options: str) -> tuple[str, str]:
    """Write pg_service.conf for a role of the installation's own server; return its path and the acting account."""
    app = build(None, lambda _zh, _en: None)
    place = dict(app.database.engine.url.query)
    account = app.person.os_account
    app.close()
    lines = ("[landgis]", f"host={place['host']}", f"port={place['port']}", "dbname=landgis", f"user={user}")
    path = folder / "pg_service.conf"
    path.write_text("\n".join([*lines, f"options={options.format(account=account)}"]) + "\n", encoding="utf-8")
    return str(path), account


def test_a_direct_project_shows_the_same_to_a_reader(office: Path, tmp_path: Path) -> None:
    service, _ = service_file(tmp_path, "landgis_read", "-c default_transaction_read_only=on")
    told = exported(tmp_path / "直连", "--direct")
    require_whole(opened(told, tmp_path, PGSERVICEFILE=service), told)


def test_an_outline_redrawn_in_qgis_is_a_new_version_under_the_rules_of_the_register(
    office: Path, tmp_path: Path
) -> None:
    service, account = service_file(tmp_path, "landgis_app", "-c landgis.person={account}")
    parcel = "310117109901JB00001"
    before = json.loads(landgis("parcel", "show", parcel, "--json").stdout)

    def drawn(why: str) -> dict[str, Any]:
        script = Path(__file__).with_name("edit_in_qgis.py")
        answer: dict[str, Any] = json.loads(run(script, "landgis", parcel, why, "2.5", PGSERVICEFILE=service))
        assert (answer["valid"], answer["editing"], answer["adds"], answer["deletes"]) == (True, True, False, False)
        return answer

    refused = drawn("")
    assert not refused["saved"]
    assert "请在 reason 列写明修改依据" in " ".join(refused["errors"])
    assert drawn("2026 年实地复核")["saved"]
    after = json.loads(landgis("parcel", "show", parcel, "--json").stdout)
    assert after["version"] == before["version"] + 1
    assert "2026 年实地复核" in landgis("parcel", "history", parcel).stdout
    app = build(None, lambda _zh, _en: None)
    with app.database.begin() as connection:
        drawer = (
            "SELECT p.os_account FROM landgis.parcel_version v JOIN landgis.person p ON p.person_id = v.created_by"
            " WHERE v.reason = '2026 年实地复核'"
        )
        assert connection.exec_driver_sql(drawer).scalars().all() == [account]
    app.close()


def test_qgis_reads_a_quoted_query_as_it_was_meant() -> None:
    query = r"""SELECT 'a"b\c''d' AS x, geom FROM t"""
    text = from_service("landgis", query, "x").text
    asked = "import sys; from qgis.core import QgsDataSourceUri as U; u = U(sys.argv[1]); print(u.service(), u.keyColumn(), u.table())"
    assert run("-c", asked, text).strip() == f"landgis x ({query})"
