"""Texts one after another in one buffer: a long one makes no other longer, and the disk can hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Texts:
    """Texts by number; ``texts[numbers]`` gives an array of them, ``texts[number]`` one.

    Attributes
    ----------
    utf8
        All of them in UTF-8, uint8.
    start
        Text ``k`` has the bytes ``start[k]:start[k + 1]``.
    """

    utf8: npt.NDArray[np.uint8]
    start: npt.NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Lay texts out."""
        written = [text.encode() for text in texts]
        start = np.zeros(len(written) + 1, dtype=np.int64)
        np.cumsum([len(text) for text in written], out=start[1:])
        return cls(np.frombuffer(b"".join(written), dtype=np.uint8), start)

    def __len__(self) -> int:
        """Count the texts."""
        return len(self.start) - 1

    def __getitem__(self, numbers: npt.ArrayLike) -> Any:
        """Return texts by their number, shape as ``numbers``."""
        wanted = np.asarray(numbers, dtype=np.int64)
        utf8, ends = self.utf8.data, self.start[wanted + 1].ravel().tolist()
        found = np.empty(wanted.size, dtype=object)
        found[:] = [str(utf8[a:b], "utf-8") for a, b in zip(self.start[wanted].ravel().tolist(), ends, strict=True)]
        return found.reshape(wanted.shape)[()]
