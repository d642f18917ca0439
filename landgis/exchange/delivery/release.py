"""The one place where a release is made: what is said of a layer, and what its file turned out to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from landgis.crs import parse_stated
from landgis.domain.catalogue import LayerSpec
from landgis.domain.issue import Issue, Severity
from landgis.domain.layer import Answer, CoverageBasis, Release
from landgis.exchange.conforming.layer import ConformedLayer
from landgis.exchange.conforming.stated_columns import STATED, as_answer
from landgis.exchange.delivery.coverage import Coverage, Ground
from landgis.exchange.delivery.layer_input import LayerInput
from landgis.exchange.delivery.layers_file import LayerEntry
from landgis.exchange.reading.raw_layer import RawLayer

_QUESTION = {
    "crs_stated": "crs",
    "crs_overridden": "crs",
    "axes_stated": "crs",
    "encoding_stated": "encoding",
    STATED: "columns",
}
"""What was asked, by the issue that reading leaves when it believed a person."""

_NOT_WHOLE = {
    "drawing_left_out",
    "sheet_hidden",
    "crs_differs",
    "plot_completeness_unproven",
    "plot_count_differs",
    "completeness_undeclared",
}
"""What reading says when part of a delivery was left out, may be missing, or may lie in another place."""


def stated_release(spec: LayerSpec, entry: LayerEntry, substitute: bool = False) -> Release:
    """Return what is said of a layer, as a release without a file.

    Parameters
    ----------
    spec
        The catalogue's entry: title and update cycle where nothing else is said.
    entry
        What ``layers.yaml`` or the command line says.
    substitute
        Whether the whole delivery is stand-in data.
    """
    return Release(
        layer=spec.key,
        name=entry.name,
        title_zh=entry.title_zh or spec.title_zh,
        document_no=entry.document_no,
        issuing_body=entry.issuing_body,
        attribution=entry.attribution,
        issued_on=entry.issued_on,
        in_force_from=entry.in_force_from,
        expires_on=entry.expires_on,
        substitute=substitute if entry.substitute is None else entry.substitute,
        district=entry.district,
        legal_state=entry.legal_state,
        approved_on=entry.approved_on,
        no_document_reason=entry.no_document_reason,
        state_of_data_on=entry.state_of_data_on,
        accuracy_m=entry.accuracy_m,
        scale_denominator=entry.scale_denominator,
        secrecy=entry.secrecy,
        cycle_months=entry.cycle_months or spec.cycle_months,
        grace_months=spec.grace_months,
        code_scheme=str(entry.code_scheme or ""),
    )


def delivered(
    stated: Release,
    says: LayerEntry,
    spec: LayerSpec,
    raw: RawLayer,
    conformed: ConformedLayer,
    declared: Coverage | None,
    assumed: Ground,
) -> LayerInput:
    """Join what is said of a layer with what its file turned out to be.

    Parameters
    ----------
    stated, says
        From `stated_release`, and what it was made from; without a name it takes that of its content.
    declared, assumed
        Coverage that somebody answers for, or None; and the ground to assume then (working CRS).
    """
    release = replace(
        stated,
        name=stated.name or raw.content_hash[:12],
        content_hash=raw.content_hash,
        source_name=raw.source_name,
        source_layer=raw.name,
        source_crs=conformed.transform.source,
        transform=str(conformed.transform) if conformed.transform.definition else "",
        encoding=raw.encoding,
        feature_count=len(conformed.features),
        code_scheme=conformed.scheme,
        coverage_basis=CoverageBasis.DECLARED if declared else CoverageBasis.ASSUMED,
        answers=answers_given(says, raw.issues),
    )
    cover = declared or Coverage(assumed)
    lacking = incompleteness(spec, raw, conformed)
    issues = raw.issues + conformed.issues + cover.issues + lacking
    return LayerInput(spec, release, conformed.features, cover.polygon, not lacking, issues)


def incompleteness(spec: LayerSpec, raw: RawLayer, conformed: ConformedLayer) -> tuple[Issue, ...]:
    """Say why a layer may prove a conflict and never its absence; nothing where it holds all that was delivered.

    A row without usable geometry is missing; so is what the reader left out, and a feature that may lie elsewhere is
    missing from its place.
    """
    issues = []
    if conformed.rows_dropped:
        dropped, read = conformed.rows_dropped, conformed.rows_read
        zh, en = f"有 {dropped}/{read} 个要素不可用", f"{dropped} of {read} features cannot be used"
        issues.append(_incomplete_issue(spec, raw, zh, en))
    issues += [
        _incomplete_issue(
            spec, raw, f"未能证明成果齐全（{issue.message_zh}）", f"not proven whole ({issue.message_en})"
        )
        for issue in raw.issues
        if issue.code in _NOT_WHOLE
    ]
    return tuple(issues)


def answers_given(says: LayerEntry, issues: Iterable[Issue]) -> tuple[Answer, ...]:
    """Pick what a person was believed in, by the issues of reading; what the file said just so needed no answer."""
    told = {_QUESTION[issue.code]: issue for issue in issues if issue.code in _QUESTION}
    given = {
        "crs": str(parse_stated(says.crs)) if says.crs else "",
        "encoding": says.encoding or "",
        "columns": as_answer(says.columns),
    }
    return tuple(Answer(name, given[name], issue.message_zh, issue.message_en) for name, issue in told.items())


def _incomplete_issue(spec: LayerSpec, raw: RawLayer, zh: str, en: str) -> Issue:
    return Issue(
        "layer_incomplete",
        Severity.FATAL,
        raw.source_name,
        f"{spec.title_zh}：{zh}，图层不完整，不能据此判定“符合”",
        f"{spec.title_en}: {en}; the layer is not complete and clears nobody",
    )
