"""Reading a signature: YAML in, `Signature` out."""

from __future__ import annotations

from pydantic import Field

from landgis.rules.reading.schema import Day, Strict, Text
from landgis.rules.signature import Signature


class SignatureYaml(Strict):
    """Who signed a setting, on which day, by which paper."""

    by: Text = Field(title="签字单位", description="Who signed.")
    day: Day = Field(title="签字日期", description="Day.")
    document: Text = Field(title="签字文件", description="Paper.")


def signature_of(raw: SignatureYaml | None) -> Signature | None:
    """Make the signature; None: nobody signed."""
    return None if raw is None else Signature(raw.by, raw.day, raw.document)
