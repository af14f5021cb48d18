{{ register_gebeurtenissen('meldpunt_ondermijning') }}
