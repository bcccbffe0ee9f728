"""What others rely on: the names, the layers, and what an import brings in."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import locklab

PACKAGE = Path(locklab.__file__).parent

# from the top; a layer may import those below it, and itself
LAYERS = [
    ["__main__"],
    ["cli", "testing"],
    ["report"],
    ["questions"],
    ["stats"],
    ["explore"],
    ["trial"],
    ["probes"],
    ["scenarios", "backends", "thirdparty"],
    ["model"],
    ["errors"],
]
STDLIB_ONLY = {"errors", "model", "scenarios", "backends", "probes", "trial", "stats"}


def test_every_public_name_is_there() -> None:
    for name in locklab.__all__:
        assert getattr(locklab, name) is not None
    assert sorted(locklab.__all__) == locklab.__all__
    assert set(locklab.__all__) <= set(dir(locklab))


def test_compare_stays_the_function_whatever_is_imported() -> None:
    import locklab.questions.compare

    assert callable(locklab.compare)
    assert locklab.compare.__module__ == "locklab.questions.compare"


def test_importing_locklab_imports_nothing_else() -> None:
    code = (
        "import sys; before = set(sys.modules); import locklab; "
        "print(*sorted(set(sys.modules) - before))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["locklab"]


def imports(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            module = node.module or ""
            found.add(module)
            found.update(f"{module}.{alias.name}" for alias in node.names)
    return found


def test_imports_point_down_and_measured_code_uses_the_standard_library_alone() -> None:
    height = {name: len(LAYERS) - index for index, names in enumerate(LAYERS) for name in names}
    seen = set()
    for file in PACKAGE.rglob("*.py"):
        layer = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if layer == "__init__":
            continue
        seen.add(layer)
        for name in imports(file):
            top, _, rest = name.partition(".")
            if top == "locklab" and rest and rest.partition(".")[0] in height:
                below = rest.partition(".")[0]
                same = below == layer
                assert same or height[below] < height[layer], f"{file} imports {name}"
            elif top != "locklab" and layer in STDLIB_ONLY:
                assert top in sys.stdlib_module_names, f"{file} imports {name}"
    assert seen == set(height)


def test_a_trial_can_be_written_against_the_types() -> None:
    """The public names as a user's type checker sees them; mypy runs over this file."""
    scenario: type[locklab.Scenario] = locklab.Scenario
    primitive = locklab.Primitive("mine", "threading", lambda _: object())
    promise: bool = primitive.exclusive
    assert issubclass(scenario, locklab.Scenario)
    assert promise
