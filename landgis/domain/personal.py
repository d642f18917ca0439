"""Numbers and names of persons in texts: told apart, and masked."""

from __future__ import annotations

import re
from enum import StrEnum

from landgis.domain.catalogue import plain_name

_IDENTITY = "[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
_MOBILE = "1[3-9][0-9](?:[0-9]{8}| [0-9]{4} [0-9]{4}|-[0-9]{4}-[0-9]{4})"
_BESIDE = "0-9A-Fa-f"
"""Beside a number stand neither digits nor the letters of hexadecimal identifiers, whose digits mean nothing."""
_FOUND = re.compile(f"(?<![{_BESIDE}])(?:(?P<mobile>{_MOBILE})|(?P<identity>{_IDENTITY}))(?![{_BESIDE}])")
_WIDE = "０１２３４５６７８９Ｘｘ－　"
_NARROW = str.maketrans(_WIDE, "0123456789Xx- ")
PERSONAL_LIKE = f"(?:^|[^{_BESIDE}])(?:{_MOBILE}|{_IDENTITY})(?:$|[^{_BESIDE}])|[０-９]"
"""In the words of any regular expressions: found in every text that holds a personal number, and in some that do not."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_FIELDS = frozenset(map(plain_name, (
    "权利人", "权利人名称", "权利人姓名", "权利人类型", "姓名", "户主", "户主姓名", "法定代表人", "法人", "代理人", "联系人",
    "电话", "联系电话", "手机", "手机号", "手机号码", "身份证", "身份证号", "身份证号码", "证件号", "证件号码", "证件种类",
    "住址", "通讯地址", "QLR", "QLRMC", "QLRXM", "QLRLX", "XM", "HZ", "HZXM", "HZMC", "FRXM", "FDDBR", "DLR", "DLRMC", "LXR", "LXDH", "DH",
    "SJ", "SJH", "SJHM", "SFZH", "SFZHM",
    "ZJH", "ZJHM", "ZJZL", "TXDZ", "DZ", "holder", "holder_name", "person", "person_name", "contact", "phone", "telephone", "mobile",
    "id_number", "identity_number", "address",
)))  # fmt: skip
"""Names of fields that hold persons: holders, contacts, their numbers and addresses; compared by `plain_name`."""
_MASKED = re.compile(r".?＊+")


class PersonalNumber(StrEnum):
    """Numbers that belong to one person."""

    IDENTITY = "identity"
    MOBILE = "mobile"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"identity": "公民身份号码", "mobile": "手机号码"}[self.value]

    @property
    def en(self) -> str:
        """English label."""
        return {"identity": "an identity number", "mobile": "a telephone number"}[self.value]


def personal_number(text: str) -> PersonalNumber | None:
    """Tell which number of a person a text holds: an identity number (its check digit right) or a mobile number.

    Digits may be of full width, and a mobile number in groups of three, four and four.
    """
    if len(text) < 11:
        return None
    kinds = {found.lastgroup for found in _FOUND.finditer(text.translate(_NARROW)) if _credible(found)}
    return next((kind for kind in PersonalNumber if kind.value in kinds), None)


def personal_field(name: str) -> bool:
    """Tell whether a field by its name holds persons, their numbers or addresses."""
    return plain_name(name) in _FIELDS


def mask(text: str) -> str:
    """Return a text with its first character kept and stars of full width for the rest; one character alone goes too."""
    return text[0] + "＊" * (len(text) - 1) if len(text) > 1 else "＊"


def masked(text: str) -> bool:
    """Tell whether a text is as `mask` leaves it."""
    return _MASKED.fullmatch(text) is not None


def _credible(found: re.Match[str]) -> bool:
    return found["identity"] is None or _checked(found["identity"])


def _checked(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECKS[total % 11] == number[-1].upper()
