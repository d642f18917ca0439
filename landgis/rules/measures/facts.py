"""Measures of facts: yes and no, planned use, use in the contract, title, and the state of the site."""

from __future__ import annotations

import numpy as np
import pandas as pd

from landgis.domain.facts import FACT_BY_NAME
from landgis.domain.land_use import PlannedClass, Scheme, planned_class
from landgis.domain.title import Title, title_of
from landgis.rules.measures.evidence import Evidence, readings

PLANNED_USE = (
    *(str(kind) for kind in PlannedClass if kind is not PlannedClass.HOUSING),
    "housing_rental",
    "housing_commodity",
    "housing_unstated",
    "missing",
)
CONTRACT_USE = (
    "none", "operating", "other", "homestead", "forbidden", "housing_rental", "housing_commodity", "missing",
)  # fmt: skip
TITLES = tuple(map(str, Title))
SITE = ("ready", "agreed", "not_ready", "missing")
_PLAN_SCHEMES = [scheme.value for scheme in Scheme if scheme.is_plan]
_CONDITIONS = ("road", "water_supply", "power", "levelled")
_AGREED, _CLEARED = "conditions_agreed", "site_cleared"
_IN_CONTRACT = {
    "permitted": "operating",
    "conditional": "other",
    "not_listed": "other",
    "homestead": "homestead",
    "forbidden": "forbidden",
    "housing_rental": "housing_rental",
    "housing_commodity": "housing_commodity",
}
"""Category of a use → category of the same use in a contract; what is neither is ``missing``."""


def yes_no(evidence: Evidence, fact: str) -> pd.DataFrame:
    """A yes/no fact: category yes, no or missing."""
    values = evidence.facts[fact].astype("boolean")
    code = np.where(values.isna(), 2, np.where(values.fillna(False), 0, 1))
    category, zh, en = (
        pd.Series(np.array(words, dtype=object)[code], index=values.index, dtype=object)
        for words in ([*_SAID], *zip(*_SAID.values(), strict=True))
    )
    return readings(values.index, category, None, zh, value_en=en)


def planned_use(evidence: Evidence, _fact: str) -> pd.DataFrame:
    """Class of the planned use; housing is split by whether it is bound to rental."""
    code = evidence.facts["planned_use_code"]
    return _coded(code, _use(evidence.facts, "planned_use_code", "planned_use_scheme"))


def contract_use(evidence: Evidence, _fact: str) -> pd.DataFrame:
    """Class of the use that the contract states; ``none`` as long as there is no contract.

    A use that is stated counts even where nobody says that the contract is signed.
    """
    facts = evidence.facts
    code = facts["contract_use_code"]
    category = _use(facts, "contract_use_code", "contract_use_scheme").map(_IN_CONTRACT).fillna("missing")
    unsigned = ~facts["contract_signed"].astype("boolean").fillna(True) & code.isna()
    return _coded(code, category.mask(unsigned, "none"))


def title_code(evidence: Evidence, _fact: str) -> pd.DataFrame:
    """What the title is, by the letters of the parcel's number and by the kind of right on record."""
    facts = evidence.facts
    rights = facts["right_type"].fillna("")
    found = [title_of(str(number), str(right)) for number, right in zip(facts["parcel_id"], rights, strict=True)]
    category = pd.Series([str(title) for title, _ in found], index=facts.index, dtype="object")
    said = pd.Series([words or "—" for _, words in found], index=facts.index, dtype="object")
    return readings(facts.index, category, None, said)


def site_conditions(evidence: Evidence, fact: str) -> pd.DataFrame:
    """Whether the site is ready for building, by ``fact``: what the district adds to road, water, power and levelling.

    With ``conditions_agreed`` the parties may agree otherwise: ready, or else agreed. With ``site_cleared`` the buildings
    must be gone, and an agreement on a site that is known not to be ready is told and replaces nothing. The value names
    what is not there, and what is not on record.
    """
    strict = fact == _CLEARED
    names = (*_CONDITIONS, _CLEARED) if strict else _CONDITIONS
    states = evidence.facts[list(names)].astype("boolean")
    agreed = evidence.facts[_AGREED].astype("boolean")
    lacking, ready = (~states).fillna(False).any(axis=1), states.fillna(False).all(axis=1)
    consent = agreed.fillna(False) & (lacking if strict else ~ready)
    refused = lacking if strict else lacking & ~agreed.fillna(True)
    category = pd.Series("missing", index=states.index, dtype="object")
    category[refused] = "not_ready"
    category[consent] = "agreed"
    category[ready] = "ready"
    told = [*names] if strict else [*names, _AGREED]
    open_ = evidence.facts.loc[~ready, told].astype("boolean")
    zh, en = _listed(open_, 0, "、", "{0.zh}（{1}）"), _listed(open_, 1, ", ", "{0.en} ({1})")
    return readings(
        states.index, category, None, zh.reindex(states.index).fillna(""), value_en=en.reindex(states.index).fillna("")
    )


_SAID = {"yes": ("是", "yes"), "no": ("否", "no"), "missing": ("缺", "not on record")}
"""Category → Chinese and English."""


def _listed(states: pd.DataFrame, place: int, between: str, form: str) -> pd.Series:
    """Name the facts that are not true, each with what it is; ``place`` is that of the language."""
    parts = []
    for name in states.columns:
        no, missing = (form.format(FACT_BY_NAME[name], _SAID[key][place]) + between for key in ("no", "missing"))
        lacking = states[name].map({True: "", False: no}).astype(object)
        parts.append(lacking.where(states[name].notna(), missing))
    joined = sum(parts, start=pd.Series("", index=states.index, dtype="object"))
    return joined.str.removesuffix(between)


def _use(facts: pd.DataFrame, code: str, scheme: str) -> pd.Series:
    """Return the category of a use that a code states, ``missing`` where code or list is."""
    known = facts[code].notna() & facts[scheme].isin(_PLAN_SCHEMES)
    category = pd.Series("missing", index=facts.index, dtype="object")
    stated = list(zip(facts.loc[known, code], facts.loc[known, scheme], strict=True))
    classes = {pair: str(planned_class(pair[0], Scheme(pair[1]))) for pair in set(stated)}
    category[known] = pd.Series([classes[pair] for pair in stated], index=category.index[known], dtype="object")
    housing = category == PlannedClass.HOUSING
    rental = facts["rental_only"].astype("boolean")
    category[housing] = "housing_unstated"
    category[housing & rental.fillna(False)] = "housing_rental"
    category[housing & ~rental.fillna(True)] = "housing_commodity"
    return category


def _coded(code: pd.Series, category: pd.Series) -> pd.DataFrame:
    return readings(category.index, category, None, code.fillna("缺"), value_en=code.fillna("not on record"))
