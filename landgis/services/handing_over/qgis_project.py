"""What a project of QGIS says of a plan: groups of layers, words of the sheet, what it stands on."""

from __future__ import annotations

from datetime import date

from landgis.db.layers import StoredRelease
from landgis.db.runs import RunHead
from landgis.domain.district import DISTRICTS
from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.domain.leaving import mark_of_ours
from landgis.exchange.qgis.layer import ProjectLayer
from landgis.exchange.qgis.print_layout import Sheet
from landgis.exchange.qgis.project import LayerGroup, Project
from landgis.services.planning.draft_plan import DraftedPlan
from landgis.services.planning.draw import source_of


def project_of(
    plan: DraftedPlan,
    run: RunHead,
    releases: list[StoredRelease],
    layers: dict[str, ProjectLayer],
    made_on: date,
    made_by: str = "",
) -> Project:
    """Describe a project: its groups, its sheet, what it stands on.

    Parameters
    ----------
    releases
        Releases of the layers around the parcels, from top to bottom.
    layers
        Layers by key; a release's layer goes by the key of the catalogue.
    made_on, made_by
        Day, and name of the person, that the sheet says beside its mark.
    """
    substitute = any(stored.release.substitute for stored in releases)
    district, head = DISTRICTS[plan.head.district], plan.head
    told = f"计划 {head.plan_id} · 储备项目库 {head.pool_id} · 筛查批次 {head.run_id}（规则包 {run.meta.pack_id} {run.meta.pack_version}）"
    mark = f"{SUBSTITUTE_ZH} {SUBSTITUTE_EN}" if substitute else ""
    seen = layers["plan_lines"] if len(plan.lines) else layers["parcels"]
    groups = (
        LayerGroup("计划与储备 Plan and pool", (layers["plan_lines"], layers["pool_members"])),
        LayerGroup("筛查 Screening", (layers["parcels"],)),
        LayerGroup(
            f"管控线与底图 Base layers{'［替代数据］' if substitute else ''}",
            tuple(layers[stored.release.layer] for stored in releases),
        ),
    )
    drawn = " ".join(filter(None, ("制图", made_by, made_on.isoformat())))
    sheet = Sheet(
        title=f"{district.name_zh}{head.year}年度农村集体经营性建设用地入市供应计划图",
        subtitle=told,
        banner=mark,
        sources=tuple(map(_source_line, releases)),
        note=f"筛查日期 Judged as of {run.meta.as_of}\n{mark_of_ours(False).zh} · {drawn}",
        entries=len(groups) + sum(map(_entries, layers.values())),
        shown=seen.bounds,
        wider=layers["town"].bounds if "town" in layers else None,
    )
    english = f"{district.name_en} {head.year}: supply plan for collective construction land, as of {run.meta.as_of}"
    abstract = "\n".join(filter(None, (told, english, mark)))
    return Project(head.plan_id, groups, sheet, abstract, made_on)


def _entries(layer: ProjectLayer) -> int:
    """Count the lines of a layer in a legend: a layer of one symbol needs no heading."""
    return len(layer.drawing.classes) + bool(layer.drawing.by)


def _source_line(stored: StoredRelease) -> str:
    return source_of(stored).label_zh + ("［替代数据］" if stored.release.substitute else "")
