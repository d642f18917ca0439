"""The JSON schemas that editors read, made from the models that the loaders use; they ship under rulepacks/schema."""

from __future__ import annotations

import json

from pydantic import BaseModel, RootModel

from landgis.rules.reading.adjacency_table import AdjacencyYaml
from landgis.rules.reading.case_schema import CasesYaml
from landgis.rules.reading.clause_tables import ClausesYaml
from landgis.rules.reading.mode_tables import ModesStatuteYaml, ModesYaml
from landgis.rules.reading.pack_schema import PackYaml
from landgis.rules.reading.preference_table import PreferenceStatuteYaml, PreferenceYaml
from landgis.rules.reading.schema import RulesYaml, Text
from landgis.rules.reading.term_tables import TermsStatuteYaml, TermsYaml


class ReasonsYaml(RootModel[dict[Text, Text]]):
    """Why a sentence stays with a person: Chinese → English."""


SCHEMAS: dict[str, type[BaseModel]] = {
    "pack": PackYaml,
    "rules": RulesYaml,
    "cases": CasesYaml,
    "clauses": ClausesYaml,
    "reasons": ReasonsYaml,
    "modes": ModesYaml,
    "modes-statute": ModesStatuteYaml,
    "terms": TermsYaml,
    "terms-statute": TermsStatuteYaml,
    "preference": PreferenceYaml,
    "preference-statute": PreferenceStatuteYaml,
    "adjacency": AdjacencyYaml,
}
"""Name of the schema → form of the file."""
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_text(name: str) -> str:
    """Return a schema as its file holds it."""
    schema = {"$schema": _DIALECT, **SCHEMAS[name].model_json_schema()}
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
