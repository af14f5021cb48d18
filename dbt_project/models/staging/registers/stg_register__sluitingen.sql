{{ register_gebeurtenissen('sluitingen') }}
