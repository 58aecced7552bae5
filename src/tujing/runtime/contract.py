"""The solution contract: data elements in, outcome out.

Authors subclass `Solution` and write `_run`. `Solution.run` does once what every solution needs: it checks the
parameters, seeds, times, reports progress and hashes the inputs.
"""

from __future__ import annotations

import hashlib
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from tujing import __version__
from tujing.problems import check_model
from tujing.words import Text

Status = Literal["optimal", "feasible", "done", "infeasible", "failed"]


class Cancelled(Exception):
    """Raised inside a solution, from `Progress.report`, when somebody asked it to stop."""


class Progress(Protocol):
    """Where a solution says how far it is."""

    def report(self, share: float, message: Text | None = None, incumbent: float | None = None) -> None:
        """Says that `share` (0–1) is done, and the best value so far.

        Raises
        ------
        Cancelled
            When the run is to stop.
        """


class Silent:
    """Progress that nobody watches."""

    def report(self, share: float, message: Text | None = None, incumbent: float | None = None) -> None:
        return None


class Parameters(BaseModel):
    """A solution's parameters with defaults; an unknown name is refused. Subclass and add fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Data:
    """What a solution reads: checked data-element tables, or one parsed public-format instance."""

    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    instance: Any = None
    """Set when the input was a file of one of the solution's `formats`; then `tables` may be empty."""
    hash: str = ""

    def table(self, element: str) -> pa.Table | None:
        return self.tables.get(element)


@dataclass(frozen=True)
class Budget:
    """Limits for one run."""

    seconds: float = 30.0
    seed: int = 0
    workers: int = 4
    folder: Path | None = None
    """Where long work may keep what it has so far; the same folder is given again when a killed run is resumed.
    None: keep nothing."""


@dataclass(frozen=True)
class KpiValue:
    """One measured figure. `baseline` is what the plain method of today reaches on the same data."""

    value: float | None
    unit: str
    baseline: float | None = None


ChartKind = Literal[
    "bar",
    "control",
    "gantt",
    "graph",
    "heatmap",
    "histogram",
    "image",
    "interval",
    "line",
    "radar",
    "routes",
    "scatter",
    "surrogate",
]


@dataclass(frozen=True)
class Chart:
    """A chart as data; the page and the report draw it. `kind` picks the drawing, `data` is in its shape.

    Names that a reader sees are plain strings (identifiers, codes) or `{"zh", "en"}`; the page picks the language.

    bar        {categories, series: [{name, values, line?}], unit?, stacked?, horizontal?}
    line       {categories | x: [...] | x: {name, values}, series: [{name, values, band?: [lower, upper]}], unit?,
                step?, mark?: {at, name}}; `band` is two lists of the length of `values`
    control    {x: [...], values, centre, lower: number | list | null, upper: likewise, signals: [index], name?, unit?}
    scatter    {x: name, y: name, series: [{name, points: [[x, y], …], line?}]}; `line` joins the points
    histogram  {edges: [n+1], counts: [n], marks?: [{name, value}], unit?}
    radar      {indicators: [{name, max}], series: [{name, values}]}
    heatmap    {x, y, values: [[xi, yi, value], …], unit?}
    interval   {items: [{name, low, middle, high}], unit?}
    gantt      as production/scheduling writes it
    graph      {nodes: [{id, name, x?, y?, size?, level: 0–1?, kind?}], edges: [{source, target, weight?, label?}]};
               without x and y the page lays the nodes out from left to right along the edges
    routes     {places: [{id, x, y, kind: depot | customer | facility, name?}], routes: [{name, stops: [place id, …]}],
                geographic: bool}
    image      {file: name in `Outcome.files`, alt: {zh, en}}
    surrogate  {inputs: [{name, low, high, start, unit?}], outputs: [{name, unit?, points: [[scaled inputs]], weights,
                mean, scale, lengths: [one an input], noise, inverse: [[…]]}]}: a Gaussian process with a
                squared-exponential kernel, inputs scaled to 0–1, which the page evaluates while a slider moves
    """

    kind: ChartKind
    title: Text
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Artifact:
    """A file that a solution makes, for people to take away: a model, a picture, a shape."""

    content: bytes
    media_type: str
    title: Text


