{{ register_gebeurtenissen('integrale_controles') }}
