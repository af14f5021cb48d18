{{ register_gebeurtenissen('meld_misdaad_anoniem') }}
