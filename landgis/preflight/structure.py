"""Layers and fields: those declared, all of them, in their order and of their types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from landgis.domain.preflight_fault import Fault, FaultCode
from landgis.domain.profile import ExportProfile, FieldKind, GeometryKind
from landgis.frames.delivered import Delivery
from landgis.preflight.subject import Subject


def layers_present(delivery: Delivery, profile: ExportProfile) -> Iterator[Fault]:
    """Tell what is wrong with the delivery as a whole: its profile, its format, the layers it has."""
    made, wanted = (delivery.profile_id, delivery.profile_version), (profile.profile_id, profile.version)
    if made != wanted:
        yield _whole(FaultCode.PROFILE_OTHER, "", f"{' '.join(made)} ≠ {' '.join(wanted)}")
    if delivery.format not in profile.formats:
        yield _whole(FaultCode.FORMAT_NOT_ALLOWED, "", delivery.format)
    for name in profile.layer_names:
        if name not in delivery.layers:
            yield _whole(FaultCode.LAYER_MISSING, name, name)
    for name in delivery.layers:
        if name not in profile.layer_names:
            yield _whole(FaultCode.LAYER_UNEXPECTED, name, name)


def judge_fields(subject: Subject) -> None:
    """Tell fields that are missing, too many, repeated, out of order or of another type."""
    geometry = getattr(subject.frame, "active_geometry_name", None)
    there = [str(name) for name in subject.frame.columns if str(name) != geometry]
    wanted = subject.declared.names
    repeated = [name for name, count in Counter(there).items() if count > 1]
    for name in wanted:
        if name not in there:
            subject.tell(FaultCode.FIELD_MISSING, name)
    for name in dict.fromkeys(there):
        if name not in wanted:
            subject.tell(FaultCode.FIELD_UNEXPECTED, name)
        elif name in repeated:
            subject.tell(FaultCode.FIELD_REPEATED, name)
    known = [name for name in dict.fromkeys(there) if name in wanted]
    if known != [name for name in wanted if name in known]:
        subject.tell(FaultCode.FIELD_ORDER, "", "、".join(known), ", ".join(known))
    for field in subject.declared.fields:
        if subject.sound(field.name) and not _holds(subject.frame[field.name], field.kind):
            dtype = str(subject.frame[field.name].dtype)
            subject.tell(FaultCode.FIELD_TYPE, field.name, f"{dtype} ≠ {field.kind.zh}", f"{dtype} ≠ {field.kind}")


def judge_geometry_column(subject: Subject) -> None:
    """Tell a layer without its geometry, and a table with one."""
    if subject.declared.geometry is GeometryKind.NONE and subject.shapes is not None:
        subject.tell(FaultCode.GEOMETRY_UNEXPECTED)
    if subject.declared.geometry is not GeometryKind.NONE and subject.shapes is None:
        subject.tell(FaultCode.GEOMETRY_MISSING)


_DTYPES = {
    FieldKind.TEXT: pd.api.types.is_string_dtype,
    FieldKind.WHOLE: pd.api.types.is_integer_dtype,
    FieldKind.DECIMAL: pd.api.types.is_float_dtype,
    FieldKind.FLAG: pd.api.types.is_bool_dtype,
}
_INFERRED = {FieldKind.TEXT: {"string", "empty"}, FieldKind.DAY: {"date", "empty"}}


def _holds(column: pd.Series, kind: FieldKind) -> bool:
    """Tell whether a column holds values of a kind; one of objects is looked through."""
    if column.dtype == object:
        return pd.api.types.infer_dtype(column, skipna=True) in _INFERRED.get(kind, set())
    return kind in _DTYPES and _DTYPES[kind](column.dtype)


def _whole(code: FaultCode, layer: str, what: str) -> Fault:
    return Fault(code, layer, "", "", f"{code.zh}：{what}", f"{code.en}: {what}")
