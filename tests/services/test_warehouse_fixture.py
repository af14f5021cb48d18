import psycopg
import pytest

from veiligheidsbeeld.warehouse import comments, connect


def test_each_role_can_do_its_work_and_no_more(clean_warehouse):
    with connect(clean_warehouse, "lader") as lader:
        lader.execute("create table raw.proef (n integer)")
        lader.execute("insert into raw.proef values (1)")
    with connect(clean_warehouse, "transform") as transform:
        assert transform.execute("select n from raw.proef").fetchall() == [(1,)]
        transform.execute("create table kandidaat_kern.proef as select n from raw.proef")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), connect(clean_warehouse, "analist") as analist:
        analist.execute("select n from raw.proef")
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), connect(clean_warehouse, "bi_lezer") as reader:
        reader.execute("create temporary table t (n integer)")


def test_clean_warehouses_do_not_see_each_other(new_warehouse):
    one, two = new_warehouse(), new_warehouse()
    with connect(one, "lader") as lader:
        lader.execute("create table raw.alleen_hier (n integer)")
    with connect(two, "lader") as lader:
        assert lader.execute("select to_regclass('raw.alleen_hier')").fetchone() == (None,)


@pytest.mark.parametrize("table", ["levering", "codelijst", "register_geteld", "register_telling"])
def test_documentation_says_what_the_database_says_of_a_table(warehouse, table):
    with connect(warehouse, "lader") as connection:
        title = connection.execute("select obj_description(%s::regclass)", [f"raw.{table}"]).fetchone()[0]
        columns = connection.execute(
            "select attname, col_description(attrelid, attnum) from pg_attribute"
            " where attrelid = %s::regclass and attnum > 0 order by attnum",
            [f"raw.{table}"],
        ).fetchall()
    assert comments.of_table(f"raw.{table}") == (title, dict(columns))
