"""What must hold before figures go on: suites of Great Expectations at both borders of dbt.

`delivery` (border 1, after load) judges a batch as delivered, from its contract; `police` and `cbs` add what only
those sources promise. `candidate` (border 2, before publication) judges a theme as a reader would see it; `core`
does so for the shared dimensions. `rules` holds the form of a rule. `veiligheidsbeeld.judge` runs them.
"""
