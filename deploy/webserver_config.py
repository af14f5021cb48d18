"""Single sign-on of the Airflow UI by OpenID Connect: read by the FAB auth manager (docker-compose.sso.yml).

The provider says who somebody is and of which groups (claim VB_OIDC_CLAIM, `groups` unless it is set). Groups named
here give a role of Airflow at every login; who is in none of them gets in and sees nothing.
"""

import os

from airflow.providers.fab.auth_manager.security_manager.override import FabAirflowSecurityManagerOverride
from flask_appbuilder.const import AUTH_OAUTH

_CLAIM = os.environ.get("VB_OIDC_CLAIM") or "groups"


class SecurityManager(FabAirflowSecurityManagerOverride):
    """Takes name and groups from the signed token of any provider."""

    def get_oauth_user_info(self, provider: str, resp: dict) -> dict:
        claims = resp.get("userinfo") or self.oauth_remotes[provider].userinfo()
        return {
            "username": claims.get("preferred_username") or claims["sub"],
            "email": claims.get("email", ""),
            "first_name": claims.get("given_name", ""),
            "last_name": claims.get("family_name", ""),
            "role_keys": claims.get(_CLAIM, []),
        }


SECURITY_MANAGER_CLASS = SecurityManager
AUTH_TYPE = AUTH_OAUTH
AUTH_USER_REGISTRATION = True
AUTH_USER_REGISTRATION_ROLE = "Public"
AUTH_ROLES_SYNC_AT_LOGIN = True
AUTH_ROLES_MAPPING = {
    "veiligheidsbeeld-beheer": ["Admin"],
    "veiligheidsbeeld-bediening": ["Op"],
    "veiligheidsbeeld-meekijken": ["Viewer"],
}
OAUTH_PROVIDERS = [
    {
        "name": "oidc",
        "icon": "fa-key",
        "token_key": "access_token",
        "remote_app": {
            "client_id": os.environ.get("VB_OIDC_CLIENT", ""),
            "client_secret": os.environ.get("VB_OIDC_SECRET", ""),
            "server_metadata_url": f"{os.environ.get('VB_OIDC_URL', '').rstrip('/')}/.well-known/openid-configuration",
            "client_kwargs": {"scope": "openid email profile"},
        },
    }
]
