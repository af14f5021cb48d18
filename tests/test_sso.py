"""Single sign-on as a server has it: Airflow's UI with deploy/webserver_config.py, and a provider of OpenID Connect.

`make sso`, which installs what the server image installs (.venv-server); not in `make test`. The provider is
oidc-provider-mock, which speaks the protocol with signed tokens and shows a form where people say who they are.
"""

import contextlib
import json
import os
import socket
import subprocess
import time

import httpx
import pytest
import yaml

from veiligheidsbeeld.settings import PROJECT

SERVER = PROJECT / ".venv-server" / "bin"
PROVIDER = ("tool", "run", "--from", "oidc-provider-mock==0.3.4", "oidc-provider-mock")
READY_SECONDS = 180
# Airflow remembers what somebody may do for half a minute ([fab] cache_ttl).
CACHED_SECONDS = 45
PEOPLE = {"beheer": ["veiligheidsbeeld-beheer"], "kijker": ["iets-anders", "veiligheidsbeeld-meekijken"], "niemand": []}

pytestmark = pytest.mark.timeout(600)


def claims(name, groups):
    return {"sub": name, "preferred_username": name, "email": f"{name}@example.org", "groups": groups}


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextlib.contextmanager
def process(command, url, log, variables):
    """A process that answers at `url`, until the end of the block."""
    with log.open("w") as stream, subprocess.Popen(command, env=variables, stdout=stream, stderr=stream) as running:
        try:
            deadline = time.monotonic() + READY_SECONDS
            while running.poll() is None and time.monotonic() < deadline:
                with contextlib.suppress(httpx.HTTPError):
                    if httpx.get(url, timeout=30, trust_env=False).is_success:
                        break
                time.sleep(0.3)
            else:
                raise AssertionError(log.read_text()[-3000:])
            yield
        finally:
            running.terminate()


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Addresses of the UI and of the provider, both at work."""
    if not (SERVER / "airflow").exists():
        pytest.skip("what a server has is not installed: `make sso`")
    home = tmp_path_factory.mktemp("sso")
    ui, provider = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    known = [part for one in PEOPLE.items() for part in ("--user-claims", json.dumps(claims(*one)))]
    told = yaml.safe_load((PROJECT / "docker-compose.sso.yml").read_text(encoding="utf-8"))["services"]["api-server"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "VB_"))}
    variables = environment | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__AUTH_MANAGER": told["environment"]["AIRFLOW__CORE__AUTH_MANAGER"],
        "AIRFLOW__FAB__CONFIG_FILE": str(PROJECT / "deploy" / "webserver_config.py"),
        "AIRFLOW__API__BASE_URL": ui,
        "AIRFLOW__API__PORT": ui.rpartition(":")[2],
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__SECRET_KEY": "y" * 32,
        "AIRFLOW__API_AUTH__JWT_SECRET": "x" * 64,
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(home),
        "VB_OIDC_URL": provider,
        "VB_OIDC_CLIENT": "airflow",
        "VB_OIDC_SECRET": "geheim",
    }
    assert {name for name in told["environment"] if name.startswith("VB_OIDC")} <= variables.keys()
    subprocess.run([SERVER / "airflow", "db", "migrate"], env=variables, check=True, capture_output=True)
    signer = [SERVER / "uv", *PROVIDER, "--port", provider.rpartition(":")[2], *known]
    metadata = f"{provider}/.well-known/openid-configuration"
    with (
        process(signer, metadata, home / "provider.log", environment),
        process([SERVER / "airflow", "api-server"], f"{ui}/api/v2/monitor/health", home / "api.log", variables),
    ):
        yield ui, provider


def signed_in(places, name):
    """Somebody who signed in, by way of the provider's form; what they ask bears the token that they got."""
    ui, provider = places
    person = httpx.Client(timeout=60, trust_env=False)
    sent = person.get(f"{ui}/auth/login/oidc", params={"next": ui})
    assert sent.is_redirect and sent.headers["location"].startswith(f"{provider}/"), sent.text
    back = person.post(sent.headers["location"], data={"sub": name, "action": "authorize"})
    assert back.headers["location"].startswith(f"{ui}/auth/oauth-authorized/oidc?code="), back.text
    person.get(back.headers["location"])
    person.headers["Authorization"] = f"Bearer {person.cookies['_token']}"
    return person


def may(places, person):
    """What somebody gets when they ask for what everybody, an operator, and an administrator may see."""
    asked = ("dags", "variables", "connections")
    return [person.get(f"{places[0]}/api/v2/{path}").status_code for path in asked]


def test_nobody_gets_in_without_signing_in(places):
    with httpx.Client(trust_env=False) as stranger:
        assert may(places, stranger) == [401, 401, 401]


@pytest.mark.parametrize(
    ("name", "expected"), [("beheer", [200, 200, 200]), ("kijker", [200, 403, 403]), ("niemand", [403, 403, 403])]
)
def test_what_somebody_may_do_follows_from_the_groups_of_the_provider(places, name, expected):
    assert may(places, signed_in(places, name)) == expected


def test_who_leaves_a_group_has_lost_its_role_at_the_next_login(places):
    assert may(places, signed_in(places, "beheer")) == [200, 200, 200]
    changed = httpx.put(f"{places[1]}/users/beheer", json=claims("beheer", []), trust_env=False)
    assert changed.is_success, changed.text
    again, deadline = signed_in(places, "beheer"), time.monotonic() + CACHED_SECONDS
    while (seen := may(places, again)) != [403, 403, 403] and time.monotonic() < deadline:
        time.sleep(1)
    assert seen == [403, 403, 403]
