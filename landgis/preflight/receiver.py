"""Judging by what a receiver sent back before: each rule cites the rejection that it became of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from landgis.domain.preflight_fault import Fault, FaultCode
from landgis.domain.profile import ExportProfile
from landgis.domain.receiver_rule import ReceiverRule, ReceiverTest, limit_of
from landgis.preflight.subject import Bools, Subject


def rules_without_layer(profile: ExportProfile, rules: Sequence[ReceiverRule]) -> Iterator[Fault]:
    """Tell rules of a receiver whose layer the profile does not have: a rule that is never tried says nothing."""
    code = FaultCode.RECEIVER_RULE
    for rule in rules:
        if rule.profile_id == profile.profile_id and rule.layer not in profile.layer_names:
            told_zh, told_en = (
                f"{rule.rejection_id} 所指图层不在方案内",
                f"{rule.rejection_id} is about a layer not in the profile",
            )
            yield Fault(code, rule.layer, "", rule.field, f"{code.zh}：{told_zh}", f"{code.en}: {told_en}")


def judge_receiver(subject: Subject, rules: Sequence[ReceiverRule]) -> None:
    """Tell rows that break a rule of the receiver; a field that is told of already is not told again."""
    for rule in rules:
        if (rule.profile_id, rule.layer) == (subject.profile.profile_id, subject.declared.name):
            _judge(subject, rule)


def _judge(subject: Subject, rule: ReceiverRule) -> None:
    if rule.field not in subject.declared.names:
        told = f"{rule.rejection_id} 所指字段不在方案内", f"{rule.rejection_id} is about a field not in the profile"
        subject.tell(FaultCode.RECEIVER_RULE, rule.field, *told)
        return
    if not subject.sound(rule.field):
        return
    column = subject.frame[rule.field]
    wrong = _broken(column, rule) & subject.sound_cells(rule.field)
    personal = subject.declared.field(rule.field).personal
    cited = f"{rule.rejection_id}：{rule.zh}", f"{rule.rejection_id}: {rule.en}"
    subject.tell_cited(FaultCode.RECEIVER_RULE, wrong, rule.field, cited, None if personal else column[wrong])


def _broken(column: pd.Series, rule: ReceiverRule) -> Bools:
    """Return which rows break a rule; what is missing breaks only the rule that it be there."""
    missing = column.isna().to_numpy(dtype=bool)
    if rule.test is ReceiverTest.REQUIRED:
        return missing
    if rule.test is ReceiverTest.UNIQUE:
        return ~missing & column.duplicated().to_numpy(dtype=bool)
    fits = _TESTS[rule.test](rule.value)
    return np.array([not gone and not fits(value) for value, gone in zip(column, missing, strict=True)], dtype=bool)


def _one_of(value: str) -> Callable[[object], bool]:
    allowed = {each.strip() for each in value.split("|")}
    return lambda each: _text(each) in allowed


def _pattern(value: str) -> Callable[[object], bool]:
    wanted = re.compile(value)
    return lambda each: wanted.fullmatch(_text(each)) is not None


def _max_length(value: str) -> Callable[[object], bool]:
    most = int(value)
    return lambda each: len(_text(each)) <= most


def _at_least(value: str) -> Callable[[object], bool]:
    least = limit_of(value)
    return lambda each: least is not None and (found := limit_of(_text(each))) is not None and found >= least


def _at_most(value: str) -> Callable[[object], bool]:
    most = limit_of(value)
    return lambda each: most is not None and (found := limit_of(_text(each))) is not None and found <= most


_TESTS: Mapping[ReceiverTest, Callable[[str], Callable[[object], bool]]] = {
    ReceiverTest.ONE_OF: _one_of,
    ReceiverTest.PATTERN: _pattern,
    ReceiverTest.MAX_LENGTH: _max_length,
    ReceiverTest.AT_LEAST: _at_least,
    ReceiverTest.AT_MOST: _at_most,
}


def _text(value: object) -> str:
    """Return a value as the receiver reads it: a whole number without a point."""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
