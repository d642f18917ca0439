"""A small pack of the tests' own: three lines, one border and three facts; its text can be edited."""

from __future__ import annotations

from landgis.rules.pack import RulePack
from landgis.rules.reading.load import parse_pack

_LINE = """
  - id: {id}
    title: {{zh: {zh}, en: {en}}}
    measure: {{name: overlap_area, layer: {layer}}}
    control_lines: required
    values:
      - from: 2023-01-01
        threshold: {{value: 0, unit: m2}}
        clause: {{document: doc, article: 一, quote: 试验条款}}
        outcomes:
          overlap: {{outcome: {outcome}, zh: "压占 {{amount}} ㎡", en: "overlaps by {{amount}} m²"}}
        clear: {{zh: 无, en: none}}
"""
_FACT = """
  - id: {id}
    title: {{zh: {zh}, en: {en}}}
    measure: {{name: yes_no, fact: {fact}}}
    values:
      - from: 2023-01-01
        unit: yes_no
        clause: {{document: doc, article: 二, quote: 试验条款}}
        outcomes:
          yes: {{outcome: {yes}, zh: 是, en: is}}
          no: {{outcome: {no}, zh: 否, en: is not}}
          missing: {{outcome: unknown, zh: 缺, en: missing}}
        clear: {{zh: 无, en: none}}
"""
TEXT = (
    """
id: songjiang
version: "trial-1"
title: {zh: 试, en: trial}
district: "310117"
documents: [{key: doc, title: 文件, issued_on: 2023-01-01}]
rules:
"""
    + _LINE.format(id="red-line", zh="生态红线", en="Red line", layer="ecological_redline", outcome="excluded")
    + _LINE.format(id="farmland", zh="基本农田", en="Farmland", layer="permanent_basic_farmland", outcome="excluded")
    + _LINE.format(id="homestead", zh="宅基地", en="Homestead", layer="homestead", outcome="excluded")
    + _LINE.format(id="boundary", zh="开发边界", en="Boundary", layer="development_boundary", outcome="flagged")
    + _FACT.format(id="dispute", zh="争议", en="Dispute", fact="dispute", yes="excluded", no="clear")
    + _FACT.format(id="restriction", zh="限制", en="Restriction", fact="restricted", yes="excluded", no="clear")
    + _FACT.format(
        id="registration", zh="登记", en="Registration", fact="use_right_registered", yes="clear", no="excluded"
    )
)
LAYERS = ("ecological_redline", "permanent_basic_farmland", "homestead", "development_boundary")


def pack(*edits: tuple[str, str]) -> RulePack:
    """The pack with the first occurrence of some texts replaced by others."""
    text = TEXT
    for old, new in edits:
        if old not in text:
            raise LookupError(old)
        text = text.replace(old, new, 1)
    return parse_pack(text, "trial")
