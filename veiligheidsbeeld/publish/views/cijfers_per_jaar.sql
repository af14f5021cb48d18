-- What needs no filter: years of municipalities. Sums of counts over regions are right as they stand.
select c.* from {{ mart }}.cijfers as c
where c.niveau = 'gemeente' and c.periode_soort = 'jaar'
