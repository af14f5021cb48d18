{{ config(indexes=[{'columns': ['indicator_code', 'periode_code', 'gebied_code'], 'unique': true}]) }}

-- Disclosure, over areas: sums of partnerships, and whether they may be shown. A sum is shown when all its
-- municipalities are, or, over a year, when those that are not are at least two with enough cases together.
with cijfers as (
    {{ cijfers_met_openbaarheid() }}
),

sommen as (
    {{ register_sommen('cijfers', "l.gebied_soort = 'samenwerkingsgebied'") }}
)

select * from sommen
