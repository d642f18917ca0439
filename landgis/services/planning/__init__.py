"""The pool, the annual plan, and its sheets."""
