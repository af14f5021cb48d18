"""docker-compose.yml cannot be run here; what can be known without Docker is checked."""

import json
import re
from fnmatch import fnmatch
from pathlib import Path

import check_jsonschema
import jsonschema
import pytest
import yaml

from veiligheidsbeeld.reader.marts import ROLE as READER
from veiligheidsbeeld.services import airflow, postgres
from veiligheidsbeeld.settings import PROJECT, ROLES
from veiligheidsbeeld.steps.step import LOG_ROLE

# Commands that only a server has: an executor of its own, and databases that nobody else prepares.
SERVER_ONLY = {"postgres", "broker", "init", "worker", "watch", "backup", "superset", "proxy", "citus-worker"}
SECRET = re.compile(r"PASSWORD$|SECRET|_KEY$|JWT")


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))


def environment(service):
    return service.get("environment", {})


@pytest.fixture(scope="module")
def sso():
    return yaml.safe_load((PROJECT / "docker-compose.sso.yml").read_text(encoding="utf-8"))


def test_single_sign_on_is_for_every_process_of_airflow_and_its_secret_for_one(compose, sso):
    of_airflow = {n for n, s in compose["services"].items() if "AIRFLOW__CORE__EXECUTOR" in environment(s)}
    assert sso["services"].keys() == of_airflow
    manager = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
    assert {environment(s)["AIRFLOW__CORE__AUTH_MANAGER"] for s in sso["services"].values()} == {manager}
    assert {n for n, s in sso["services"].items() if "VB_OIDC_SECRET" in environment(s)} == {"api-server"}
    config = {environment(s)["AIRFLOW__FAB__CONFIG_FILE"] for s in sso["services"].values()}
    assert {(PROJECT / "deploy" / Path(path).name).is_file() for path in config} == {True}
    assert sso["services"]["api-server"]["command"][:2] == compose["services"]["api-server"]["command"]


