{#- Columns of a row of `indicatorwaarden`. -#}
{% macro indicatorwaarde_kolommen() -%}
    indicator_code, regio_code, niveau, periode_code, periode_soort, maat, waarde, teller, noemer, ondergrens,
    bovengrens, methode, n, status_waarde, voorlopig, bron, bron_soort, reeks, levering_id, bijgewerkt_op
{%- endmacro %}

{#- Columns of an indicator, whatever source measures it. -#}
{% macro indicator_kolommen() -%}
    indicator_code, familie, soort, naam, definitie, totaal, eenheid, alleen_jaar, jeugd, leeftijdsgroep,
    ruimtelijk_principe, richting, inspanningsafhankelijk, vng_thema, caveat, eigenaar, mart_prim, mart_ook,
    tabel_gemeente, tabel_buurt, afronding
{%- endmacro %}
