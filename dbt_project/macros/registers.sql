{#- Generated from contracts/registers/ by `python -m veiligheidsbeeld.generated`. -#}
{#- Names of the registers that have a contract. -#}
{% macro registers() -%}
    {{ return([
        'actieplan',
        'adresonderzoek',
        'beleidsdocumenten',
        'bibob',
        'boa',
        'buurtbemiddeling',
        'crisismaatregelen',
        'ev_inspecties',
        'ev_risicobronnen',
        'ev_voorvallen',
        'halt',
        'huisverboden',
        'integrale_controles',
        'meld_misdaad_anoniem',
        'meldingen_openbare_ruimte',
        'meldpunt_ondermijning',
        'politie_extract',
        'riec',
        'sluitingen',
        'vergunningen',
        'woningcorporatie',
        'woonoverlast',
        'zorg_en_veiligheidshuis',
    ]) }}
{%- endmacro %}
