"""The built-in workloads. A new one is a file here and a line in `SCENARIOS`."""

from __future__ import annotations

from locklab.model.registry import Registry

SCENARIOS = Registry(
    "scenario",
    {
        "counter": "locklab.scenarios.counter:Counter",
        "counter-split": "locklab.scenarios.counter_split:CounterSplit",
        "box": "locklab.scenarios.box:BoxScenario",
        "box-flat": "locklab.scenarios.box_flat:BoxFlat",
        "box-drain": "locklab.scenarios.box_drain:BoxDrain",
    },
)
