{{ register_gebeurtenissen('meldingen_openbare_ruimte') }}
