# The commands of this project. A step that is done is skipped until its lock file changes.
#   make run                    the whole system, with demo data; PORT=8001 DATA_DIR=elsewhere for a second one,
#                               DEMO=no without demo data, DATABASE_URL= and REDIS_URL= for servers of the system
#   make test                   all tests, on servers of their own; ARGS="tests/core -x" for some
#   make bench                  the standard work measured on data set S, into docs/BENCHMARKS.md; ARGS="W1 W3" for some;
#                               servers of its own, whose set is kept in BENCH_DIR (var/bench) for the next run
#   make shots                  pictures of all screens with the demo data into var/shots; ARGS="deal* --widths 390" for some
#   make lint                   every check that needs no server
#   make messages               bring the catalogues of all languages up to date with the texts of the code
#   make exec CMD="python manage.py shell"   one command with the servers up

SHELL := /bin/bash
# A distribution's own Python is built with optimisations; one built by hand often is not, and answers a quarter slower.
DISTRIBUTED := $(shell /usr/bin/python3.11 -c 'import ensurepip, venv' 2>/dev/null && echo /usr/bin/python3.11)
PYTHON ?= $(firstword $(DISTRIBUTED) $(foreach name,python3.11 python3.12 python3.13 python3,$(if $(shell command -v $(name)),$(name))))
VENV := .venv
BIN := $(VENV)/bin
# The wheel's node and npm, where they are installed, stand before older ones of the system.
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
HAS_NODE := node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null && command -v npm >/dev/null

# Compiled once, every start is seconds quicker.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test bench shots lint exec setup messages
.DEFAULT_GOAL := run

run: setup
	@exec $(BIN)/python -m config.devstack

test: setup $(VENV)/.browser
	@exec $(BIN)/python -m config.devstack exec --scratch pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

BENCH_DIR ?= var/bench
bench: setup
	@env -u DATABASE_URL -u REDIS_URL DATA_DIR=$(BENCH_DIR) $(BIN)/python -m config.devstack exec \
		python manage.py bench $(ARGS) $(if $(ARGS),,--write docs/BENCHMARKS.md)

# The demo company is loaded into a database of its own when there is none yet.
SHOTS_DIR ?= var/shots
shots: setup $(VENV)/.browser
	@env -u DATABASE_URL -u REDIS_URL DATA_DIR=$(SHOTS_DIR)/data $(BIN)/python -m config.devstack exec \
		bash -c 'python manage.py demo --if-empty && exec python manage.py shots --out $(SHOTS_DIR) $(ARGS)'

exec: setup
	@exec $(BIN)/python -m config.devstack exec $(CMD)

lint: setup
	@$(BIN)/python -m config.lint

messages: $(VENV)/.python
	@$(BIN)/python -m config.messages gather

setup: $(VENV)/.python node_modules/.assets $(VENV)/.system $(VENV)/.messages

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 or newer is needed: apt-get install -y python3.11 python3.11-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -c 'import ensurepip' 2>/dev/null \
		|| { echo "This Python cannot make virtual environments: apt-get install -y $$($(PYTHON) -c \
		'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"; exit 1; }
	@test -x $(BIN)/python || { echo "Making $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@touch $@

$(VENV)/.boot: requirements/boot.txt $(VENV)/.made
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/boot.txt
	@touch $@

$(VENV)/.python: requirements/base.txt requirements/dev.txt requirements/node.txt $(VENV)/.boot
	@echo "Installing Python packages"
	@files="requirements/base.txt requirements/dev.txt"; \
	{ $(HAS_NODE); } || files="$$files requirements/node.txt"; \
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes $$files \
		|| $(BIN)/python -m pip install --quiet --require-hashes $$(printf -- '-r %s ' $$files)
	@touch $@

node_modules/.assets: package.json package-lock.json .npmrc $(VENV)/.python
	@echo "Installing front-end assets"
	@$(WITH_NODE) npm ci --silent
	@touch $@

$(VENV)/.messages: $(wildcard locale/*/LC_MESSAGES/django.po) $(VENV)/.python
	@$(BIN)/python -m config.messages compile
	@touch $@

$(VENV)/.system: config/syscheck.py $(VENV)/.python
	@$(BIN)/python config/syscheck.py pdf
	@touch $@

$(VENV)/.browser: config/syscheck.py $(VENV)/.python
	@$(BIN)/python config/syscheck.py browser
	@touch $@
