# One door for everything: `make run`, `make up`, `make test`. Nothing is installed outside .venv.
#
#   make run                                 sample data, everything from source to published marts, then stop
#   make run SOURCES=<folder>                replay a folder of recorded replies
#   make run SOURCES=live                    the real sources
#   make run SAMPLE=full                     the whole sample

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run up dashboards drawn down clean check test unit elsewhere database dbt e2e lint sql python format lock bench install sbom audit sso

SOURCES ?= sample
SAMPLE ?= default
# Test files side by side; each worker has a database server of its own.
WORKERS ?= 2
export SOURCES SAMPLE

VENV := .venv
BIN := $(VENV)/bin
# Superset asks for an older SQLAlchemy than Airflow has.
SUPERSET := .venv-superset
# What the server image has installed.
SERVER := .venv-server
# Installs ten times faster than pip; comes from the package index like everything else. Without it pip does it.
UV := uv==0.13.9

help:  ## what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: $(VENV)/.run  ## load every source, publish the marts, print a summary, stop
	@VB_INSTALL_SECONDS="$$(cat $(VENV)/.install_seconds 2>/dev/null)"; export VB_INSTALL_SECONDS; \
	rm -f $(VENV)/.install_seconds; exec $(BIN)/veiligheidsbeeld run

up: $(VENV)/.run  ## the same, and leave Airflow and the warehouse running
	@VB_INSTALL_SECONDS="$$(cat $(VENV)/.install_seconds 2>/dev/null)"; export VB_INSTALL_SECONDS; \
	rm -f $(VENV)/.install_seconds; exec $(BIN)/veiligheidsbeeld up

# Without SOURCES on the command line these are about every home of this clone.
MEANT := $(if $(filter file,$(origin SOURCES)),unset SOURCES SAMPLE;)

dashboards: $(VENV)/.run $(SUPERSET)/.installed  ## Superset on the warehouse that `make up` left running; `make down` stops it
	@$(MEANT) exec $(BIN)/veiligheidsbeeld dashboards

drawn: $(VENV)/.dev  ## open every dashboard in a browser, after `make dashboards`
	@$(MEANT) exec $(BIN)/python -m pytest -n 0 -m dashboards tests/dashboards

sso: $(VENV)/.dev $(SERVER)/.installed  ## sign in to Airflow's UI as on a server, at a provider of OpenID Connect
	@exec $(BIN)/python -m pytest -n 0 -m sso tests/test_sso.py

down:  ## stop what `make up` left running
	@$(MEANT) if [ -x $(BIN)/veiligheidsbeeld ]; then exec $(BIN)/veiligheidsbeeld down; fi

clean:  ## stop everything and remove warehouses, landing, logs and sample (not .venv)
	@$(MEANT) if [ -x $(BIN)/veiligheidsbeeld ]; then $(BIN)/veiligheidsbeeld clean --yes; fi

check: $(VENV)/.dev python unit  ## what to ask before every commit: format, lint, types, fast tests; under two minutes

PYTEST = unset SOURCES SAMPLE; exec $(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder

test: $(VENV)/.dev lint  ## every check, from nothing: lint, types, tests on a real database
	@$(PYTEST) --durations 20

# Tests by kind, which says who mends them: CONTRIBUTING.md.
unit database dbt e2e: $(VENV)/.dev
	@$(PYTEST) -m $@

# Three municipalities of a province that is not the example's, in which others became one in 2019 (tests/places.py).
elsewhere: $(VENV)/.dev  ## the fast tests for a region of another province, made for it
	@rm -rf build/elsewhere && mkdir -p build
	$(BIN)/veiligheidsbeeld region new GM0080 GM0737 GM0090 --name Elders --folder build/elsewhere
	@export VB_REGIO="$$PWD/build/elsewhere"; $(PYTEST) -m unit

# Types are one processor's work: what is asked of SQL goes beside it.
lint: $(VENV)/.dev  ## ruff, mypy, layers of imports, sqlfluff
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target sql python

sql: $(VENV)/.dev
	$(BIN)/sqlfluff lint --disable-progress-bar --processes 0 dbt_project veiligheidsbeeld

python: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev  ## put code in its standard form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev  ## measure; see benchmarks/README.md
	@unset SOURCES SAMPLE; $(BIN)/python -m benchmarks

# Tools that look at the locks from outside; they run in an environment of their own.
TOOL = $(BIN)/uv tool run --from
CYCLONEDX = $(TOOL) cyclonedx-bom==7.5.0 cyclonedx-py requirements
AUDIT = $(TOOL) pip-audit==2.10.1 pip-audit --strict --disable-pip --require-hashes --progress-spinner off

sbom: $(VENV)/.dev  ## what a server and Superset consist of, as CycloneDX: build/sbom.json, build/sbom-superset.json
	@mkdir -p build
	$(BIN)/uv pip compile --quiet --no-deps --universal --python-version 3.12 --generate-hashes requirements.txt \
		requirements-server.txt --output-file build/installed.txt
	$(CYCLONEDX) build/installed.txt --output-format JSON --output-file build/sbom.json
	$(CYCLONEDX) requirements-superset.txt --output-format JSON --output-file build/sbom-superset.json

audit: $(VENV)/.dev  ## known vulnerabilities in what is locked; needs pypi.org, and says so when it cannot ask
	$(AUDIT) --requirement requirements.txt --requirement requirements-server.txt
	$(AUDIT) --requirement requirements-superset.txt

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade --output-file

lock: $(VENV)/.dev  ## newest versions that the direct dependencies allow, with their hashes, into the lock files
	$(LOCK) requirements.txt requirements.in
	$(LOCK) requirements-dev.txt requirements-dev.in
	$(LOCK) requirements-server.txt requirements-server.in
	$(LOCK) requirements-superset.txt requirements-superset.in

install: $(VENV)/.run  ## the environment alone

# Stamps: as long as the lock files do not change, nothing is installed again.
$(VENV)/.run: requirements.txt pyproject.toml scripts/install.sh
	@sh scripts/install.sh $(VENV) "$(UV)" requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@sh scripts/install.sh $(VENV) "$(UV)" requirements.txt requirements-dev.txt
	@touch $@

$(SUPERSET)/.installed: requirements-superset.txt
	@PROJECT=none sh scripts/install.sh $(SUPERSET) "$(UV)" requirements-superset.txt
	@touch $@

$(SERVER)/.installed: requirements.txt requirements-server.txt
	@PROJECT=none sh scripts/install.sh $(SERVER) "$(UV)" requirements.txt requirements-server.txt
	@touch $@
