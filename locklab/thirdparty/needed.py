"""What to say where the package is missing that a lock comes from."""

from __future__ import annotations

from importlib import import_module

from locklab.errors import RequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def needed(package: str, module: str) -> Any:
    """Import a module that only an extra installs.

    Raises:
        RequestError: It is not installed; says what to do.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise RequestError(
            f"the locks of {package} need that package: pip install 'locklab[locks]'"
        ) from None
