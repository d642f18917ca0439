"""Values, field by field: filled where required, readable, as long and as exact as declared, in their code list.

Every value is told once, by the first thing that is wrong with it.
"""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd

from landgis.domain.file_limits import DBF_TEXT_BYTES, ENCODED
from landgis.domain.personal import masked, personal_number
from landgis.domain.preflight_fault import FaultCode
from landgis.domain.profile import FieldKind, Personal, ProfileField
from landgis.preflight.subject import Bools, Subject

_DAMAGED = re.compile("[\ufffd\ud800-\udfff]|锟斤拷|烫烫烫|屯屯屯")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DAYS = (date(1900, 1, 1), date(2100, 12, 31))


def judge_values(subject: Subject) -> None:
    """Tell what is wrong with the values of every field that is there and of its type."""
    for field in subject.declared.fields:
        if not subject.sound(field.name):
            continue
        column = subject.frame[field.name]
        missing = column.isna().to_numpy(dtype=bool)
        if _judge_personal(subject, field, column, missing):
            continue
        if field.required:
            subject.tell_rows(FaultCode.REQUIRED_EMPTY, missing, field.name)
        if field.kind is FieldKind.TEXT:
            _judge_texts(subject, field, column)
        elif field.kind in (FieldKind.WHOLE, FieldKind.DECIMAL):
            _judge_numbers(subject, field, column, missing)
        elif field.kind is FieldKind.DAY:
            _judge_days(subject, field, column)


def _judge_personal(subject: Subject, field: ProfileField, column: pd.Series, missing: Bools) -> bool:
    """Tell personal values that go out against the rule; the values themselves are never shown. True: all is said."""
    if not field.personal or subject.profile.personal is Personal.KEEP:
        return False
    if subject.profile.personal is Personal.DROP:
        subject.tell_rows(FaultCode.PERSONAL_FIELD, ~missing, field.name)
        return True
    open_ = np.array([not masked(str(value)) for value in column[~missing]], dtype=bool)
    subject.tell_rows(FaultCode.PERSONAL_UNMASKED, np.flatnonzero(~missing)[open_], field.name)
    return bool(open_.any())


def _judge_texts(subject: Subject, field: ProfileField, column: pd.Series) -> None:
    place, values = pd.factorize(column, use_na_sentinel=True)
    encoding = subject.profile.encoding if subject.delivery.format in ENCODED else ""
    most_bytes = DBF_TEXT_BYTES if subject.delivery.format == "shapefile" else None
    told = [_first_wrong(str(value), field, encoding, most_bytes) for value in values]
    for code in dict.fromkeys(each for each in told if each is not None):
        wrong = np.array([each is code for each in told] + [False], dtype=bool)[place]
        values_told = None if code is FaultCode.PERSONAL_NUMBER else column[wrong]
        subject.tell_rows(code, wrong, field.name, values_told)


def _first_wrong(text: str, field: ProfileField, encoding: str, most_bytes: int | None) -> FaultCode | None:
    if not text.isascii() and _DAMAGED.search(text):
        return FaultCode.TEXT_DAMAGED
    if _CONTROL.search(text):
        return FaultCode.TEXT_CONTROL
    if not text or text != text.strip():
        return FaultCode.TEXT_BLANK
    if field.length is not None and len(text) > field.length:
        return FaultCode.TEXT_TOO_LONG
    if field.codes is not None and text not in field.codes:
        return FaultCode.CODE_UNLISTED
    if encoding and not _can_be_written(text, encoding):
        return FaultCode.TEXT_UNWRITABLE
    if most_bytes is not None and len(text.encode(encoding)) > most_bytes:
        return FaultCode.TEXT_TOO_WIDE
    return FaultCode.PERSONAL_NUMBER if not field.personal and personal_number(text) else None


def _can_be_written(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _judge_numbers(subject: Subject, field: ProfileField, column: pd.Series, missing: Bools) -> None:
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    endless = np.isinf(numbers)
    subject.tell_rows(FaultCode.NUMBER_NOT_FINITE, endless, field.name)
    usable = ~missing & ~endless
    decimals = 0 if field.kind is FieldKind.WHOLE else field.decimals
    if field.length is not None:
        long = usable & (np.abs(np.where(usable, numbers, 0)) >= 10.0 ** (field.length - (decimals or 0)))
        subject.tell_rows(FaultCode.NUMBER_TOO_LONG, long, field.name, numbers[long])
        usable &= ~long
    if field.kind is FieldKind.DECIMAL and field.decimals is not None:
        fine = usable & (np.round(np.where(usable, numbers, 0), field.decimals) != np.where(usable, numbers, 0))
        subject.tell_rows(FaultCode.DECIMALS_TOO_MANY, fine, field.name, numbers[fine])
        usable &= ~fine
    if field.name in subject.declared.area_fields:
        none = usable & (numbers <= 0)
        subject.tell_rows(FaultCode.AREA_NOT_POSITIVE, none, field.name, numbers[none])
        usable &= ~none
    if field.codes is not None:
        unlisted = usable & np.array([_spelled(number) not in field.codes for number in numbers], dtype=bool)
        subject.tell_rows(FaultCode.CODE_UNLISTED, unlisted, field.name, numbers[unlisted])


def _spelled(number: float) -> str:
    """Return a number as codes spell it: a whole one without point or exponent."""
    return f"{number:.0f}" if float(number).is_integer() else repr(float(number))


def _judge_days(subject: Subject, field: ProfileField, column: pd.Series) -> None:
    wrong = np.array([isinstance(day, date) and not _DAYS[0] <= day <= _DAYS[1] for day in column], dtype=bool)
    subject.tell_rows(FaultCode.DAY_IMPOSSIBLE, wrong, field.name, column[wrong])
