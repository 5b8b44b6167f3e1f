# Tasks of the project. Everything is installed into this folder, except jsii's package cache.
.DEFAULT_GOAL := help
.PHONY: help setup warm cdktn cli checks demo demo-clean review verify sandbox hcl
.PHONY: test test-acceptance test-fast test-reuse test-cdktn test-changes fuzz mutants lint format audit bench
.PHONY: schema rules changes stub generated modules plans drawing wheel sbom clean

PYTHON ?= python3
PORT ?= 5566
RUNS ?= 5
N ?= 10000
MUTANTS_NUMBER ?= 60
MUTANTS_OF ?= review
SEED ?= 0
VALIDATED ?= 500
OUT ?= cdktf.out
PIPENV_VERSION := 2026.10.3
UV_VERSION := 0.13.9

VENV := .venv
RUN := $(VENV)/bin/python
PRIVATELINK := $(VENV)/bin/privatelink
# Environment of pipenv, which locks the packages, and uv, which installs them.
LOCKER := .build/pipenv
# Environment of the tools that check the project. It is separate from the project's own packages.
CHECKS := .build/checks
CDKTF := node_modules/.bin/cdktf
STAMP := $(VENV)/.synced
CDKTN_STAMP := $(VENV)/.synced-cdktn
CHECKS_STAMP := $(CHECKS)/.synced
# Environment of checkov, which needs other versions of packages than the project.
CHECKOV := .build/checkov
CHECKOV_STAMP := $(CHECKOV)/.synced
CHECKOV_LOCK := tools/checkov/requirements.txt
# Environment of Cosmic Ray, which makes mutants of a package.
MUTANTS := .build/mutants
MUTANTS_STAMP := $(MUTANTS)/.synced
MUTANTS_LOCK := tools/mutants/requirements.txt
LOCKED := .build/requirements
INDEX = "$$(sh tools/package_index.sh $(LOCKER)/bin/python)"
PIPENV = PIP_INDEX_URL=$(INDEX) $(LOCKER)/bin/pipenv
REQUIREMENTS = $(PIPENV) requirements --hash --exclude-index
UV = $(LOCKER)/bin/uv pip install --quiet --cache-dir .build/uv
# Install the locked packages $(2) into the environment $(1), and check their hashes. uv is ten times as fast as pip.
# If uv fails, pip installs: uv uses the index of pip's configuration, but does not know all other settings of pip.
INSTALL = mkdir -p $(LOCKED) && $(REQUIREMENTS) $(2) >$(LOCKED)/$(subst /,-,$@) && \
  { $(UV) --python $(1)/bin/python --default-index $(INDEX) --require-hashes --no-deps --requirements $(LOCKED)/$(subst /,-,$@) || \
  $(1)/bin/python -m pip install --quiet --no-compile --require-hashes --no-deps --requirement $(LOCKED)/$(subst /,-,$@); }
BY_GROUP := --dist loadgroup
# Tests that use the CPU most of their time, or have deadlines (packets). The others wait for Terraform, in many processes.
OTHERS := tests/unit tests/sandbox
FAST := "not terraform and not slow and not dataplane and not reuse"
# If set, Python keeps no bytecode, and each of the hundreds of processes here would compile all its imports.
unexport PYTHONDONTWRITEBYTECODE
export PIPENV_VENV_IN_PROJECT := 1
export PIPENV_IGNORE_VIRTUALENVS := 1
export PIPENV_VERBOSITY := -1

##@ Start here

help: ## List all tasks
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(STAMP) ## Install the privatelink command and the packages of Pipfile.lock into .venv
$(STAMP): Pipfile.lock pyproject.toml | $(LOCKER)/bin/pipenv
	@command -v node >/dev/null || { echo "Node.js is missing: install Node.js 18 or newer" >&2; exit 2; }
	@echo "installing into $(VENV) (half a minute, once) ..."
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@$(call INSTALL,$(VENV),--dev)
	@$(UV) --python $(RUN) --offline --no-deps --no-build-isolation --editable .
	@sh tools/nft.sh $(VENV)/nft
	@touch $@
$(LOCKER)/bin/pipenv:
	@$(PYTHON) -m venv $(LOCKER)
	@$(LOCKER)/bin/python -m pip install --quiet --disable-pip-version-check pipenv==$(PIPENV_VERSION) uv==$(UV_VERSION)

demo: warm ## Run the walkthrough on a local AWS; TOPOLOGY=FILE: another topology, KEEP=1: keep it running
	@$(PRIVATELINK) demo $(if $(TOPOLOGY),--topology $(TOPOLOGY)) $(if $(KEEP),--keep)

