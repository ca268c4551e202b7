"""One line for each goal: what was measured, what was wanted, and whether it was met."""

from __future__ import annotations


def at_most(name: str, value: float, most: float, unit: str) -> None:
    """Print a figure that should be small."""
    _print(name, value, f"goal <= {most:g} {unit}", unit, is_met=value <= most)


def at_least(name: str, ratio: float, least: float) -> None:
    """Print how many times better something is."""
    _print(name, ratio, f"goal >= {least:g} times", "times", is_met=ratio >= least)


def _print(name: str, value: float, goal: str, unit: str, *, is_met: bool) -> None:
    print(f"{'PASS' if is_met else 'FAIL'}  {name}: {shown(value)} {unit} ({goal})")


def shown(value: float) -> str:
    """Return three digits of a figure, more of a long one."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
