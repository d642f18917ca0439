"""The code lists of land use: each with its edition, its document and how sure we are of the table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from landgis.domain.code_table import rows_of
from landgis.errors import UsageError


class Scheme(StrEnum):
    """Which code list, of which version, a land-use code belongs to; the value is what is stored beside the code."""

    GUIDE_2023 = "guide2023"
    """国土空间调查、规划、用途管制用地用海分类指南 (2023)."""
    GUIDE_2020 = "guide2020"
    """The same, trial edition of 2020."""
    SURVEY = "survey"
    """第三次国土调查工作分类."""
    GB21010 = "gb21010"
    """土地利用现状分类 GB/T 21010-2017."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return self._row["title_zh"]

    @property
    def en(self) -> str:
        """English label."""
        return self._row["title_en"]

    @property
    def version(self) -> str:
        """Year of the edition."""
        return self._row["version"]

    @property
    def document(self) -> str:
        """Title and number of the document."""
        return self._row["document"]

    @property
    def source(self) -> str:
        """Where the table was taken from, and how sure that is."""
        return self._row["source"]

    @property
    def is_plan(self) -> bool:
        """Whether plans are made in it; else the existing use is recorded in it."""
        return self in (Scheme.GUIDE_2023, Scheme.GUIDE_2020)

    def require_plan(self) -> None:
        """Raise `UsageError` unless plans are made in this scheme."""
        if not self.is_plan:
            raise self._misused("规划用途", "planned use")

    def require_existing(self) -> None:
        """Raise `UsageError` unless existing uses are recorded in this scheme."""
        if self.is_plan:
            raise self._misused("现状地类", "existing use")

    def _misused(self, zh: str, en: str) -> UsageError:
        return UsageError(
            f"{self.zh}的代码不能当作{zh}读取",
            f"codes of {self.en} cannot be read as {en}",
            where=self.value,
            next_zh="请用该代码所属的分类标准",
            next_en="Use the scheme that the code belongs to",
        )

    @property
    def _row(self) -> Mapping[str, str]:
        return next(row for row in rows_of("schemes") if row["scheme"] == self.value)
