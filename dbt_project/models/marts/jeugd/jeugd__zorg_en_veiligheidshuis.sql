-- Cases of the Zorg- en Veiligheidshuis, counts only.
{{ registertabel("register = 'zorg_en_veiligheidshuis'") }}