@pytest.mark.parametrize("name", ["compose", "sso"])
def test_it_follows_the_compose_specification(name, request):
    compose = request.getfixturevalue(name)
    schemas = Path(check_jsonschema.__file__).parent / "builtin_schemas" / "vendor"
    schema = json.loads((schemas / "compose-spec.json").read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [f"{list(e.absolute_path)}: {e.message}" for e in validator.iter_errors(compose)] == []
    broken = {**compose, "services": {**compose["services"], "init": {"imagge": "postgres:18"}}}
    assert list(validator.iter_errors(broken)), "the schema notices a misspelt key"


def test_its_commands_are_those_that_make_up_runs(compose):
    commands = {n: tuple(s["command"]) for n, s in compose["services"].items() if n not in SERVER_ONLY}
    assert commands == {name: ("airflow", *arguments) for name, arguments in airflow.COMMANDS.items()}


def test_every_airflow_service_has_the_same_configuration(compose):
    services = [s for n, s in compose["services"].items() if n in {*airflow.COMMANDS, "worker", "watch", "init"}]
    own = ("VB_PASSWORD", "VB_AIRFLOW_PASSWORD")
    found = [{k: v for k, v in environment(s).items() if not k.startswith(own) and k != "VB_PG_LOG"} for s in services]
    assert len(found) == len(airflow.COMMANDS) + 3
    assert all(f == found[0] for f in found)
    shared = environment(services[0])
    # Without one signing key and one address of the API server, no task's token is believed.
    assert shared["AIRFLOW__API_AUTH__JWT_SECRET"].startswith("${VB_AIRFLOW_JWT:?")
    api = compose["services"]["api-server"]
    assert shared["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://api-server:8080/execution/"
    assert api["ports"][0].endswith(":8080")


def test_it_configures_airflow_as_the_embedded_system_does(compose, tmp_path):
    from veiligheidsbeeld.settings import Settings

    settings = Settings.from_env({"VB_HOME": str(tmp_path), "VB_PG_PORT": "5432"})
    embedded = {k for k in airflow.environment(settings) if k.startswith("AIRFLOW__")}
    # What follows from one machine and processes of one user.
    local = {
        "AIRFLOW__API__BASE_URL",
        "AIRFLOW__API__WORKERS",
        "AIRFLOW__CORE__PLUGINS_FOLDER",
        "AIRFLOW__DATABASE__CHECK_MIGRATIONS",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL",
        "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG",
        "AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME",
    }
    server = {k for k in environment(compose["services"]["scheduler"]) if k.startswith("AIRFLOW__")}
    assert embedded - local <= server
    assert {k for k in server - embedded if not k.startswith("AIRFLOW__CELERY__")} == set()


def test_only_the_ui_and_the_warehouse_can_be_reached_and_only_from_this_machine(compose):
    exposed = {n: s["ports"] for n, s in compose["services"].items() if "ports" in s}
    assert set(exposed) == {"api-server", "postgres", "superset", "proxy"}
    # What speaks TLS has an address of its own: opening it does not open the others.
    assert exposed.pop("proxy")[0].startswith("${VB_BIND_PROXY:-127.0.0.1}:")
    assert all(port.startswith("${VB_BIND:-127.0.0.1}:") for ports in exposed.values() for port in ports)
    networks = {n: set(s["networks"]) for n, s in compose["services"].items()}
    assert networks["broker"] == {"wachtrij"}
    assert {n for n, found in networks.items() if "wachtrij" in found} == {"broker", "scheduler", "worker"}
    # Out go those alone that fetch, that send messages, or that are reached from this machine.
    outward = {n for n, found in networks.items() if "buiten" in found}
    assert outward == {"postgres", "api-server", "dag-processor", "worker", "watch", "superset", "proxy"}
    assert {n for n, found in compose["networks"].items() if found.get("internal")} == {"binnen", "wachtrij"}


# Which roles of the warehouse a service may be: no more than its work asks.
ROLES_OF = {
    "postgres": set(),
    "broker": set(),
    "init": {*ROLES, "airflow", "postgres"},
    "api-server": {"airflow"},
    "scheduler": {"airflow"},
    "dag-processor": {"airflow", "beheer"},
    # Pages and messages are made as the least of readers.
    "worker": {"airflow", "beheer", "lader", "transform", "publicist", "bi_lezer"},
    "watch": {"airflow", "bewaker", "analist", "bi_lezer"},
    "backup": {"postgres"},
    # Its password of bi_lezer is for libpq (PGPASSWORD).
    "superset": set(),
    "citus-worker": set(),
    "proxy": set(),
}


def test_each_service_has_its_own_secrets_and_no_others(compose):
    prefix = "VB_PASSWORD_"
    found = {
        name: {key.removeprefix(prefix).lower() for key in environment(service) if key.startswith(prefix)}
        for name, service in compose["services"].items()
    }
    assert found == ROLES_OF
    # A role whose password a service does not have would be given one that is not its own.
    assert found["worker"] >= {*LOG_ROLE.values(), READER}
    with_keys = {n for n, s in compose["services"].items() if "AIRFLOW__API_AUTH__JWT_SECRET" in environment(s)}
    assert with_keys == {"init", "api-server", "scheduler", "dag-processor", "worker", "watch"}
    ui = {n for n, s in compose["services"].items() if "VB_AIRFLOW_PASSWORD" in environment(s)}
    assert ui == {"init"}, "the password of the UI is written once, into the home"


def test_what_the_readme_lets_one_set_about_sources_reaches_who_asks_them(compose):
    """Politeness, a proxy, a CA: named in the readme, set in .env, heeded by the workers."""
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    said = readme.split("Politeness and patience are settings:")[1].split("\n\n")[0]
    named = set(re.findall(r"`((?:VB_)?[A-Z_]+)`", said))
    assert named >= {"VB_REQUESTS_PER_SECOND", "VB_CONTACT", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE"}
    assert named <= environment(compose["services"]["worker"]).keys()
    # Without a value they are not there at all: OpenSSL reads an empty name as a file that holds nobody.
    assert environment(compose["services"]["worker"])["SSL_CERT_FILE"] is None


def test_no_container_is_root_or_can_become_it_or_writes_outside_its_volumes(compose):
    image = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    users = re.findall(r"(?m)^USER (\S+)", image)
    assert users[-1:] == ["veiligheidsbeeld"]
    for name, service in compose["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["read_only"] is True, name
        assert service["pids_limit"] and service["mem_limit"], name
        assert service["logging"]["options"].keys() >= {"max-size", "max-file"}, name
        assert "build" in service or service["user"].split(":")[0] != "0", name
        assert any(place.startswith("/tmp") for place in service["tmpfs"]), name


def test_no_secret_is_written_down_and_all_of_them_are_in_the_example(compose):
    services = compose["services"].items()
    values = [v for _, s in services for k, v in environment(s).items() if SECRET.search(k)]
    assert len(values) > 20
    # Those of a service that not everybody uses are asked for by that service: compose would ask them of everybody.
    optional = {"${VB_SUPERSET_KEY:-}", "${VB_SUPERSET_PASSWORD:-}", "${VB_OPENLINEAGE_KEY:-}"}
    assert {v for v in values if not re.fullmatch(r"\$\{VB_[A-Z_]+:\?[^}]+\}", v)} == optional
    files = ("docker-compose.yml", "docker-compose.sso.yml")
    text = "".join((PROJECT / name).read_text(encoding="utf-8") for name in files)
    asked = set(re.findall(r"\$\{(VB_[A-Z_]+)", text))
    lines = (PROJECT / ".env.example").read_text(encoding="utf-8").splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert set(example) == asked
    assert {f"VB_PASSWORD_{role.upper()}" for role in (*ROLES, "postgres", "airflow")} <= asked
    assert [k for k, v in example.items() if v and k != "VB_BIND" and not k.endswith("_PORT")] == []
    ignored = (PROJECT / ".gitignore").read_text(encoding="utf-8").split()
    more = {file["path"] for service in compose["services"].values() for file in service.get("env_file", [])}
    assert {".env", "var/", *more} <= set(ignored)


def test_every_service_that_stays_tells_whether_it_is_well_and_keeps_its_data(compose):
    services = compose["services"]
    assert [n for n, s in services.items() if s["restart"] == "unless-stopped" and "healthcheck" not in s] == []
    # One without a name is of one container of several.
    mounted = {v.split(":")[0] for s in services.values() for v in s.get("volumes", []) if ":" in v}
    folders = {place for place in mounted if place.startswith((".", "$"))}
    assert mounted - folders == set(compose["volumes"])
    # Of this clone nothing is mounted but configuration, and nobody writes there.
    binds = [v for s in services.values() for v in s.get("volumes", []) if v.startswith((".", "$"))]
    assert {bind.split(":")[0] for bind in binds} == {"./deploy", "${VB_PG_TLS"}
    assert all(bind.endswith(":ro") for bind in binds)


def test_the_server_of_compose_tells_who_read_what_and_with_a_certificate_lets_nobody_in_without(compose):
    def settings(name):
        lines = (PROJECT / "deploy" / name).read_text(encoding="utf-8").splitlines()
        return dict(line.split(" = ", 1) for line in lines if " = " in line and not line.startswith("#"))

    plain, tls = settings("postgres.conf"), settings("postgres-tls.conf")
    assert plain["log_line_prefix"] == f"'{postgres.LOG_PREFIX}'"
    service = compose["services"]
    folder, pattern = environment(service["watch"])["VB_PG_LOG"].rsplit("/", 1)
    assert plain["log_directory"] == f"'{folder}'"
    assert fnmatch("postgres-Mon.log", pattern) and plain["log_filename"] == "'postgres-%a.log'"
    assert f"postgres-log:{folder}:ro" in service["watch"]["volumes"]
    assert f"postgres-log:{folder}" in service["postgres"]["volumes"]
    assert tls["ssl"] == "on"
    hba = (PROJECT / "deploy" / Path(tls["hba_file"].strip("'")).name).read_text(encoding="utf-8")
    rules = [line.split() for line in hba.splitlines() if line and not line.startswith("#")]
    assert {(rule[0], rule[-1]) for rule in rules} == {("local", "scram-sha-256"), ("hostssl", "scram-sha-256")}