demo-clean: setup ## Destroy the resources of a kept demo, and remove its files
	@$(PRIVATELINK) demo --clean

test: lint test-fast ## Run all checks: lint, fast tests, real Terraform, network traffic
	@$(RUN) -m pytest -n 14 $(BY_GROUP) --no-loadscope-reorder -m "not cdktn and not reuse and not changes" tests/e2e
	@$(RUN) -m pytest -n 3 $(BY_GROUP) -m "(slow or terraform or dataplane) and not cdktn and not reuse" $(OTHERS)

test-changes: warm ## Apply every change of docs/changes.md to a local AWS, in half an hour; CHANGES="outside or backend": some
	@$(RUN) -m pytest -n 5 $(BY_GROUP) -m changes $(if $(CHANGES),-k "$(CHANGES)") tests/e2e

test-acceptance: setup ## Apply 169 configurations of AWS resources to the local AWS, and check attributes, second plan and import
	@$(RUN) -m pytest -m acceptance tests/acceptance

##@ Use it

review: setup ## Review plans: what they do to consumers; PLAN="FILE ...", default: all in OUT (cdktf.out)
	@$(PRIVATELINK) review $(if $(PLAN),$(PLAN),$(OUT))

verify: setup ## Test the applied path from inside the consumers' VPCs; OUT=DIR, CONSUMER=KEY
	@$(PRIVATELINK) verify --out $(OUT) $(if $(CONSUMER),--consumer $(CONSUMER))

sandbox: setup ## Run the local AWS on 127.0.0.1:PORT (5566) in the foreground; DATA_PLANE=0: without network traffic
	@exec $(PRIVATELINK) sandbox --port $(PORT) $(if $(DATA_PLANE),$(if $(filter 0,$(DATA_PLANE)),--no-data-plane,--data-plane))

hcl: setup ## Write each stack in OUT (cdktf.out) as plain HCL to OUT/hcl
	@$(PRIVATELINK) hcl --out $(OUT)

warm: setup ## Fill jsii's package cache, once for each machine
	@$(RUN) -m privatelink.stacks.warm

cdktn: $(CDKTN_STAMP) ## Install cdktn, the maintained fork of cdktf (PRIVATELINK_FRAMEWORK=cdktn selects it)
	@PRIVATELINK_FRAMEWORK=cdktn $(RUN) -m privatelink.stacks.warm
$(CDKTN_STAMP): $(STAMP)
	@echo "installing cdktn into $(VENV) (half a minute, once) ..."
	@$(call INSTALL,$(VENV),--categories cdktn)
	@touch $@

cli: $(CDKTF) ## Install the CDKTF CLI and the checkers of diagrams and workflows into node_modules
$(CDKTF): tools/node/package-lock.json
	@npm ci --prefix tools/node --no-progress --loglevel=error
	@ln -sfn tools/node/node_modules node_modules  # npx looks there
	@touch $@

##@ Work on it

test-fast: warm ## Run the tests that need no Terraform, in about a minute
	@$(RUN) -m pytest -n 2 $(BY_GROUP) -m $(FAST)

test-reuse: warm cli checks checkov ## Run the tests of the installed wheel, and those with pre-commit, zizmor, checkov and the CDKTF CLI
	@$(RUN) -m pytest -n 3 --dist loadfile -m reuse

test-cdktn: warm cdktn ## Run the fast tests of what uses the framework, all examples and the tests of the fast start under cdktn
	@PRIVATELINK_FRAMEWORK=cdktn $(RUN) -m pytest -n 2 $(BY_GROUP) -m $(FAST) tests/unit --ignore tests/unit/review
	@PRIVATELINK_FRAMEWORK=cdktn $(RUN) -m pytest -m "(slow or cdktn) and not reuse" tests/unit/framework tests/unit/test_main.py \
	  tests/unit/topology tests/e2e/test_cdktn.py

fuzz: warm ## Review and check N=10000 mutated plans and topologies (SEED=0); Terraform validates VALIDATED=500 topologies
	@$(RUN) -m tests.support.review_fuzz --number $(N) --seed $(SEED)
	@$(RUN) -m tests.support.topology_fuzz --number $(N) --seed $(SEED) --validated $(VALIDATED)

mutants: setup $(MUTANTS_STAMP) ## Test the fast tests of MUTANTS_OF=review with MUTANTS_NUMBER=60 mutants (SEED=0); takes half an hour
	@$(MUTANTS)/bin/python -m tools.mutants --number $(MUTANTS_NUMBER) --seed $(SEED) --of $(MUTANTS_OF)
