-- noqa: disable=LT02
-- Deliveries of the sources, without the files of senders: what figures of the sources take over from theirs. A file
-- that comes leaves this table as it was, and with it all that is made of those figures.
select l.*
from {{ ref('int_levering') }} as l
where l.dataset not in (
    {%- for register in registers() %}
    '{{ register }}'{{ ',' if not loop.last }}
    {%- endfor %}
)
