"""What a receiver sent back once is found before it is sent again, and cited."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from landgis.domain.preflight_fault import Fault, FaultCode
from landgis.domain.receiver_rule import ReceiverRule, ReceiverTest, require_sound
from landgis.errors import UsageError
from landgis.preflight import preflight
from landgis.preflight.receiver import judge_receiver
from landgis.preflight.subject import Subject
from tests.support.delivered import good, profiles

LAYER = "TDGY_ZDDK"


def rule(field: str, test: ReceiverTest, value: str = "", layer: str = LAYER, profile: str = "supply") -> ReceiverRule:
    made = ReceiverRule("J-000003", profile, layer, field, test, value, "市局：请更正")
    require_sound(made)
    return made


def found(*rules: ReceiverRule) -> tuple[Fault, ...]:
    return preflight(good("supply"), profiles()["supply"], rules)


def test_a_good_delivery_keeps_to_rules_that_it_keeps() -> None:
    keys = good("supply").layers[LAYER]["DKBH"]
    assert found(
        rule("DKBH", ReceiverTest.REQUIRED),
        rule("DKBH", ReceiverTest.UNIQUE),
        rule("DKBH", ReceiverTest.ONE_OF, "|".join(keys)),
        rule("DKBH", ReceiverTest.PATTERN, "SJ-[0-9]{3}"),
        rule("DKBH", ReceiverTest.MAX_LENGTH, "6"),
        rule("JZDS", ReceiverTest.AT_LEAST, "4"),
        rule("JZDS", ReceiverTest.AT_MOST, "100"),
        rule("DKBH", ReceiverTest.PATTERN, "never", profile="one-map"),
    ) == ()  # fmt: skip


@pytest.mark.parametrize(
    ("broken", "rows"),
    [
        (rule("DKBH", ReceiverTest.PATTERN, "SJ-00[0-3]"), ["SJ-004"]),
        (rule("DKBH", ReceiverTest.ONE_OF, "SJ-001 | SJ-002|SJ-004"), ["SJ-003"]),
        (rule("DKBH", ReceiverTest.MAX_LENGTH, "5"), ["SJ-001", "SJ-002", "SJ-003", "SJ-004"]),
        (rule("JZDS", ReceiverTest.AT_LEAST, "5"), ["SJ-003", "SJ-004"]),
        (rule("JZDS", ReceiverTest.AT_MOST, "7.5"), ["SJ-001", "SJ-002"]),
        (rule("DKBH", ReceiverTest.AT_LEAST, "1"), ["SJ-001", "SJ-002", "SJ-003", "SJ-004"]),
    ],
)
def test_a_broken_rule_is_told_row_by_row_and_cites_the_rejection(broken: ReceiverRule, rows: list[str]) -> None:
    faults = found(broken)
    assert {fault.code for fault in faults} == {FaultCode.RECEIVER_RULE}
    assert [fault.key for fault in faults] == rows
    assert all("J-000003" in fault.message_zh and "J-000003" in fault.message_en for fault in faults)
    assert all(
        broken.zh in fault.message_zh and (fault.layer, fault.field) == (LAYER, broken.field) for fault in faults
    )


def test_a_rule_about_what_the_profile_does_not_have_is_told_not_passed_over() -> None:
    (layer,) = found(rule("DKBH", ReceiverTest.REQUIRED, layer="OLD"))
    (field,) = found(rule("OLD", ReceiverTest.REQUIRED))
    assert (layer.code, layer.layer) == (FaultCode.RECEIVER_RULE, "OLD")
    assert (field.code, field.field) == (FaultCode.RECEIVER_RULE, "OLD")
    assert "不在方案内" in layer.message_zh
    assert "不在方案内" in field.message_zh


def _judged(values: list[object], test: ReceiverTest, value: str = "") -> list[int]:
    delivery, profile = good("supply"), profiles()["supply"]
    declared = profile.layers[profile.layer_names.index(LAYER)]
    frame = pd.DataFrame({"DKBH": pd.Series(values, dtype=object), "JZDS": 0})
    subject = Subject(profile, delivery, declared, frame)
    judge_receiver(subject, [rule("DKBH", test, value)])
    return [subject.keys.index(fault.key) for fault in subject.faults]


def test_what_is_missing_breaks_only_the_rule_that_it_be_there() -> None:
    values: list[object] = ["a", None, "a", float("nan")]
    assert len(_judged(values, ReceiverTest.REQUIRED)) == 2
    assert len(_judged(values, ReceiverTest.UNIQUE)) == 1
    assert len(_judged(values, ReceiverTest.PATTERN, "b")) == 2
    assert len(_judged(values, ReceiverTest.ONE_OF, "a")) == 0


def test_numbers_and_days_are_compared_as_what_they_are() -> None:
    assert len(_judged([date(2026, 1, 1), date(2027, 1, 1)], ReceiverTest.AT_MOST, "2026-12-31")) == 1
    assert len(_judged([10, 9.5, 2], ReceiverTest.AT_LEAST, "9.5")) == 1
    assert len(_judged([3.0, 3.5], ReceiverTest.ONE_OF, "3")) == 1


@pytest.mark.parametrize(
    ("test", "value"),
    [
        (ReceiverTest.REQUIRED, "x"),
        (ReceiverTest.UNIQUE, "x"),
        (ReceiverTest.ONE_OF, " "),
        (ReceiverTest.PATTERN, "[0-9"),
        (ReceiverTest.PATTERN, ""),
        (ReceiverTest.MAX_LENGTH, "0"),
        (ReceiverTest.MAX_LENGTH, "ten"),
        (ReceiverTest.AT_LEAST, "inf"),
        (ReceiverTest.AT_MOST, "soon"),
    ],
)
def test_a_rule_that_cannot_be_tried_is_refused(test: ReceiverTest, value: str) -> None:
    with pytest.raises(UsageError, match=str(test)):
        rule("DKBH", test, value)
