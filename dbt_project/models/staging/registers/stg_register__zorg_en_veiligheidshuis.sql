{{ register_gebeurtenissen('zorg_en_veiligheidshuis') }}
