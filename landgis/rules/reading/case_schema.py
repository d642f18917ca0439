"""The form of the cases beside a pack, and of what they give."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, RootModel, StrictFloat, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from landgis.rules.reading.schema import Day, RuleId, Strict, Text, refused


def _areas(value: object, inner: ValidatorFunctionWrapHandler) -> object:
    try:
        return inner(value)
    except ValidationError:
        raise refused(
            f"面积应为数字，或“地类: 面积”，现为 {value}", f"an area is a number, or class: number; not {value}"
        ) from None


Areas = Annotated[StrictFloat | dict[str, StrictFloat], WrapValidator(_areas)]


class GivenYaml(Strict):
    """What differs from a parcel that is clear in everything."""

    parcel_id: str = Field(default="", title="地块编号", description="Where its letters matter.")
    facts: dict[str, Any] = Field(default={}, title="事实", description="null: missing.")
    overlaps: dict[str, Areas] = Field(default={}, title="压占面积", description="Layer → m², or class → m².")
    cells: dict[str, dict[str, StrictFloat]] = Field(default={}, title="栅格量测", description="Raster → reading.")
    coverage: dict[str, Literal["complete", "partial", "absent", "stale", "not_supplied"]] = Field(
        default={}, title="覆盖", description="State of a layer."
    )


class CaseYaml(Strict):
    """A sentence, what is given, and what every rule named must say."""

    name: Text = Field(title="名称", description="A sentence.")
    kind: Literal["pass", "fail", "edge", "missing"] | None = Field(
        default=None, title="类别", description="Every rule has a case of each kind."
    )
    as_of: Day = Field(title="日期", description="Whose law counts.")
    scope: Literal["full", "control-lines"] = Field(default="full", title="范围", description="How much is asked.")
    given: GivenYaml = Field(default=GivenYaml(), title="给定", description="What differs from the clear parcel.")
    expect: dict[RuleId, Literal["clear", "flagged", "unknown", "excluded", "not_asked"]] = Field(
        min_length=1, title="应得", description="Rule → outcome."
    )


class CasesYaml(RootModel[tuple[CaseYaml, ...]]):
    """The cases of one topic."""
