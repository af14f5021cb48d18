-- What needs no filter: the last twelve months of municipalities, up to the newest month of each indicator.
select c.* from {{ mart }}.cijfers as c
inner join {{ mart }}.laatste_periode as t on c.indicator_code = t.indicator_code and c.periode_soort = t.periode_soort
where
    c.niveau = 'gemeente' and c.periode_soort = 'maand'
    and c.periode_code <= t.periode_code
    and c.periode_code > (left(t.periode_code, 4)::integer - 1)::text || substr(t.periode_code, 5)
