"""The rules of Citus for queries over several hosts, held against the SQL that dbt made of the models (docs/citus.md).

Citus itself does not run here. What does not keep to a rule yet stands in `distributed_exceptions.yml`, and that list
may only shrink.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from sqlglot import exp, parse_one
from sqlglot.optimizer.scope import Scope, traverse_scope

from veiligheidsbeeld.publish import composed

KEY = "regio_code"
EXCEPTIONS = yaml.safe_load(Path(__file__).with_name("distributed_exceptions.yml").read_text(encoding="utf-8"))
Rule = Callable[[exp.Expression], bool]


@pytest.fixture(scope="module")
def queries(built) -> dict[str, exp.Expression]:
    """What dbt made of every model, and the views that publishing makes of their marts."""
    compiled = built.home / "dbt" / "bouw" / "compiled" / "veiligheidsbeeld" / "models"
    # Tests of models stand in folders that are called as the file that asks for them; registers are not cut.
    models = [
        path for path in compiled.rglob("*.sql") if path.parent.suffix != ".yml" and "registers" not in path.parts[-2:]
    ]
    found = {path.stem: path.read_text(encoding="utf-8") for path in models}
    found |= {f"mart_*.{name}": composed._query(name, "mart_jeugd").as_string() for name in composed._OF_THEME}
    assert len(found) > 150
    return {name: parse_one(text, dialect="postgres") for name, text in found.items()}


def outer_on_both_sides(query: exp.Expression) -> bool:
    """A FULL JOIN that does not join by the key."""
    full = (join for join in query.find_all(exp.Join) if (join.side or "").upper() == "FULL")
    return any(not _by_key(join.args.get("on")) and KEY not in _using(join) for join in full)


def sets_of_groups(query: exp.Expression) -> bool:
    """Groups by several sets of columns, without the key beside them."""
    return any(
        group.find(exp.GroupingSets, exp.Cube, exp.Rollup) and not any(map(_is_key, group.expressions))
        for group in query.find_all(exp.Group)
    )


def recursion(query: exp.Expression) -> bool:
    return any(one.args.get("recursive") for one in query.find_all(exp.With))


def correlation(query: exp.Expression) -> bool:
    """A subquery, lateral ones included, that refers to columns outside without equating the key."""
    found = ((scope, _outside(scope)) for scope in traverse_scope(query))
    return any(outside and not _equates_key(scope, outside) for scope, outside in found)


RULES: dict[str, Rule] = {
    "full_join_off_the_key": outer_on_both_sides,
    "grouping_sets_off_the_key": sets_of_groups,
    "recursion": recursion,
    "correlated_off_the_key": correlation,
}


@pytest.mark.parametrize("rule", RULES)
def test_models_keep_to_what_several_hosts_can_do(queries, rule):
    broken = sorted(name for name, query in queries.items() if RULES[rule](query))
    assert broken == sorted(EXCEPTIONS[rule]), f"{rule}: mend what is new, take what is mended off the list"


BY_YEAR = [
    ("full_join_off_the_key", "select 1 from a full join b on a.{key} = b.{key}"),
    ("full_join_off_the_key", "select 1 from a full outer join b using ({key})"),
    ("grouping_sets_off_the_key", "select 1 from a group by {key}, grouping sets ((regio_code), (maand))"),
    ("grouping_sets_off_the_key", "select 1 from a group by {key}, cube (regio_code, maand)"),
    ("correlated_off_the_key", "select (select max(b.n) from b where b.{key} = a.{key} and b.n = a.n) from a"),
    (
        "correlated_off_the_key",
        "select 1 from a left join lateral (select 1 from b where b.{key} = a.{key}) as c on true",
    ),
    ("correlated_off_the_key", "select 1 from a where not exists (select from b where b.{key} = a.{key})"),
]


@pytest.mark.parametrize(("rule", "text"), BY_YEAR)
def test_a_rule_sees_what_it_forbids_and_lets_the_key_pass(rule, text):
    assert RULES[rule](parse_one(text.format(key="jaar"), dialect="postgres"))
    assert not RULES[rule](parse_one(text.format(key=KEY), dialect="postgres"))


def test_recursion_is_seen():
    text = "with recursive b as (select 1 as n union all select n + 1 from b) select n from b"
    assert recursion(parse_one(text, dialect="postgres"))


def _using(join: exp.Join) -> set[str]:
    return {column.name for column in join.args.get("using") or []}


def _is_key(expression: exp.Expression) -> bool:
    return isinstance(expression, exp.Column) and expression.name == KEY


def _by_key(condition: exp.Expression | None) -> bool:
    return condition is not None and any(_is_key(e.left) and _is_key(e.right) for e in condition.find_all(exp.EQ))


def _outside(scope: Scope) -> set[str]:
    """Names of tables around a subquery that it refers to."""
    around: set[str] = set()
    parent = scope.parent
    while parent:
        around |= parent.sources.keys()
        parent = parent.parent
    return {column.table for column in scope.columns if column.table in around - scope.sources.keys()}


def _equates_key(scope: Scope, outside: set[str]) -> bool:
    """Whether the key of a table inside equals that of one outside."""
    pairs = ((e.left, e.right) for e in scope.expression.find_all(exp.EQ))
    return any(
        _is_key(one) and _is_key(other) and (one.table in outside) != (other.table in outside) for one, other in pairs
    )
