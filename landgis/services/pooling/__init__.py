"""The pools: building them, moving their members, investors and substitutes, and what a change would do."""
