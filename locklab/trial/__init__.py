"""One case in one fresh interpreter: start, gate, window, stall watch.

`launch` is the parent's side, `child` the fresh interpreter's, `run` what happens in between and
can also be called in place.
"""
