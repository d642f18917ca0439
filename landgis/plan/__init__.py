"""The annual supply plan (年度入市供应计划): lines, totals, and the left-out with reasons."""
