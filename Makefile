# Every target makes what it needs; git, make and Python 3.10 or newer are enough (uv is used where it works).
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help demo test pytest thorough soak test-others test-lowest test-all check docs bench bench-quick constraints clean

# The interpreter: a name or a path. Not given, it is python3, else the newest python3.X found.
PYTHON ?=
# Words for `make pytest`.
ARGS ?=
# Beyond a handful of workers the suite only pays for starting them.
WORKERS ?= auto --maxprocesses 8
# How many browsers at once: each takes more than a processor.
BROWSERS ?= 2
# Which other versions of Python `make test-others` runs on: all, the "ends", or the "newest".
OTHERS ?=
# Which tests the other Pythons run: all of them, if not given.
TESTS ?=
# How hard Hypothesis looks: "quick" at the desk, "ci" now and then, "brief" where it has looked already.
HYPOTHESIS_PROFILE ?= quick
export PYTHON HYPOTHESIS_PROFILE

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

demo: ## search calls, look up agents and download a recording from the embedded sandbox
	@bin=$$(scripts/environment demo) && "$$bin/hillstone-ccc" demo

# Without a browser its tests are skipped, and say so; where CI is set, they fail. They run apart, since
# counting what is covered makes them much slower and they cover nothing that others do not.
test: ## run the tests on one Python and demand full coverage; installs a browser if root may
	@bin=$$(scripts/environment test) && export HILLSTONE_CCC_BROWSER="$$(scripts/browser)" && \
	"$$bin/coverage" erase && \
	"$$bin/coverage" run -m pytest -n $(WORKERS) -m "not browser" && \
	"$$bin/coverage" combine --quiet && "$$bin/coverage" report && \
	"$$bin/pytest" -n $(BROWSERS) -m browser

pytest: ## run some tests: make pytest ARGS="tests/core -k page"
	@bin=$$(scripts/environment test) && export HILLSTONE_CCC_BROWSER="$$(scripts/browser find)" && "$$bin/pytest" $(ARGS)

thorough: HYPOTHESIS_PROFILE = ci
thorough: ## look hard for counter-examples: the property tests, and the long runs with faults
	@bin=$$(scripts/environment test) && "$$bin/pytest" -n $(WORKERS) -m "hypothesis or thorough"

soak: export HILLSTONE_CCC_SOAK = 1
soak: HYPOTHESIS_PROFILE = ci
soak: ## run for long: 10,000 recordings under faults, 30 kills, a recording of 1 GiB, months of calls
	@bin=$$(scripts/environment test) && "$$bin/pytest" -n $(WORKERS) -m "soak or thorough"

# What takes long, and every combination of what has been tried apart, is looked into on one Python: it depends on none.
test-others test-lowest: HYPOTHESIS_PROFILE = brief
test-others: ## run the tests on every other Python found here; OTHERS=newest: on the newest of them, OTHERS=ends: on the oldest too
	@others=$$(scripts/python others $(OTHERS)) && for python in $$others; do \
	  bin=$$(scripts/environment test "$$python") && "$$bin/pytest" -n $(WORKERS) -m "not thorough and not soak and not once" $(TESTS) || exit; \
	done

test-lowest: ## run the tests with the lowest versions that pyproject.toml admits
	@python=$$(scripts/python oldest) && bin=$$(scripts/environment lowest "$$python") && \
	"$$bin/pytest" -n $(WORKERS) -m "not thorough and not soak and not once"

test-all: test thorough test-others test-lowest ## all of these: every Python found here, the lowest versions

check: export PYRIGHT_PYTHON_IGNORE_WARNINGS = 1
check: ## lint, formatting, types
	@bin=$$(scripts/environment check) && set -x && \
	"$$bin/ruff" check && "$$bin/ruff" format --check && \
	"$$bin/oxlint" --deny-warnings src/hillstone_ccc/server/front_end/files && \
	"$$bin/mypy" && \
	"$$bin/pyright" --pythonpath "$$bin/python" && \
	PATH="$$bin:$$PATH" "$$bin/pyright" --verifytypes hillstone_ccc --ignoreexternal && \
	"$$bin/pytest" -q tests/typing

docs: export NO_MKDOCS_2_WARNING = 1
# Of jieba, which finds the words of Chinese text, not of ours.
docs: export PYTHONWARNINGS = ignore::SyntaxWarning
docs: ## build the documentation into site/, any warning being an error
	@bin=$$(scripts/environment docs) && "$$bin/mkdocs" build --strict

bench: ## measure everything, on a machine that does nothing else (15 minutes), and write docs/explanation/speed.md
	@bin=$$(scripts/environment test) && \
	"$$bin/python" benchmarks/every.py --to build/bench && "$$bin/python" benchmarks/report.py build/bench

# That they work, not how fast anything is: nothing is judged, since other work goes on where this runs.
bench-quick: ## run every benchmark in small, and the report
	@bin=$$(scripts/environment test) && \
	"$$bin/python" benchmarks/every.py --quick --to build/bench-quick && \
	"$$bin/python" benchmarks/report.py build/bench-quick --quick --page build/bench-quick/speed.md

constraints: ## resolve constraints/*.txt anew (needs uv)
	@scripts/constraints

clean: ## remove everything that was made
	rm -rf .venv site build dist .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
