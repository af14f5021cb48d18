{{ register_gebeurtenissen('bibob') }}
