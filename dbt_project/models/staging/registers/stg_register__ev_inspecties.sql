{{ register_gebeurtenissen('ev_inspecties') }}
