"""What crosses into worker processes, with the files that its classes come from."""

from __future__ import annotations

from locklab.model.registry import load_files, load_path, loaded_files
from locklab.model.workload import Scenario

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Package:
    """A scenario on its way into a worker process.

    Its class may come from a file that no import system knows, so it travels as an import path
    that is loaded before the attributes are unpickled. These may be of classes of that file, or
    of another that is loaded here by its path, such as the one with the lock.
    """

    def __init__(self, scenario: Scenario, finish: Callable[[], Any] | None = None) -> None:
        self.scenario = scenario
        self.finish = finish

    def __reduce__(self) -> tuple[Any, ...]:
        kind = type(self.scenario)
        state = {key: value for key, value in vars(self.scenario).items() if key != "_lab"}
        return _unpack, (_files(), _Loaded(kind), state, self.finish)


class _Files:
    def __init__(self, paths: list[str]) -> None:
        self.paths = paths

    def __reduce__(self) -> tuple[Any, ...]:
        return load_files, (self.paths,)


class _Loaded:
    def __init__(self, kind: type[Scenario]) -> None:
        self.kind = kind

    def __reduce__(self) -> tuple[Any, ...]:
        module = self.kind.__module__
        path = loaded_files().get(module, module)
        return load_path, (f"{path}:{self.kind.__qualname__}",)


def _unpack(
    _files: None, kind: type[Scenario], state: dict[str, Any], finish: Callable[[], Any] | None
) -> Package:
    scenario = kind.__new__(kind)
    vars(scenario).update(state)
    return Package(scenario, finish)


class Parcel:
    """Anything else on its way into a worker process, such as a lock of a class of such a file.

    Args:
        content: What is sent.
    """

    def __init__(self, content: Any) -> None:
        self.content = content

    def __reduce__(self) -> tuple[Any, ...]:
        return _open, (_files(), self.content)


def _open(_files: None, content: Any) -> Parcel:
    return Parcel(content)


def _files() -> _Files:
    return _Files([*loaded_files().values()])
