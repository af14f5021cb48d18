{{ register_gebeurtenissen('beleidsdocumenten') }}
