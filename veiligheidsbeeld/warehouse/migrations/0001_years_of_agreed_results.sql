-- The years of agreed results follow from the plan (`basisjaar_1`); they were in the names (`basis_2019`). A view that
-- readers have cannot lose a column: the table of an older warehouse goes, with its view, and the next publication
-- makes both.
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
