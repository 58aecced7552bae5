"""Brings a solution its data: from files on the command line, or from the organisation's own tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from tujing.atlas.manifest import Manifest
from tujing.elements.definition import element as definition
from tujing.elements.definition import elements
from tujing.problems import BadInput, refuse
from tujing.runtime.contract import Data, Solution, hash_files
from tujing.runtime.reading import read_file

if TYPE_CHECKING:
    from tujing.enterprise.models import Organisation

NAMELESS = "input"
TABLE_SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".parquet")


def from_paths(solution: Solution, manifest: Manifest, inputs: Mapping[str, Path]) -> Data:
    """Reads inputs given as name → path.

    A file of one of the solution's public formats is parsed as that. Otherwise a name is a data element; a nameless
    file or the files of a folder are matched to data elements by their own names (`work_order.csv`).

    Raises
    ------
    BadInput
        When a path is missing, fits nothing, breaks its element, or a required element is absent.
    """
    if not inputs and solution.input_optional:
        return Data()
    if not inputs:
        raise refuse(
            "no_input",
            f"请用 --input 给出数据：{_wanted(manifest)}。",
            f"Give the data with --input: {_wanted(manifest)}.",
        )
    for path in inputs.values():
        if not path.exists():
            raise refuse("missing_file", "找不到这个文件，请检查路径。", "No such file; check the path.", file=path)
    for form in solution.formats:
        if all(form.matches(path) for path in inputs.values()):
            return Data(instance=form.read(inputs), hash=hash_files(inputs))

    files = _by_element(inputs, solution)
    unread = [name for name in files if name not in {need.element for need in manifest.data_elements.reads}]
    if unread and len(unread) == len(files):
        raise refuse(
            "unread_input",
            f"场景 {manifest.id} 不读取 {'、'.join(unread)}；它读取：{_wanted(manifest)}。",
            f"Scenario {manifest.id} does not read {', '.join(unread)}; it reads: {_wanted(manifest)}.",
        )
    tables = {name: read_file(path, definition(name)) for name, path in files.items() if name not in unread}
    _require(manifest, tables)
    return Data(tables=tables, hash=hash_files(files))


def from_space(organisation: Organisation, manifest: Manifest) -> tuple[Data, dict[str, int]]:
    """Reads the organisation's current tables; also returns the version number of each.

    Raises
    ------
    BadInput
        When a required data element has no data yet.
    """
    from tujing.dataspace import services

    tables: dict[str, pa.Table] = {}
    versions: dict[str, int] = {}
    for need in manifest.data_elements.reads:
        table = services.arrow(organisation, need.element)
        if table is not None and table.num_rows:
            tables[need.element] = table
            versions[need.element] = services.versions(organisation, need.element)[0].number
    _require(manifest, tables)
    return Data(tables=tables), versions


def _by_element(inputs: Mapping[str, Path], solution: Solution) -> dict[str, Path]:
    known = elements()
    files: dict[str, Path] = {}
    named = {name: path for name, path in inputs.items() if name != NAMELESS}
    nameless = inputs.get(NAMELESS)
    if nameless is not None:
        candidates = sorted(nameless.iterdir()) if nameless.is_dir() else [nameless]
        for path in candidates:
            if path.stem in known and path.suffix.lower() in TABLE_SUFFIXES:
                files[path.stem] = path
        if not files:
            formats = "、".join(form.name for form in solution.formats) or "—"
            raise refuse(
                "unknown_input",
                f"认不出这个输入：它不是已知格式（{formats}），文件名也不是数据要素名；可用 --input 要素名=文件 指定。",
                "This input is not recognised: it is none of the known formats "
                f"({', '.join(form.name for form in solution.formats) or 'none'}), and its name is no data element's; "
                "say which with --input element=file.",
                file=nameless,
            )
    for name, path in named.items():
        if name not in known and solution.formats:
            formats = [form.name for form in solution.formats]
            raise refuse(
                "unknown_input",
                f"{name} 不是数据要素名，这些文件也不是已知格式（{'、'.join(formats)}）；请检查文件内容或输入的名称。",
                f"{name} is no data element, and these files are none of the known formats ({', '.join(formats)}); "
                "check the files' content or the input's name.",
                file=path,
                key=name,
            )
        definition(name)
        files[name] = path
    return files


def _require(manifest: Manifest, tables: Mapping[str, pa.Table]) -> None:
    problems = []
    for need in manifest.data_elements.reads:
        if not need.required:
            continue
        if need.element not in tables or tables[need.element].num_rows == 0:
            label = definition(need.element).label
            problems += refuse(
                "element_absent",
                f"缺少{label.zh}（{need.element}）：{need.purpose.zh}请先导入。",
                f"{label.en} ({need.element}) is absent: {need.purpose.en} Import it first.",
                key=need.element,
            ).problems
    if problems:
        raise BadInput(problems)


def _wanted(manifest: Manifest) -> str:
    return ", ".join(need.element for need in manifest.data_elements.reads if need.required)
