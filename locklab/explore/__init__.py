"""Systematic exploration: every interleaving of a scenario, on simulated primitives.

Nothing is imported here, so that naming the package costs nothing. The way in is
`locklab.questions.check`.

Reading order: `steps` (what a step is), `cells` and `locks` (what a step does), `execution` (one
run under a scheduler), `policies` (which schedule next), `explorer` (all runs, and the verdict).
Tasks have an event loop of their own in `loop` and `tasks`.
"""
