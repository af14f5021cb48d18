{{ register_gebeurtenissen('ev_voorvallen') }}
