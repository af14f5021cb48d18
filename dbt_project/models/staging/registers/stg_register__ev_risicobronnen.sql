{{ register_gebeurtenissen('ev_risicobronnen') }}
