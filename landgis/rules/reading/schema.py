"""The form of a rule pack's YAML: what editors check while typing and the loader before reading.

Titles of fields are Chinese and descriptions English; an editor shows both.
"""

from __future__ import annotations

import re
from datetime import date
from math import isfinite
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    StrictBool,
    StrictFloat,
    model_validator,
)
from pydantic_core import PydanticCustomError

from landgis.domain.facts import FACT_BY_NAME
from landgis.rules.measures import MEASURES
from landgis.rules.rule import Effort, Side


def refused(zh: str, en: str) -> PydanticCustomError:
    """Say of a value, in both languages, why it cannot stand."""
    return PydanticCustomError("landgis", "{en}", {"zh": zh, "en": en})


def _iso(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return value
    raise refused(f"“{value}”不是日期，请写成 2023-06-15", f"“{value}” is no date: write 2023-06-15")


Text = Annotated[str, Field(min_length=1)]
Day = Annotated[date, BeforeValidator(_iso)]
RuleId = Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
Judgement = Literal["clear", "flagged", "unknown", "excluded"]


class Strict(BaseModel):
    """A mapping that has these keys and no other."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WordsYaml(Strict):
    """A sentence in both languages."""

    zh: Text = Field(title="中文", description="Chinese.")
    en: Text = Field(title="英文", description="English.")


class ClauseYaml(Strict):
    """The sentence of the law that a value stands on."""

    document: Text = Field(title="文件", description="Key of a document listed in pack.yaml.")
    article: Text = Field(title="条款", description="Place in the document, e.g. 三（三）.")
    quote: Text = Field(title="原文", description="The sentence, word for word.")
    quote_is_summary: StrictBool = Field(
        default=False,
        title="只是摘要",
        description="True where the wording is not at hand; it is then shown as a summary.",
    )


class CureYaml(WordsYaml):
    """What would cure an outcome."""

    effort: Effort = Field(title="补救方式", description="A document, an edge, the plan; none: it cannot be cured.")


class ThresholdYaml(Strict):
    """The amount that counts."""

    value: StrictFloat = Field(title="取值", description="The threshold itself is on neither side.")
    unit: Text = Field(title="单位", description="m2, share or m.")
    side: Side = Field(default=Side.ABOVE, title="哪一侧", description="above or below; below only off rasters.")

    @model_validator(mode="after")
    def _possible(self) -> ThresholdYaml:
        if (
            not isfinite(self.value)
            or (self.value < 0 and self.unit != "m")
            or (self.value > 1 and self.unit == "share")
        ):
            raise refused(
                "面积限值不能小于 0，占比须在 0 至 1 之间，只有以米计的高程可以为负",
                "an area is at least 0, a share between 0 and 1; only heights in m may be negative",
            )
        return self


class CategoryYaml(WordsYaml):
    """What a category of reading means."""

    outcome: Judgement = Field(title="结论", description="excluded, unknown, flagged or clear.")
    clause: ClauseYaml | None = Field(
        default=None, title="条款", description="Where it differs from the value's clause."
    )
    supply: WordsYaml | None = Field(default=None, title="由谁提供", description="Of an unknown: who can supply it.")
    cure: CureYaml | None = Field(default=None, title="如何补救", description="What would cure it.")


class ValueYaml(Strict):
    """What a rule says from one date on."""

    start: Day = Field(alias="from", title="生效日期", description="First day of force.")
    threshold: ThresholdYaml | None = Field(default=None, title="限值", description="With its unit.")
    unit: str | None = Field(default=None, title="单位", description="Where there is no threshold: yes_no or code.")
    setting: str = Field(default="", title="设定", description="Id of a setting that must be true.")
    clause: ClauseYaml = Field(title="条款", description="Document, article and sentence.")
    also: tuple[ClauseYaml, ...] = Field(default=(), title="并见", description="Further clauses under the same value.")
    outcomes: dict[str, CategoryYaml] = Field(title="各类结论", description="Every category of the measure.")
    clear: WordsYaml = Field(title="未发现时的说法", description="How to say that nothing was found.")

    @model_validator(mode="after")
    def _one_unit(self) -> ValueYaml:
        if (self.threshold is None) == (self.unit is None):
            raise refused(
                "限值（连同单位）与单位，两者给且只给一个", "give either a threshold with its unit, or a unit alone"
            )
        return self


class MeasureYaml(Strict):
    """How it is measured, and of what."""

    name: Text = Field(
        title="名称", description="Name in the register.", json_schema_extra={"enum": [*sorted(MEASURES)]}
    )
    layer: str = Field(default="", title="图层", description="Key in the catalogue of layers.")
    fact: str = Field(
        default="", title="事实", description="Fact.", json_schema_extra={"enum": [*sorted(FACT_BY_NAME)]}
    )


class RuleYaml(Strict):
    """One rule."""

    id: RuleId = Field(title="编号", description="Kebab-case, never used again.")
    replaces: str = Field(default="", title="取代", description="Id of the pack whose rule of this id it replaces.")
    title: WordsYaml = Field(title="名称", description="Short name.")
    measure: MeasureYaml = Field(title="量算", description="How it is measured.")
    control_lines: Literal["required", "when_supplied", "never"] = Field(
        default="never", title="控制线核对", description="Whether a drawn polygon is asked it."
    )
    coverage_supply: WordsYaml | None = Field(default=None, title="图层由谁提供", description="Who supplies the layer.")
    second_person: StrictBool = Field(
        default=False, title="人工认定须第二人确认", description="True: a person's decision takes a second person."
    )
    values: tuple[ValueYaml, ...] = Field(min_length=1, title="各期取值", description="What it says, by date.")


class RulesYaml(RootModel[tuple[RuleYaml, ...]]):
    """The rules of one topic."""


class DocumentYaml(Strict):
    """A policy document or statute."""

    key: Text = Field(title="代号", description="Used by clauses.")
    title: Text = Field(title="名称", description="Full Chinese title.")
    number: str = Field(default="", title="文号", description="Number; empty where the text gives none.")
    issued_on: Day = Field(title="印发日期", description="Date of issue.")
