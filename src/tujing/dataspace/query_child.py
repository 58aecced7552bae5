"""Runs one statement over some tables, by itself in a process that may be killed at any time.

Started as a script: a request comes as JSON on standard input, the rows go to a file in Arrow's format, what is to be
said about them as JSON to standard output. The database sees the tables it is given and no file, no network, no
extension and no setting; the operating system bounds its memory, its time and what it writes.
"""

from __future__ import annotations

import ctypes
import json
import resource
import signal
import sys
from typing import Any

SETTINGS = (
    "enable_progress_bar = false",
    "python_enable_replacements = false",
    "threads = 1",
    "temp_directory = ''",
    "max_temp_directory_size = '0B'",
    "max_expression_depth = 250",
    "enable_external_access = false",
)
BATCH = 2048
FILE_BYTES = 256 * 1024 * 1024
PR_SET_PDEATHSIG = 1


def main() -> None:
    request = json.load(sys.stdin)
    _bound(request["memory_bytes"], request["seconds"])
    try:
        told = _run(request)
    except MemoryError:
        told = {"error": "OutOfMemoryException", "message": ""}
    except Exception as error:  # whatever the statement brings about is told, not raised
        told = {"error": type(error).__name__, "message": str(error)[:2000]}
    json.dump(told, sys.stdout)


def _bound(memory: int, seconds: float) -> None:
    """Ends with its parent, and at the machine's limits."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    whole = int(seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Address space, which the libraries alone take much of; DuckDB's own limit is the tighter one.
    resource.setrlimit(resource.RLIMIT_AS, (4 * memory + (2 << 30), 4 * memory + (2 << 30)))


def _run(request: dict[str, Any]) -> dict[str, Any]:
    import duckdb
    import pyarrow as pa
    import pyarrow.dataset as datasets

    locked = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    connection = duckdb.connect(":memory:", config=locked)
    for name, files in request["tables"].items():
        connection.register(name, datasets.dataset(files))
    for setting in (f"memory_limit = '{request['memory_bytes']}B'", *SETTINGS, "lock_configuration = true"):
        connection.execute(f"SET {setting}")
    reader = connection.execute(request["sql"]).fetch_record_batch(BATCH)
    schema = _unique(reader.schema)
    rows, truncated = 0, False
    with pa.OSFile(request["out"], "wb") as file, pa.ipc.new_file(file, schema) as writer:
        for batch in reader:
            room = request["rows"] - rows
            if batch.num_rows > room:
                truncated = True
                batch = batch.slice(0, room)
            writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))
            rows += batch.num_rows
            if truncated:
                break
    return {"rows": rows, "truncated": truncated}


def _unique(schema: Any) -> Any:
    """Tells columns of the same name apart: a, a_2."""
    import pyarrow as pa

    fields, seen = [], set[str]()
    for field in schema:
        name, count = field.name, 1
        while name in seen:
            count += 1
            name = f"{field.name}_{count}"
        seen.add(name)
        fields.append(pa.field(name, field.type))
    return pa.schema(fields)


if __name__ == "__main__":
    main()