$(MUTANTS_STAMP): $(MUTANTS_LOCK) | $(LOCKER)/bin/pipenv
	@test -x $(MUTANTS)/bin/python || $(PYTHON) -m venv $(MUTANTS)
	@$(UV) --python $(MUTANTS)/bin/python --default-index $(INDEX) --require-hashes --no-deps --requirements $(MUTANTS_LOCK) || \
	  $(MUTANTS)/bin/python -m pip install --quiet --no-compile --require-hashes --no-deps --requirement $(MUTANTS_LOCK)
	@touch $@

lint: setup ## Check style and types
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check --quiet . && $(VENV)/bin/mypy

format: setup ## Format the code
	@$(VENV)/bin/ruff check --fix-only --quiet . && $(VENV)/bin/ruff format --quiet .

checks: $(CHECKS_STAMP) ## Install pip-audit, CycloneDX, pre-commit and zizmor into .build/checks
$(CHECKS_STAMP): Pipfile.lock | $(LOCKER)/bin/pipenv
	@test -x $(CHECKS)/bin/python || $(PYTHON) -m venv $(CHECKS)
	@$(call INSTALL,$(CHECKS),--categories checks)
	@touch $@

audit: setup checks ## Look for known vulnerabilities of the locked packages, in the databases of PyPI and npm
	@mkdir -p $(LOCKED)/audit
	@for category in packages dev-packages cdktn checks; do \
	  $(REQUIREMENTS) --categories $$category >$(LOCKED)/audit/$$category || exit; done
	@cp $(CHECKOV_LOCK) $(LOCKED)/audit/checkov
	@cp $(MUTANTS_LOCK) $(LOCKED)/audit/mutants
	@$(RUN) -m tools.audit $(LOCKED)/audit/*

checkov: $(CHECKOV_STAMP) ## Install checkov into .build/checkov
$(CHECKOV_STAMP): $(CHECKOV_LOCK) | $(LOCKER)/bin/pipenv
	@test -x $(CHECKOV)/bin/python || $(PYTHON) -m venv $(CHECKOV)
	@$(UV) --python $(CHECKOV)/bin/python --default-index $(INDEX) --require-hashes --no-deps --requirements $(CHECKOV_LOCK) || \
	  $(CHECKOV)/bin/python -m pip install --quiet --no-compile --require-hashes --no-deps --requirement $(CHECKOV_LOCK)
	@touch $@

scan: warm checkov ## Scan the Terraform of all examples and modules with checkov; writes docs/security.md
	@$(RUN) -m tools.scan

bench: warm cdktn ## Measure synth, commands, local AWS, data plane, reviews and plans; RUNS=5: repetitions, PARTS="synth review": some
	@$(RUN) -m tools.benchmarks --runs $(RUNS) $(PARTS)

##@ Update generated files that are committed

schema: setup ## Write the JSON Schema of topology files, and docs/topology.md
	@$(PRIVATELINK) schema --docs docs

rules: setup ## Write docs/rules.md from the rules, and the tests that are marked with them
	@$(RUN) -m tests.support.rules_page

changes: setup ## Write docs/changes.md from the rows of changes
	@$(RUN) -m tests.support.changes_page

stub: setup ## Write the type stub of the bindings that the constructs use
	@$(RUN) -m tools.framework_stub

generated: warm ## Write the Terraform of the examples, with which the tests compare
	@$(RUN) -m tests.support.generated

modules: setup ## Generate the inputs, validations and messages of the Terraform modules, in terraform/
	@$(RUN) -m tools.module_generator

plans: setup ## Create the plans for the tests of the review, with the real Terraform
	@$(RUN) -m tests.support.plans

drawing: setup ## Draw the walkthrough for the README, in docs/walkthrough.svg
	@$(PRIVATELINK) draw topology.yaml --svg >docs/walkthrough.svg

##@ Publish it

wheel: setup ## Build dist/privatelink-*.whl, the package with its command
	@$(VENV)/bin/hatchling build -t wheel

sbom: checks ## Write dist/sbom.cdx.json, the CycloneDX bill of materials of the wheel's locked packages
	@mkdir -p dist
	@$(CHECKS)/bin/python -W ignore -m cyclonedx_py pipenv --pyproject pyproject.toml --output-reproducible --validate -o dist/sbom.cdx.json

clean: ## Remove everything that these tasks create
	rm -rf $(VENV) .build .demo cdktf.out dist node_modules tools/node/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
