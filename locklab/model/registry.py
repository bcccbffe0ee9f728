"""Names to objects: a registered name, a glob, or an import path.

A registry maps names to import paths, so that naming a scenario or a primitive imports nothing
else, and adding one is a file and a line.
"""

from __future__ import annotations

import sys

from locklab.errors import RequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType
    from typing import Any


# how the names begin that modules get which are loaded by their path
FILE_MODULE = "locklab_file_"


class Registry:
    """Registered names of one kind of thing, loaded when asked for.

    Args:
        kind: What one entry is called in messages ("scenario").
        entries: Name to import path (`package.module:Name`), in the order to list them.
        group: The group of entry points by which other packages add to them; none where empty.
    """

    def __init__(self, kind: str, entries: dict[str, str], group: str = "") -> None:
        self.kind = kind
        self._entries = entries
        self._group = group
        self._added: dict[str, str] | None = None
        self._loaded: dict[str, Any] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def added(self) -> dict[str, str]:
        """What other packages have added: name to import path, without those of our names.

        Read on first use, and never for a registered name or an import path: it costs as much as
        everything else that an interpreter imports for a trial.
        """
        if self._added is None:
            self._added = {}
            if self._group:
                from importlib.metadata import entry_points

                for point in sorted(entry_points(group=self._group), key=lambda one: one.name):
                    if point.name not in self._entries:
                        self._added[point.name] = f"{point.module}:{point.attr}"
        return self._added

    def load(self, reference: str) -> Any:
        """Load one entry.

        Args:
            reference: A registered or added name, or an import path (`package.module:Name`,
                `path/file.py:Name`).

        Raises:
            RequestError: There is no such name, or the path cannot be imported.
        """
        if reference in self._loaded:
            return self._loaded[reference]
        if reference in self._entries:
            self._loaded[reference] = loaded = load_path(self._entries[reference])
            return loaded
        if is_path(reference):
            return load_path(reference)
        if reference in self.added():
            return load_path(self.added()[reference])
        raise self.unknown(reference)

    def select(self, patterns: Iterable[str]) -> list[str]:
        """Expand names, globs and import paths, in the order given and without repeats.

        Returns:
            Registered names, and import paths: those of added names, too, so that whoever loads
            them need not know what is installed.

        Raises:
            RequestError: A name is not registered, or a glob matches nothing.
        """
        from fnmatch import fnmatchcase

        chosen: dict[str, None] = {}
        for pattern in patterns:
            if pattern in self._entries or is_path(pattern):
                chosen[pattern] = None
                continue
            found = [name for name in self._entries if fnmatchcase(name, pattern)]
            found += [path for name, path in self.added().items() if fnmatchcase(name, pattern)]
            if not found:
                raise self.unknown(pattern)
            chosen.update(dict.fromkeys(found))
        return list(chosen)

    def unknown(self, name: str) -> RequestError:
        """The error for a name that is not registered, with the nearest that are."""
        return RequestError(
            f"there is no {self.kind} {name!r}; {nearest(name, [*self._entries, *self.added()])} "
            "An import path such as path/file.py:Name will do, too."
        )


def nearest(name: str, known: Iterable[str]) -> str:
    """`did you mean …?` with the nearest of `known`, or all of them where none is near."""
    from difflib import get_close_matches

    known = list(known)
    folded = {candidate.casefold(): candidate for candidate in known}
    # "rlock" should find "threading.RLock": match against the last part of dotted names too
    for candidate in known:
        folded.setdefault(candidate.rpartition(".")[2].casefold(), candidate)
    close = dict.fromkeys(
        folded[match] for match in get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)
    )
    return f"did you mean {' or '.join(close)}?" if close else f"there is {', '.join(known)}."


def is_path(reference: str) -> bool:
    """Whether a reference is an import path and not a registered name."""
    return ":" in reference or reference.endswith(".py")


def load_path(reference: str) -> Any:
    """Import `package.module:Name` or `path/file.py:Name`.

    Raises:
        RequestError: Says what failed, with file and line where there is one.
    """
    # from the right, so that a drive letter stays with its path
    module_part, colon, attribute = reference.rpartition(":")
    if not colon or not attribute or attribute.endswith(".py"):
        path = reference.strip(":") or "file.py"
        raise RequestError(f"{path}: say what you mean in that file, as in {path}:Name")
    if not module_part.strip(":"):
        raise RequestError(f"{reference!r} names no file; write path/file.py{reference}")
    is_file = module_part.endswith(".py")
    try:
        module = _import_file(module_part) if is_file else _import_module(module_part)
    except RequestError:
        raise
    except SyntaxError as error:
        place = f"{error.filename}:{error.lineno}" if error.filename else module_part
        raise RequestError(f"{place}: syntax error: {error.msg}") from error
    except (Exception, SystemExit) as error:
        from locklab.model.places import raised_at

        place = raised_at(error) or module_part
        raise RequestError(
            f"{place} could not be imported: {type(error).__name__}: {error}"
        ) from error
    found: Any = module
    for part in attribute.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            public = [name for name, value in vars(module).items() if _is_own(name, value, module)]
            hint = nearest(attribute, public) if public else "it defines no class."
            raise RequestError(f"{module_part} has no {attribute!r}; {hint}") from None
    return found


def _is_own(name: str, value: object, module: ModuleType) -> bool:
    own = getattr(value, "__module__", None) == module.__name__
    return own and isinstance(value, type) and not name.startswith("_")


def loaded_files() -> dict[str, str]:
    """Module name and path of every file that was loaded by its path."""
    return {
        name: module.__file__ or ""
        for name, module in list(sys.modules.items())
        if name.startswith(FILE_MODULE)
    }


def load_files(paths: Iterable[str]) -> None:
    """Load files by their path, each once."""
    for path in paths:
        _import_file(path)


def _import_module(name: str) -> ModuleType:
    import os
    from importlib import import_module

    # a console script does not have the working directory on its path; `python -m` would
    try:
        here = os.getcwd()
    except FileNotFoundError:  # removed under our feet
        here = ""
    if here and here not in sys.path:
        sys.path.append(here)
    return import_module(name)


def _import_file(path: str) -> ModuleType:
    import os
    from importlib.util import module_from_spec, spec_from_file_location
    from zlib import crc32

    full = os.path.abspath(path)
    # the same name in every process, so that instances can be pickled from one to another
    name = f"{FILE_MODULE}{os.path.basename(path)[:-3]}_{crc32(full.encode()):08x}"
    if name in sys.modules:
        return sys.modules[name]
    if not os.path.isfile(full):
        raise RequestError(f"there is no file {path}")
    if os.path.dirname(full) not in sys.path:
        sys.path.append(os.path.dirname(full))
    spec = spec_from_file_location(name, full)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
