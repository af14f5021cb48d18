{{ register_gebeurtenissen('halt') }}
