"""The demo's front page: one HTML file that links everything the demo made."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape

from landgis.domain.criteria import LEFT_OUT_ZH
from landgis.domain.district import DISTRICTS
from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.domain.outcome import VERDICTS
from landgis.services.sample.demo import AS_OF, Story


def write_index(story: Story, out: Path, real: bool) -> Path:
    """Write ``index.html`` into the demo's folder and return its path."""
    environment = Environment(loader=PackageLoader("landgis.services.sample"), autoescape=select_autoescape())
    text = environment.get_template("demo.html").render(
        story=story,
        real=real,
        as_of=AS_OF,
        districts=DISTRICTS,
        verdicts=VERDICTS,
        reasons=LEFT_OUT_ZH,
        total=sum(seconds for _, seconds, _ in story.steps),
        notice_zh=SUBSTITUTE_ZH,
        notice_en=SUBSTITUTE_EN,
    )
    index = out / "index.html"
    index.write_text(text, encoding="utf-8")
    return index
