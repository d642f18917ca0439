"""The values of formulas beside them: programs that only read a workbook see empty cells otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from landgis.errors import ContractBroken

_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><f>(.*?)</f><v ?/?>(?:</v>)?</c>', re.DOTALL)


def with_values(xml: bytes, values: Mapping[str, Decimal | int]) -> bytes:
    """Put the values of formulas, by cell, beside them in the XML of a sheet.

    Raises
    ------
    ContractBroken
        If a formula has no value, or a value no formula.
    """

    def filled(found: re.Match[bytes]) -> bytes:
        place, style, formula = found[1], found[2], found[3]
        value = str(values.get(place.decode(), "")).encode()
        return b'<c r="%b"%b><f>%b</f><v>%b</v></c>' % (place, style, formula, value)

    done, count = _FORMULA.subn(filled, xml)
    if count != len(values):
        raise ContractBroken(
            f"{len(values)} 个公式中只写入 {count} 个值",
            f"Values were written beside {count} of {len(values)} formulas",
        )
    return done
