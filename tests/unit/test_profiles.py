"""Export profiles: the shipped ones as published, one's own read whole or refused by layer and field, filled exactly."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
import yaml

from landgis.crs import WORKING
from landgis.domain.profile import AreaUnit, Basis, FieldKind, Personal
from landgis.domain.profile_sources import CONTENTS, content_of, source_of
from landgis.errors import ConfigError, NotFound
from landgis.exchange.profiles import named_profile, profile_schema, read_profile
from landgis.services.handing_over.fill_profile import Filling, coarsened, fill, in_unit, normal_form
from landgis.services.handing_over.source_frames import register_sources
from tests.support.command import landgis
from tests.support.delivered import PROFILES, TOLD, good, profiles
from tests.support.ground import at, parcels

PUBLISHED = {
    "TDGY_ZDDK": "YSDM DKBH DKMC JZDS DKMJ DKYT TFH ZBX TYLX JDFD DH JLDW JD SZXZQDM SZXZQMC ZDBH ZDMC ZDZL ZDMJ ZDDZJGH "
    "ZDBDCDYH ZDDQZT RKRQ GXRQ",
    "TDGY_ZDDKJZD": "JZD_GUID JZDORDER DKBH ZDBH JZDH QH XZB YZB FSBC BZ",
    "TDGY_GYJH": "YSDM GYJH_GUID XZQDM XZQMC BIAOTI NF FB_SJ ZGY_MJ SF GK CCYD GGGL GGSS JTYS TSYD QTYD SYSL ZZYD_ZL "
    "CQ_ZZ SP_ZZ GY_CQ PSXBZXZF ZP_ZZ BZX_ZP_ZZ SCH_ZP_ZZ GGZLZF QT JISY_ZZ CQAZ_ZZ QT_ZZ",
    "TDGY_GYJH_ZD": "ZD_GUID GYJH_GUID ZDBH ZDMJ ZDZL ZZ_LX GY_FS JH_GY_SJ BZ",
}
LENGTHS = {
    ("TDGY_ZDDK", "DKBH"): 100, ("TDGY_ZDDK", "DKMC"): 200, ("TDGY_ZDDK", "DKYT"): 50, ("TDGY_ZDDK", "TFH"): 200,
    ("TDGY_ZDDK", "ZDBH"): 200, ("TDGY_ZDDK", "ZDMC"): 200, ("TDGY_ZDDK", "ZDZL"): 200, ("TDGY_ZDDKJZD", "XZB"): 18,
    ("TDGY_GYJH_ZD", "ZDBH"): 50, ("TDGY_GYJH_ZD", "ZDZL"): 200, ("TDGY_GYJH_ZD", "ZZ_LX"): 20,
    ("TDGY_GYJH_ZD", "GY_FS"): 6, ("TDGY_GYJH_ZD", "BZ"): 500,
}  # fmt: skip


def test_the_supply_tables_are_as_published() -> None:
    layers = {layer.name: layer for layer in profiles()["supply"].layers}
    assert {name: " ".join(layer.names) for name, layer in layers.items()} == PUBLISHED
    assert {(layer, name): layers[layer].field(name).length for layer, name in LENGTHS} == LENGTHS
    assert {layers["TDGY_ZDDK"].field(name).decimals for name in ("DKMJ", "ZDMJ")} == {4}
    assert {layers["TDGY_ZDDKJZD"].field(name).decimals for name in ("XZB", "YZB")} == {6}
    assert {each.decimals for each in layers["TDGY_GYJH"].fields if each.kind is FieldKind.DECIMAL} == {6}
    assert all(layers[name].area_unit is AreaUnit.HA for name in ("TDGY_ZDDK", "TDGY_GYJH", "TDGY_GYJH_ZD"))


def test_every_shipped_profile_says_what_is_sure_and_what_is_not() -> None:
    assert sorted(profiles()) == ["cadastre", "inventory", "one-map", "plain", "plan-layer", "public", "supply"]
    for profile in profiles().values():
        assert profile.notes, profile.profile_id
        unsure = [
            each for layer in profile.layers for each in layer.fields if each.basis in (Basis.PARTLY, Basis.INFERRED)
        ]
        assert bool(unsure) == (profile.basis != "generic"), profile.profile_id
    assert "浙江" in profiles()["inventory"].basis
    assert "非上海" in profiles()["inventory"].basis


def test_a_profile_is_found_by_name_or_by_file() -> None:
    assert named_profile("plain", PROFILES) == named_profile(str(PROFILES / "plain.yaml"), PROFILES)
    with pytest.raises(NotFound, match="nonsense"):
        named_profile("nonsense", PROFILES)


def _written(folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    content = yaml.safe_load((PROFILES / "supply.yaml").read_text(encoding="utf-8"))
    change(content)
    path = folder / "own.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def _field(content: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in content["layers"][0]["fields"] if each["name"] == name)
    return found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: _field(c, "DKYT").update(kind="txt"), "TDGY_ZDDK DKYT kind"),
        (lambda c: _field(c, "DKYT").update(lenght=3), "TDGY_ZDDK DKYT lenght"),
        (lambda c: _field(c, "DKYT").update(source="parcel.nothing"), "TDGY_ZDDK DKYT: source parcel.nothing"),
        (lambda c: _field(c, "DKYT").update(source="plan.line_no", kind="day"), "TDGY_ZDDK DKYT: source plan.line_no is whole"),
        (lambda c: _field(c, "DKMC").update(source="parcel.intended_buyer"), "TDGY_ZDDK DKMC: .* personal"),
        (lambda c: _field(c, "DKMC").update(decimals=2), "TDGY_ZDDK DKMC: decimals of a text"),
        (lambda c: _field(c, "DKYT").update(mapped={"x": "nowhere"}), "TDGY_ZDDK DKYT: mapped nowhere"),
        (lambda c: c["layers"][0].update(content="plots"), "TDGY_ZDDK content: plots"),
        (lambda c: c["layers"][0].update(geometry="point"), "TDGY_ZDDK geometry"),
        (lambda c: c["layers"][0].update(key=["NONE"]), "TDGY_ZDDK key: no field NONE"),
        (lambda c: c["layers"][0].update(area_fields=["NONE"]), "TDGY_ZDDK area_fields: no field NONE"),
        (lambda c: c["layers"][2]["sums"][0]["parts"].append("NONE"), "TDGY_GYJH sums: no field NONE"),
        (lambda c: c["layers"][3]["references"][0].update(layer="NONE"), "TDGY_GYJH_ZD references: no field NONE"),
        (lambda c: c["layers"][0]["fields"].append(dict(_field(c, "DKMC"))), "TDGY_ZDDK DKMC: there twice"),
        (lambda c: c["layers"].append(c["layers"][0]), "TDGY_ZDDK is there twice"),
        (lambda c: c.update(default_format="dxf"), "dxf is not among formats"),
        (lambda c: c.update(file_name="{town}"), r"\{town\} is not one of"),
        (lambda c: c.update(crs="EPSG:3857"), "crs"),
        (lambda c: c.update(notes=[]), "notes"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_file_layer_and_field(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    path = _written(tmp_path, change)
    with pytest.raises(ConfigError, match=said) as caught:
        read_profile(path)
    assert caught.value.where == str(path)


def test_the_schema_describes_what_the_reader_takes() -> None:
    schema = profile_schema()
    assert set(schema["required"]) <= set(schema["properties"])
    assert schema["additionalProperties"] is False
    for path in PROFILES.glob("*.yaml"):
        assert set(yaml.safe_load(path.read_text(encoding="utf-8"))) <= set(schema["properties"])


def test_sources_are_a_closed_list() -> None:
    assert content_of("layer:homestead") is not None
    assert content_of("nothing") is None
    assert source_of("parcels", "plan.line_no") is None
    personal = {name for each in CONTENTS.values() for name, source in each.sources.items() if source.personal}
    assert personal == {"parcel.intended_buyer"}


def test_areas_are_rounded_once_half_up_in_the_unit_asked() -> None:
    layer = profiles()["plain"].layers[0]
    field = layer.field("area_ha")
    assert in_unit(Decimal("4800.5"), layer, field) == Decimal("0.4801")
    assert in_unit(Decimal("4800.4999"), layer, field) == Decimal("0.4800")
    in_mu, in_m2 = replace(layer, area_unit=AreaUnit.MU), replace(layer, area_unit=AreaUnit.M2)
    assert in_unit(Decimal(10_000), in_mu, field) == Decimal("15.0000")
    assert in_unit(Decimal("1.00005"), in_m2, field) == Decimal("1.0001")


def test_values_are_mapped_totals_told_and_gaps_named() -> None:
    delivery = good("one-map")
    frame = delivery.layers["RSJH"]
    assert frame["SCJL"].tolist() == ["1"] * 4
    assert frame["BSM"].tolist() == ["1", "2", "3", "4"]
    assert {"RSJH.YSDM", "RSJH.BZ"} <= {f"{each.layer}.{each.field}" for each in delivery.unfilled}
    assert not any(each.required for each in delivery.unfilled)
    total = next(each for each in delivery.totals if (each.layer, each.field) == ("RSJH", "MJ"))
    assert total.expected == sum(Decimal(repr(value)) for value in frame["MJ"])
    plan = good("supply").layers["TDGY_GYJH"].iloc[0]
    assert plan["ZGY_MJ"] == pytest.approx(sum(good("plain").layers["plan_lines"]["area_ha"]))
    assert plan["GYJH_GUID"] == str(TOLD.guid)


def test_personal_values_are_dropped_or_masked() -> None:
    frame = register_sources(parcels({"SJ-001": at(0, 0, 50, 50)}, intended_buyer="张三丰"))
    own = profiles()["inventory"]
    field = replace(own.layers[0].field("BSM"), name="YXSRR", source="parcel.intended_buyer", personal=True)
    profile = replace(own, layers=(replace(own.layers[0], fields=(*own.layers[0].fields, field)),))
    for rule, told in ((Personal.MASK, "张＊＊"), (Personal.KEEP, "张三丰")):
        filled = fill(replace(profile, personal=rule), Filling({"parcels": frame}, "geopackage", WORKING))
        assert filled.layers["JYXJSYD"]["YXSRR"].tolist() == [told]
    dropped = fill(replace(profile, personal=Personal.DROP), Filling({"parcels": frame}, "geopackage", WORKING))
    assert dropped.layers["JYXJSYD"]["YXSRR"].isna().all()


def test_outlines_take_their_normal_form_and_keep_their_ground() -> None:
    two = shapely.union_all([at(0, 0, 10, 10).difference(at(2, 2, 3, 3)), at(20, 0, 40, 40)])
    shapes = np.array([two], dtype=object)
    turned = normal_form(shapes)
    parts = shapely.get_parts(turned[0])
    assert shapely.area(parts).tolist() == [1600.0, 91.0]
    assert not shapely.is_ccw(shapely.get_exterior_ring(parts)).any()
    assert shapely.is_ccw(parts[1].interiors[0])
    assert turned[0].equals(two)
    box = coarsened(shapes, 50.0)[0]
    assert box.covers(two)
    assert (shapely.get_coordinates(box) % 50 == 0).all()


def test_the_command_lists_shows_checks_and_gives_the_schema(tmp_path: Path) -> None:
    listed = json.loads(landgis("export", "profiles", "list", "--json").stdout)
    assert [each["id"] for each in listed] == sorted(profiles())
    shown = json.loads(landgis("export", "profiles", "show", "supply", "--json").stdout)
    assert [each["name"] for each in shown["layers"]] == list(PUBLISHED)
    assert "公顷" in landgis("export", "profiles", "show", "supply").stdout
    right = landgis("export", "profiles", "check", PROFILES / "supply.yaml", "--json")
    assert right.returncode == 0
    assert json.loads(right.stdout)["refused"] == []
    wrong = landgis("export", "profiles", "check", _written(tmp_path, lambda c: _field(c, "DKYT").update(kind="txt")))
    assert wrong.returncode == 2
    assert "TDGY_ZDDK DKYT kind" in wrong.stderr
    assert json.loads(landgis("export", "profiles", "schema").stdout) == profile_schema()
