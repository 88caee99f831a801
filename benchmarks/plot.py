"""The plot of the results: pages a second and CPU for each request, against requests in flight."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def draw(lines: Mapping[str, Sequence[tuple[int, float, float]]], path: Path) -> None:
    """Write an SVG with a line for each contender: (in flight, pages a second, CPU microseconds)."""
    import matplotlib as mpl  # noqa: PLC0415 - installed for the benchmark only

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "flowroute-async"  # the same figures give the same file
    from matplotlib import pyplot  # noqa: PLC0415 - after the choice of its back end

    figure, panels = pyplot.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
    titles = (("Pages of 200 numbers a second", 1), ("CPU for each request, microseconds", 2))
    for panel, (title, column) in zip(panels, titles, strict=True):
        _panel(panel, title, {name: [(row[0], row[column]) for row in rows] for name, rows in lines.items()})
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def _panel(panel: Any, title: str, lines: Mapping[str, Sequence[tuple[int, float]]]) -> None:  # noqa: ANN401 - untyped library
    for name, points in lines.items():
        ours = name.startswith("flowroute-async")
        panel.plot(*zip(*points, strict=True), marker="o", label=name, linewidth=2.4 if ours else 1.4)
    panel.set(title=title, xlabel="requests in flight", xscale="log", yscale="log")
    ticks = [count for count, _ in next(iter(lines.values()))]
    panel.set_xticks(ticks, [str(tick) for tick in ticks])
    panel.grid(visible=True, alpha=0.25)
    panel.spines[["top", "right"]].set_visible(False)
