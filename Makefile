# The verbs of this tree; CI uses the same. `make demo` on a bare machine is enough to see it.
PYTHON ?= python3
RUN := .venv/bin

.PHONY: demo test check bench film clean setup

setup:
	@$(PYTHON) scripts/setup.py

demo: setup
	@exec $(RUN)/ronda demo

test:
	@$(PYTHON) scripts/setup.py --tests
	@exec $(RUN)/python scripts/check.py --with-tests

check:
	@$(PYTHON) scripts/setup.py --tests
	@exec $(RUN)/python scripts/check.py

bench:
	@$(PYTHON) scripts/setup.py --tests
	@exec $(RUN)/python scripts/bench.py $(ONLY)

# The acceptance of evidence, filmed: test-results/film/one-night-in-krapyak.mp4 and a picture of each page.
film:
	@$(PYTHON) scripts/setup.py --tests
	@exec $(RUN)/pytest -q tests/browser/test_krapyak.py --film test-results/film

clean:
	rm -rf .venv frontend/node_modules frontend/dist src/ronda/web/assets dist build test-results playwright-report bench/out
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
