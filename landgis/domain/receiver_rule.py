"""Rules that receivers taught us: what was sent back once is checked before it is sent again."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from landgis.errors import UsageError


class ReceiverTest(StrEnum):
    """How a value is tried."""

    REQUIRED = "required"
    ONE_OF = "one_of"
    PATTERN = "pattern"
    MAX_LENGTH = "max_length"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    UNIQUE = "unique"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {
            "required": "必填", "one_of": "取值限于", "pattern": "应符合格式", "max_length": "最多字数",
            "at_least": "不小于", "at_most": "不大于", "unique": "不得重复",
        }[self.value]  # fmt: skip

    @property
    def en(self) -> str:
        """English label."""
        return {
            "required": "must be filled", "one_of": "must be one of", "pattern": "must match", "max_length": "at most so long",
            "at_least": "at least", "at_most": "at most", "unique": "must not repeat",
        }[self.value]  # fmt: skip

    @property
    def takes_value(self) -> bool:
        """Whether it is a test against something."""
        return self not in (ReceiverTest.REQUIRED, ReceiverTest.UNIQUE)


@dataclass(frozen=True)
class ReceiverRule:
    """A rejection kept as a rule.

    Attributes
    ----------
    rejection_id
        E.g. ``J-000003``: the rejection that it became of.
    profile_id, layer, field
        Where it is tried.
    test, value
        How, and against what: values apart by ``|``, a regular expression for the whole text, a number; empty for tests
        that need none.
    reason
        What the receiver said.
    """

    rejection_id: str
    profile_id: str
    layer: str
    field: str
    test: ReceiverTest
    value: str
    reason: str

    @property
    def zh(self) -> str:
        """The rule in Chinese."""
        return f"{self.test.zh}{f' {self.value}' if self.value else ''}"

    @property
    def en(self) -> str:
        """The rule in English."""
        return f"{self.test.en}{f' {self.value}' if self.value else ''}"


@dataclass(frozen=True)
class Rejection:
    """One thing for which a receiver sent an export back.

    Attributes
    ----------
    export_id
        What was sent back.
    rule
        The rule that it became.
    code
        The receiver's own code of the fault; may be empty.
    row_key
        Which row it was seen at; may be empty.
    noted_by, noted_at
        Name of the person who noted it, and when.
    ended_why
        Why the rule is tried no longer; empty while it is.
    """

    export_id: str
    rule: ReceiverRule
    code: str = ""
    row_key: str = ""
    noted_by: str = ""
    noted_at: datetime | None = None
    ended_why: str = ""

    def under(self, export_id: str, profile_id: str) -> Rejection:
        """Return it as one of an export made under a profile."""
        return replace(self, export_id=export_id, rule=replace(self.rule, profile_id=profile_id))


def require_sound(rule: ReceiverRule) -> None:
    """Raise unless a rule can be tried.

    Raises
    ------
    UsageError
        If the field or the receiver's words are missing, or the value does not fit the test.
    """
    if not rule.field.strip() or not rule.reason.strip():
        raise UsageError(
            "退回意见须写明字段和接收方的原话", "A rejection names the field and says the receiver's words",
            where="--field --says", next_zh="请补上 --field 与 --says", next_en="Give --field and --says",
        )  # fmt: skip
    if not _fits(rule.test, rule.value):
        wanted_zh, wanted_en = _WANTED[rule.test]
        raise UsageError(
            f"检查“{rule.test.zh}”的取值“{rule.value}”不能用：应{wanted_zh}",
            f"The test {rule.test} cannot take “{rule.value}”: it takes {wanted_en}", where="--value",
            next_zh=f"如 --test {rule.test} --value {_EXAMPLES.get(rule.test, '')}".removesuffix(" --value "),
            next_en="See landgis export rejection --help",
        )  # fmt: skip


def limit_of(text: str) -> float | None:
    """Return the bound that a text states: a number, or a day as its ordinal; None where it is neither."""
    try:
        number = float(text)
    except ValueError:
        try:
            return float(date.fromisoformat(text).toordinal())
        except ValueError:
            return None
    return number if math.isfinite(number) else None


def _fits(test: ReceiverTest, value: str) -> bool:
    if not test.takes_value:
        return value == ""
    if test is ReceiverTest.PATTERN:
        return bool(value) and _compiles(value)
    if test is ReceiverTest.MAX_LENGTH:
        return value.isdecimal() and int(value) > 0
    return bool(value.strip()) if test is ReceiverTest.ONE_OF else limit_of(value) is not None


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


_BOUND = ("是数字或日期", "a number or a day")
_WANTED: Mapping[ReceiverTest, tuple[str, str]] = {
    ReceiverTest.REQUIRED: ("不写", "nothing"),
    ReceiverTest.UNIQUE: ("不写", "nothing"),
    ReceiverTest.ONE_OF: ("是用 | 隔开的取值", "values apart by |"),
    ReceiverTest.PATTERN: ("是正则表达式", "a regular expression"),
    ReceiverTest.MAX_LENGTH: ("是大于零的整数", "a whole number above zero"),
    ReceiverTest.AT_LEAST: _BOUND,
    ReceiverTest.AT_MOST: _BOUND,
}
_EXAMPLES: Mapping[ReceiverTest, str] = {
    ReceiverTest.ONE_OF: "'0901|0902'", ReceiverTest.PATTERN: "'[0-9]{9}'", ReceiverTest.MAX_LENGTH: "50",
    ReceiverTest.AT_LEAST: "0.01", ReceiverTest.AT_MOST: "2026-12-31",
}  # fmt: skip
