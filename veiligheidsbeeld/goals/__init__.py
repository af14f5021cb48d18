"""Goals: the projection to the horizon of a plan, its back-test, and the goal table on the screen.

Baselines, benchmarks, significance and status are SQL (`dbt_project/models/intermediate/doelen`); only what needs a
statistics library is here. Decision 0012 says why this projection.
"""
