-- Goals of all plans about this theme.
select * from {{ ref('int_doelen') }}
where thema = 'ondermijning'
