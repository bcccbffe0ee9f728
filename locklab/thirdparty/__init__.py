"""Locks of other packages, registered the way any package registers its own.

Each file describes the locks of one package, which the extra `locks` installs. They are entry
points of the group `locklab.primitives` in `pyproject.toml`, and nothing else here knows of them.
"""
