-- The years of agreed results follow from the plan (`basisjaar_1`) and were in the names (`basis_2019`): a reader's view
-- cannot lose a column, so the table of an older warehouse goes, with its view, and the next publication makes it.
do $$
begin
    if exists (
        select from pg_attribute
        where attrelid = to_regclass('publicatie.ivp__resultaatafspraken') and attname = 'basis_2019'
            and not attisdropped
    ) then
        drop table publicatie.ivp__resultaatafspraken cascade;
    end if;
end
$$;
