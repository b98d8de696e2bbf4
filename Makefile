# Long trials in a row; each is a command of its own, see CONTRIBUTING.md. The rest of the work needs no make.

DRILLS = concurrency crash lost_answers signin noninterference inputs scripts authz_mutations

.PHONY: drill
drill:
	@failed=""; for name in $(DRILLS); do \
	  echo "== $$name"; uv run python -m drills.$$name || failed="$$failed $$name"; \
	done; test -z "$$failed" || { echo "did not hold:$$failed"; exit 1; }