@dataclass(frozen=True)
class Outcome:
    """What a solution found."""

    status: Status
    kpis: Mapping[str, KpiValue]
    tables: Mapping[str, pa.Table]
    explanation: Text
    writes: Mapping[str, pa.Table] = field(default_factory=dict)
    """Data-element tables for the dataspace, so that other scenarios can read them."""
    charts: Mapping[str, Chart] = field(default_factory=dict)
    files: Mapping[str, Artifact] = field(default_factory=dict)
    """File name → content, for example `model.onnx`."""
    warnings: Sequence[Text] = ()


class Format(Protocol):
    """A public file format that a solution reads straight from the command line."""

    name: str

    def matches(self, path: Path) -> bool:
        """Returns whether the file or folder looks like this format (cheap: first bytes or names only).

        `runtime.textfiles` reads text, gzipped or not, in the encodings that factories use.
        """

    def read(self, paths: Mapping[str, Path]) -> Any:
        """Parses the inputs (name → path; a nameless one is `input`).

        Raises
        ------
        BadInput
            With file and row, when the text breaks the format.
        """


@dataclass(frozen=True)
class RunResult:
    """An outcome with the record of how it came about."""

    scenario: str
    outcome: Outcome
    seed: int
    seconds: float
    input_hash: str
    parameters: Mapping[str, Any]
    code_version: str = __version__


class Solution(ABC):
    """Computes one scenario. Subclasses set the class attributes and write `_run`; they never override `run`."""

    Parameters: ClassVar[type[Parameters]] = Parameters
    formats: ClassVar[tuple[Format, ...]] = ()
    input_optional: ClassVar[bool] = False
    """Whether its parameters alone say enough for a run without any data."""

    def __init__(self, scenario: str) -> None:
        self.scenario = scenario

    def run(
        self,
        data: Data,
        parameters: Mapping[str, Any] | None = None,
        budget: Budget = Budget(),
        progress: Progress | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> RunResult:
        """Runs the solution on checked data and returns the outcome with its record.

        Raises
        ------
        BadInput
            When a parameter is unknown or out of range, or the data cannot be used.
        Cancelled
            When the progress sink asked to stop.
        """
        checked = check_model(self.Parameters, dict(parameters or {}), "parameters")
        watch = progress or Silent()
        watch.report(0.0)
        started = clock()
        outcome = self._run(data, checked, budget, watch)
        seconds = clock() - started
        watch.report(1.0)
        return RunResult(
            scenario=self.scenario,
            outcome=outcome,
            seed=budget.seed,
            seconds=seconds,
            input_hash=data.hash or hash_tables(data.tables),
            parameters=checked.model_dump(mode="json"),
        )

    @abstractmethod
    def _run(self, data: Data, parameters: Any, budget: Budget, progress: Progress) -> Outcome:
        """Computes the outcome. `parameters` is an instance of the class's own `Parameters`."""


def hash_tables(tables: Mapping[str, pa.Table]) -> str:
    """Returns a SHA-256 over names, schemas and values, the same for the same data in the same order."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        digest.update(name.encode())
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, tables[name].schema) as writer:
            writer.write_table(tables[name].combine_chunks())
        digest.update(sink.getvalue())
    return digest.hexdigest()


def hash_files(paths: Mapping[str, Path]) -> str:
    """Returns a SHA-256 over the inputs' names and bytes; of a folder, over its files in order of name."""
    digest = hashlib.sha256()
    for name in sorted(paths):
        digest.update(name.encode())
        path = paths[name]
        for file in sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]:
            digest.update(str(file.relative_to(path)).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
