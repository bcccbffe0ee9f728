"""The words of locklab: workloads, primitives, cases, results. Nothing here runs anything.

This file imports nothing, so that a trial loads only the words it needs. Import from the
submodules, or from `locklab` itself.
"""
