{{ register_gebeurtenissen('woonoverlast') }}
