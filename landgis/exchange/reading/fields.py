"""Field names of deliveries: which column means what, and which must never come in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from landgis.domain.catalogue import plain_name
from landgis.domain.issue import Issue, Severity, shown

# Identity numbers, names, telephones and addresses of persons (永久基本农田保护图斑 carries them). None is needed here.
_PERSONAL = {
    plain_name(name)
    for name in (
        "LXDH", "JZDZ", "ZZRR", "ZJHM", "SFZH", "SFZHM", "QLRZJH", "QLRZJHM", "SJHM",
        "身份证号", "身份证号码", "证件号", "证件号码", "联系电话", "手机号", "手机号码", "居住地址", "家庭住址", "住址",
        "自然人名称", "自然人姓名", "责任人姓名",
    )
}  # fmt: skip
_PERSONAL_PREFIX = "zrr"


def find_fields(columns: Iterable[str], wanted: Sequence[str]) -> list[str]:
    """Return the columns that answer to any of the wanted names, best name first.

    Parameters
    ----------
    columns
        Column names as found.
    wanted
        Names to look for, in order of preference; case and separators are ignored.
    """
    present: dict[str, str] = {}
    for column in columns:
        present.setdefault(plain_name(column), column)
    found = [present[plain_name(name)] for name in wanted if plain_name(name) in present]
    return list(dict.fromkeys(found))


def rival_fields(columns: Iterable[str], chosen: str) -> list[str]:
    """Return the other columns whose names differ from the chosen one by case and separators alone."""
    return [column for column in columns if column != chosen and plain_name(column) == plain_name(chosen)]


def is_personal(column: str) -> bool:
    """Tell whether a field holds personal data that landgis must not take in."""
    plain = plain_name(column)
    return plain in _PERSONAL or plain.startswith(_PERSONAL_PREFIX)


def personal_issue(column: str, where: str) -> Issue:
    """Report that a field with personal data was left out."""
    return Issue(
        "personal_field_dropped",
        Severity.MINOR,
        f"{where} {column}",
        f"字段 {column} 属个人信息，未读入",
        f"Field {column} holds personal data and was not read",
    )


def first_five(values: Iterable[object]) -> str:
    """Return the first five values as a message may show them, and say how many more there are."""
    listed = list(values)
    more = f" … (+{len(listed) - 5})" if len(listed) > 5 else ""
    return "、".join(shown(value) for value in listed[:5]) + more
