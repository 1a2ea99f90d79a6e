# make demo       try the registry on this computer (PORT=8731 for another port)
# make test       the tests, on SQLite and PostgreSQL
# make test-all   the long ones as well
# make bench      processor time of pages, requests, exports and saves (see bench/README.md)
# make check      style, imports, types, templates, migrations
# make messages   collect the texts to translate into locale/ (needs GNU gettext)
# make fixtures   rebuild the gazetteer's fixtures from fixtures/gazetteer/
# make contact-sheet   pictures of every kind of page of the running demo, in contact-sheet/
# make components   every partial of the pages with records of the demo, in contact-sheet/components.html
# make upgrade    install or upgrade a registry in production: docs/operate.md
# make lock       write the requirement locks anew from pyproject.toml

# Output and files are UTF-8 whatever the terminal says.
export PYTHONUTF8 = 1

PORT ?= 8000
TESTS ?=
VERSION ?=
RESTART ?=
BACKUP ?= yes
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && exit; \
	done; echo python3)
BIN := .venv/bin
LOCK := $(BIN)/pip-compile --quiet --strip-extras --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --upgrade

.PHONY: demo test test-all bench check messages fixtures contact-sheet components upgrade lock environment development

demo: STARTED := $(shell date +%s)
demo: environment
	@DEMO=1 exec $(BIN)/python manage.py demo --port $(PORT) --started $(STARTED)

test: development
	@exec $(BIN)/python bin/tests.py -n 2 --dist worksteal --short $(TESTS)

test-all: development
	@exec $(BIN)/python bin/tests.py -n 2 --dist worksteal $(TESTS)

bench: environment
	@exec $(BIN)/python -m bench

check: development
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	DEMO=1 $(BIN)/mypy
	find templates -name '*.html' -print0 | xargs -0 -r $(BIN)/djade --check --target-version 5.2
	DEMO=1 $(BIN)/python manage.py makemigrations --check --dry-run

messages: development
	DEMO=1 $(BIN)/python manage.py makemessages -l be -l ru --no-location --no-obsolete --ignore=.venv --ignore=tests

fixtures: environment
	DEMO=1 $(BIN)/python manage.py gazetteer --build

contact-sheet: development
	@exec $(BIN)/python bin/contact_sheet.py --address http://127.0.0.1:$(PORT)

components: development
	@exec $(BIN)/python -m bin.components --address http://127.0.0.1:$(PORT)

upgrade: python
	@exec $(PYTHON) bin/upgrade.py "$(VERSION)" "$(RESTART)" "$(BACKUP)"

lock: development
	$(BIN)/pip install --quiet pip-tools
	$(LOCK) -o requirements.txt pyproject.toml
	$(LOCK) --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml

environment development: python
environment: ; @$(PYTHON) bin/environment.py requirements.txt
development: ; @$(PYTHON) bin/environment.py requirements-dev.txt

.PHONY: python
python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed and $(PYTHON) was not found."; exit 1; }
