"""The steps of choosing a portfolio: who may be chosen, what binds, the solver, the reasons, the comparison."""
