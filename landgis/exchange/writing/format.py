"""One way out for every format: fit, stop at losses nobody accepted, write beside the target, read back, rename."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from landgis.domain.loss import Loss, LossCode, LossReport
from landgis.errors import ContractBroken, LossesNotAccepted
from landgis.exchange.writing.atomic import replacing
from landgis.exchange.writing.fitting import fit
from landgis.exchange.writing.limits import Limits
from landgis.exchange.writing.options import WritingOptions
from landgis.exchange.writing.stored import StoredLayer

Put = Callable[[Path, Sequence[StoredLayer], WritingOptions, Limits], None]
Size = Callable[[StoredLayer, WritingOptions], int]
_SHOWN = 5


@dataclass(frozen=True)
class Format:
    """A file format.

    Attributes
    ----------
    key, suffix
        Its name in options and profiles, and how its files end.
    title_zh, title_en
        Its name for people.
    limits
        What it can hold.
    put
        Writes fitted layers to a path and proves that they read back.
    size
        Bytes of the largest file that a layer makes, known beforehand; None where no limit asks for it.
    """

    key: str
    suffix: str
    title_zh: str
    title_en: str
    limits: Limits
    put: Put
    size: Size | None = None

    def foresee(self, layers: Mapping[str, pd.DataFrame], options: WritingOptions | None = None) -> LossReport:
        """Return what would be lost, without writing anything.

        Raises
        ------
        ContractBroken
            If the frames cannot be written whatever is accepted: see ``write``.
        """
        return self._fitted(layers, options or WritingOptions(), self.key)[1]

    def write(
        self, path: str | Path, layers: Mapping[str, pd.DataFrame], options: WritingOptions | None = None
    ) -> LossReport:
        """Write layers, replacing a file of that name.

        Parameters
        ----------
        path
            Target.
        layers
            Layer name → frame, with geometry and a CRS (x = easting or longitude) or without.
        options
            Of the file.

        Returns
        -------
        LossReport
            What the file does not hold, or holds otherwise: told, or accepted.

        Raises
        ------
        LossesNotAccepted
            If something would be lost that nobody accepted; nothing is written then.
        ContractBroken
            If there is no layer, a column mixes kinds, names repeat or are reserved.
        FileUnreadable
            If any row or value does not read back as fitted; nothing is left behind then.
        DiskFull
            If there is no room.
        """
        asked, target = options or WritingOptions(), Path(path)
        stored, report = self._fitted(layers, asked, target.name)
        in_the_way = report.standing_in_the_way(asked.accept)
        if in_the_way:
            raise _not_accepted(self, target, in_the_way)
        with replacing(target) as draft:
            self.put(draft, stored, asked, self.limits)
        return report

    def _fitted(
        self, layers: Mapping[str, pd.DataFrame], options: WritingOptions, where: str
    ) -> tuple[tuple[StoredLayer, ...], LossReport]:
        if not layers:
            raise ContractBroken(f"{where} 没有图层可写", f"{where} has no layer to write", where=where)
        stored, report = fit(layers, self.limits, options)
        if self.size is None or self.limits.file_bytes is None or report.standing_in_the_way(set(LossCode)):
            return stored, report
        sizes = {layer.title: self.size(layer, options) for layer in stored}
        large = [
            Loss(LossCode.FILE_TOO_LARGE, title, before=str(size), after=str(self.limits.file_bytes))
            for title, size in sizes.items()
            if size > self.limits.file_bytes
        ]
        return stored, LossReport((*report.losses, *large))


def _not_accepted(form: Format, target: Path, losses: Sequence[Loss]) -> LossesNotAccepted:
    codes = sorted({str(loss.code) for loss in losses})
    more = len(losses) - _SHOWN
    told_zh = "；".join(loss.text() for loss in losses[:_SHOWN]) + (f"……另有 {more} 处" if more > 0 else "")
    told_en = "; ".join(loss.text(english=True) for loss in losses[:_SHOWN]) + (
        f" … and {more} more" if more > 0 else ""
    )
    return LossesNotAccepted(
        f"{target.name} 写成 {form.title_zh} 会丢失内容：{told_zh}",
        f"{target.name} would lose content as {form.title_en}: {told_en}",
        where=str(target),
        next_zh=f"什么也没有写；请更正内容、换用其他格式，或明确接受 {'、'.join(codes)}",
        next_en=f"Nothing was written: correct the content, take another format, or accept {', '.join(codes)}",
        losses=tuple(losses),
    )
