"""What can go wrong, sorted by whose turn it is to act.

The command line maps each class to its exit code, so a new kind of error is a new class here
and nothing elsewhere.
"""

from __future__ import annotations


class LocklabError(Exception):
    """Base of every error that locklab raises on purpose."""

    exit_code = 3


class RequestError(LocklabError):
    """The request is wrong: the message says what, where, and what to do instead."""

    exit_code = 2


class CaseError(RequestError):
    """A scenario or a lock is at fault, so that its case cannot be run; others still can."""


class InternalError(LocklabError):
    """Locklab itself is wrong. Never the user's fault; please report it."""

    exit_code = 3
