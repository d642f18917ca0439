"""The form of a pack's opening: what it is called and extends, what it cites, the order of its rules, its versions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from landgis.rules.reading.schema import Day, DocumentYaml, RuleId, RuleYaml, Strict, Text, WordsYaml


class SettingYaml(WordsYaml):
    """A choice the law leaves open."""

    id: Text = Field(title="编号", description="Used by values.")
    value: StrictBool = Field(title="取值", description="true or false.")
    confirmed: StrictBool = Field(title="已确认", description="Whether the bureau has signed it.")


class ChangeYaml(WordsYaml):
    """One version in the change log."""

    version: Text = Field(title="版本", description="In quotes.")
    date: Day = Field(title="日期", description="Day of the version.")
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] = Field(
        title="内容摘要", description="Of the pack's law; `landgis rules test` says what it is."
    )


class OpeningYaml(Strict):
    """What every pack begins with."""

    id: Text = Field(title="编号", description="Name of the pack.")
    version: Text = Field(title="版本", description="In quotes.")
    title: WordsYaml = Field(title="名称", description="Full name.")
    district: str = Field(
        default="", title="行政区划代码", description="Six digits in quotes; absent in the national pack."
    )
    extends: str = Field(default="", title="依托", description="Id of the pack under it.")
    documents: tuple[DocumentYaml, ...] = Field(default=(), title="文件", description="What clauses may cite.")
    settings: tuple[SettingYaml, ...] = Field(default=(), title="设定", description="Choices the law leaves open.")


class PackYaml(OpeningYaml):
    """pack.yaml of a pack in a folder. ``changes`` stands last: what is above it is law."""

    order: tuple[RuleId, ...] = Field(title="规则顺序", description="Every rule, as people read them.")
    changes: tuple[ChangeYaml, ...] = Field(min_length=1, title="版本记录", description="Newest first.")


class SinglePackYaml(OpeningYaml):
    """A pack in one file, for trying rules out."""

    rules: tuple[RuleYaml, ...] = Field(min_length=1, title="规则", description="In the order people read them.")
