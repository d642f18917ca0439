"""Reading rule packs: YAML in, `RulePack` out; a fault names file, rule and field."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from math import isfinite
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from landgis.domain.clause import Clause, Document
from landgis.domain.facts import FACT_BY_NAME
from landgis.domain.outcome import Outcome
from landgis.errors import NotFound, RulePackError
from landgis.rules.measures import MEASURES
from landgis.rules.pack import CategoryOutcome, DatedValue, Rule, RulePack, Setting, Side, Words


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Words(_Strict):
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class _Clause(_Strict):
    document: str
    article: str = Field(min_length=1)
    quote: str = Field(min_length=1)


class _Threshold(_Strict):
    value: float
    unit: str
    side: Side = Side.ABOVE

    @model_validator(mode="after")
    def _possible(self) -> _Threshold:
        if (
            not isfinite(self.value)
            or (self.value < 0 and self.unit != "m")
            or (self.value > 1 and self.unit == "share")
        ):
            raise ValueError("an area is at least 0, a share between 0 and 1; only heights in m may be negative")
        return self


class _Category(_Strict):
    outcome: Outcome
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    clause: _Clause | None = None


class _Value(_Strict):
    start: date = Field(alias="from")
    threshold: _Threshold | None = None
    unit: str | None = None
    outcomes: dict[str, _Category]
    clear: _Words
    clause: _Clause
    setting: str = ""

    @model_validator(mode="after")
    def _one_unit(self) -> _Value:
        if (self.threshold is None) == (self.unit is None):
            raise ValueError("give either a threshold with its unit, or a unit alone")
        return self


class _Measure(_Strict):
    name: str
    layer: str = ""
    fact: str = ""


class _Rule(_Strict):
    id: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    title: _Words
    measure: _Measure
    control_lines: str = Field(default="never", pattern=r"^(required|when_supplied|never)$")
    values: list[_Value] = Field(min_length=1)


class _Document(_Strict):
    key: str
    title: str
    number: str = ""
    issued_on: date


class _Setting(_Strict):
    id: str
    value: bool
    confirmed: bool
    zh: str
    en: str


class _Pack(_Strict):
    id: str
    version: str
    title: _Words
    district: str
    documents: list[_Document]
    settings: list[_Setting] = []
    rules: list[_Rule]


def pack_names() -> list[str]:
    """Names of the packs that ship with landgis."""
    folder = files("landgis.rulepacks")
    return sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and entry.joinpath("pack.yaml").is_file())


@cache
def load_pack(name: str) -> RulePack:
    """Load a shipped pack.

    Raises
    ------
    NotFound
        If there is no pack of that name.
    RulePackError
        If it does not keep the schema.
    """
    if name not in pack_names():
        known = "、".join(pack_names())
        raise NotFound(
            f"没有名为“{name}”的规则包",
            f"There is no rule pack “{name}”",
            next_zh=f"可用的规则包：{known}",
            next_en=f"Packs: {known}",
        )
    return parse_pack(files("landgis.rulepacks").joinpath(f"{name}/pack.yaml").read_text(encoding="utf-8"), name)


def parse_pack(text: str, where: str) -> RulePack:
    """Parse the text of a pack; ``where`` names it in errors."""
    try:
        raw = _Pack.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise _fault(where, str(error)) from error
    except ValidationError as error:
        listed = "; ".join(_place(raw_fault) for raw_fault in error.errors())
        raise _fault(where, listed) from error
    documents = {doc.key: Document(doc.key, doc.title, doc.number, doc.issued_on) for doc in raw.documents}
    settings = {row.id: Setting(row.id, row.value, row.confirmed, Words(row.zh, row.en)) for row in raw.settings}
    rules = tuple(_rule(rule, documents, settings, where) for rule in raw.rules)
    if len({rule.rule_id for rule in rules}) != len(rules):
        raise _fault(where, "a rule id occurs twice")
    return RulePack(
        raw.id, raw.version, Words(raw.title.zh, raw.title.en), raw.district, tuple(documents.values()), settings, rules
    )


def _rule(raw: _Rule, documents: dict[str, Document], settings: dict[str, Setting], where: str) -> Rule:
    place = f"{where}/{raw.id}"
    measure = MEASURES.get(raw.measure.name)
    if measure is None:
        raise _fault(place, f"unknown measure {raw.measure.name}; known: {', '.join(sorted(MEASURES))}")
    if measure.reads_layer != bool(raw.measure.layer):
        raise _fault(place, "the measure and its layer do not go together")
    if raw.measure.fact and raw.measure.fact not in FACT_BY_NAME:
        raise _fault(place, f"unknown fact {raw.measure.fact}")
    if raw.control_lines != "never" and not measure.reads_layer:
        raise _fault(place, "a rule without a layer cannot be asked of a drawn polygon")
    values = tuple(sorted((_value(value, documents, place) for value in raw.values), key=lambda value: value.start))
    for value in values:
        if set(value.outcomes) != set(measure.categories):
            raise _fault(place, f"outcomes must name exactly {sorted(measure.categories)}")
        if value.unit != measure.unit:
            raise _fault(place, f"unit {value.unit} but the measure gives {measure.unit}")
        if value.side is Side.BELOW and not measure.reads_cells:
            raise _fault(place, "only what is read off cells can count below a threshold")
        if value.setting and value.setting not in settings:
            raise _fault(place, f"unknown setting {value.setting}")
    return Rule(
        raw.id,
        Words(raw.title.zh, raw.title.en),
        raw.measure.name,
        raw.measure.layer,
        raw.measure.fact,
        raw.control_lines,
        values,
    )


def _value(raw: _Value, documents: dict[str, Document], place: str) -> DatedValue:
    clause = _clause(raw.clause, documents, place)
    outcomes = {
        name: CategoryOutcome(
            row.outcome, Words(row.zh, row.en), _clause(row.clause, documents, place) if row.clause else clause
        )
        for name, row in raw.outcomes.items()
    }
    return DatedValue(
        raw.start,
        raw.threshold.value if raw.threshold else None,
        raw.threshold.unit if raw.threshold else str(raw.unit),
        outcomes,
        Words(raw.clear.zh, raw.clear.en),
        clause,
        raw.setting,
        raw.threshold.side if raw.threshold else Side.ABOVE,
    )


def _clause(raw: _Clause, documents: dict[str, Document], place: str) -> Clause:
    if raw.document not in documents:
        raise _fault(place, f"unknown document {raw.document}")
    return Clause(documents[raw.document], raw.article, raw.quote)


def _place(fault: Any) -> str:
    return f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"


def _fault(where: str, what: str) -> RulePackError:
    return RulePackError(
        f"规则包无法载入：{what}",
        f"The rule pack does not load: {what}",
        where=where,
        next_zh="每个数值都要有单位、生效日期和条款；请对照随附规则包修改",
        next_en="Every value needs unit, date and clause; compare with the shipped packs",
    )
