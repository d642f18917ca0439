"""How the kernel is compiled: exact arithmetic, no interpreter lock, machine code kept for what Python calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba as nb

Function = TypeVar("Function", bound=Callable[..., Any])

_njit: Callable[..., Callable[[Any], Any]] = cast("Any", nb.njit)
"""Published types of numba lack the options for compiled callers only."""


def outer(function: Function) -> Function:
    """Compile what Python calls; the machine code holds all that it calls itself, and is kept on the disk."""
    made: Function = _njit(cache=True, nogil=True, error_model="numpy")(function)
    return made


def inner(function: Function) -> Function:
    """Compile what only compiled code calls."""
    made: Function = _njit(nogil=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)
    return made


def inlined(function: Function) -> Function:
    """Write a short function into its callers."""
    made: Function = _njit(
        nogil=True, error_model="numpy", inline="always", no_cpython_wrapper=True, no_cfunc_wrapper=True
    )(function)
    return made
