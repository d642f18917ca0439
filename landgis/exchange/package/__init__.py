"""A package to hand over: which files it holds, and what lies beside them for its receiver."""
