{{ register_gebeurtenissen('huisverboden') }}
