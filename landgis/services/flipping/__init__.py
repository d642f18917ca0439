"""Which verdicts are not what they were, and why."""
