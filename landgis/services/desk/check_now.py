"""Checking now (即时核查): what a person draws, pastes or drops is checked at once; nothing is saved by it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from landgis.access.person import Person
from landgis.access.roles import Action, Reach, reach
from landgis.db.connect import Database
from landgis.domain.catalogue import Catalogue
from landgis.domain.outcome import Outcome, Scope
from landgis.errors import Conflict, NotAllowed
from landgis.frames.layer import LayerData
from landgis.rules.pack import RulePack
from landgis.rules.reading.load import load_pack
from landgis.screening.cut_back import Terms
from landgis.screening.indexed import IndexedLayer
from landgis.screening.summary import worst_first
from landgis.services.checking.by_law import UnderLaw, by_law
from landgis.services.checking.case import Finding, find
from landgis.services.checking.check import Candidates
from landgis.services.checking.cut_back import ROAD, propose
from landgis.services.checking.joint import AtHand, JointCheck, Part, check_jointly
from landgis.services.desk.check_layers import CheckLayers
from landgis.services.desk.check_shapes import conflicts, outlines, proposal
from landgis.services.desk.check_subject import Subject
from landgis.services.explaining.explain import MOST_PAGES, Explained, explain_check
from landgis.services.planning.draw import CONTEXT

TOWN = "town"
Row = dict[str, Any]


@dataclass(frozen=True)
class Breadth:
    """How a check is made.

    Attributes
    ----------
    as_of, scope
        The day that counts, the breadth.
    pack
        The law, where one is named; None: that of the district of each parcel.
    roads
        Whether roads are at hand too: a proposal to cut back tells the frontage.
    """

    as_of: date
    scope: Scope = Scope.CONTROL_LINES
    pack: RulePack | None = None
    roads: bool = False


@dataclass(frozen=True)
class Town:
    """A town as the layer of towns has it: nine-digit code, and its name."""

    code: str
    name: str


@dataclass(frozen=True)
class CheckNow:
    """Checks what a person gives.

    Attributes
    ----------
    database
        As the person sees it.
    person
        Who checks.
    catalogue, layers
        Titles of layers, and the layers ready for measuring.
    packs
        Gives the pack of a district.
    finding
        Who measures and judges: at once, or together with others who ask at the same time.
    """

    database: Database
    person: Person
    catalogue: Catalogue
    layers: CheckLayers
    packs: Callable[[str], RulePack] = field(default=load_pack)
    finding: Finding = field(default=find)

    def check(self, subject: Subject, breadth: Breadth) -> JointCheck:
        """Check parcels against every layer that the law asks for.

        Raises
        ------
        Conflict, NotAllowed
            By policy; who may check in his own town alone, where a parcel lies elsewhere or nobody can say where it lies.
        """
        self.person.require(Action.CHECK)
        groups = by_law(subject.batch.candidates, breadth.pack, self.packs)
        if reach(self.person.role, Action.CHECK) is not Reach.ALL:
            self._require_own_town(subject.batch.candidates, breadth.as_of)

        def at_hand(group: UnderLaw) -> AtHand:
            return self._at_hand(group, breadth)

        return check_jointly(subject.batch, groups, at_hand, breadth.as_of, breadth.scope, finding=self.finding)

    def told(self, checked: JointCheck, subject: Subject, as_of: date) -> Row:
        """Tell a check for the desk: the record of ``check --json``, what was decided on the way, and shapes for the map."""
        titles: dict[str, list[str]] = {}
        for part in checked.parts:
            found = (row["rule_id"] for parcel in part.checked.record["parcels"] for row in parcel["findings"])
            named_by = part.pack.titles(dict.fromkeys(found))
            titles |= {rule_id: [title.zh, title.en] for rule_id, title in named_by.items()}
        named = {row["layer"]: self.catalogue.require(row["layer"]) for row in checked.record["layers"]}
        return {
            "record": checked.record,
            "exit_code": checked.exit_code,
            "steps": list(subject.steps),
            "questions": [question.as_dict() for question in subject.questions],
            "titles": titles,
            "layers": {key: [spec.title_zh, spec.title_en] for key, spec in named.items()},
            "outcomes": {str(each): each.zh for each in Outcome},
            "substitute": substitute(checked),
            "outlines": outlines(checked),
            "conflicts": conflicts(checked.parts, as_of),
        }

    def cut_back(self, checked: JointCheck, as_of: date, terms: Terms) -> Row:
        """Propose the parcels without their conflicts; what was proposed is measured again from its written text.

        Raises
        ------
        Conflict
            If the written text still conflicts.
        """
        with tempfile.TemporaryDirectory(prefix="landgis-cut-") as folder:
            made = propose(checked.parts, as_of, terms, Path(folder))
        return made.record | {"shapes": proposal(made.frames)}

    def explained(self, checked: JointCheck, as_of: date) -> tuple[Explained, ...]:
        """Return the pages of the worst parcels, the worst first, `MOST_PAGES` at most."""
        ranked = [parcel["parcel_id"] for parcel in worst_first(checked.record["parcels"])][:MOST_PAGES]
        pages = [page for part in checked.parts for page in self._pages(part.only(ranked), as_of)]
        return tuple(sorted(pages, key=lambda page: ranked.index(page.page["parcel_id"])))

    def towns(self, shapes: np.ndarray, districts: list[str], as_of: date) -> list[Town | None]:
        """Return the town in which the middle of each shape lies; None: the layer of towns tells none."""
        found: list[Town | None] = []
        layers: dict[str, Any] = {}
        for shape, district in zip(shapes, districts, strict=True):
            if district not in layers:
                layers[district] = self._towns_of(district, as_of)
            found.append(_town_at(layers[district], shape))
        return found

    def _at_hand(self, group: UnderLaw, breadth: Breadth) -> AtHand:
        pack = group.pack
        if not pack.pack_id:
            return AtHand({})
        wanted = {
            *pack.layers(breadth.scope),
            *pack.optional_layers(breadth.scope),
            *((ROAD,) if breadth.roads else ()),
        }
        district = group.district or pack.pack_id
        return self.layers.at_hand(self.database, wanted, breadth.as_of, district)

    def _pages(self, part: Part, as_of: date) -> tuple[Explained, ...]:
        around: Mapping[str, Any] = {}
        if part.pack.pack_id:
            wanted = set(CONTEXT) - set(part.at_hand)
            around = self.layers.layers(self.database, wanted, as_of, part.district or part.pack.pack_id)
        return explain_check(part.checked, part.pack, {**part.at_hand, **around}, self.catalogue).pages

    def _towns_of(self, district: str, as_of: date) -> IndexedLayer | LayerData | None:
        return self.layers.layers(self.database, {TOWN}, as_of, district).get(TOWN) if district else None

    def _require_own_town(self, candidates: Candidates, as_of: date) -> None:
        """Refuse ground outside the person's town; where the towns are not known nothing is let through."""
        parcels = candidates.parcels
        shapes = np.asarray(parcels.geometry, dtype=object)
        for town in self.towns(shapes, list(parcels["district"]), as_of):
            if town is None:
                raise Conflict(
                    "无法确定图形在哪个街镇：没有街镇界线，或图形不在任何街镇内",
                    "Nobody can say in which town this lies: there is no layer of towns, or it lies in none",
                    where=TOWN, next_zh="请区规划员发布街镇图层，或由区规划员核查",
                    next_en="Have a district planner publish the layer of towns, or check it",
                )  # fmt: skip
            if town.code != self.person.town_code:
                raise NotAllowed(
                    f"图形在{town.name}，{self.person.name_zh}（{self.person.role.zh}）只能核查本镇的地块",
                    f"This lies in {town.code}: {self.person.os_account} may check in the own town alone",
                    where=town.name, next_zh="请由区规划员核查", next_en="A district planner can check it",
                )  # fmt: skip


def substitute(checked: JointCheck) -> bool:
    """Tell whether anything that spoke is stand-in data."""
    return any(layer.release.substitute for part in checked.parts for layer in part.checked.layers.values())


def _town_at(layer: IndexedLayer | LayerData | None, shape: shapely.Geometry) -> Town | None:
    if layer is None:
        return None
    middle = shapely.point_on_surface(shape)
    near = layer.around(shapely.bounds(middle).reshape(1, 4)) if isinstance(layer, IndexedLayer) else layer
    features = near.features[shapely.intersects(near.features.geometry.to_numpy(), middle)]
    if features.empty:
        return None
    row = features.iloc[0]
    return Town(str(row["feature_id"])[:9], str(row["label"] or row["feature_id"]))
