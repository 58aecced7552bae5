"""The Arrow schema of a data element."""

from __future__ import annotations

import pyarrow as pa

from tujing.elements.definition import Element
from tujing.problems import refuse

ARROW_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    # Without a zone: the clock on the factory's wall, which is what every file and every operator means.
    "datetime": pa.timestamp("us"),
}


def arrow_schema(element: Element) -> pa.Schema:
    """Returns the element's columns in their defined order; a required column is still nullable for Arrow, because
    `checking` tells a missing value better than a writer does."""
    return pa.schema([(name, ARROW_TYPES[column.type]) for name, column in element.columns.items()])


def conform(element: Element, table: pa.Table) -> pa.Table:
    """Returns the table with the element's columns, order and types; a missing optional column is all null.

    Raises
    ------
    BadInput
        When a column is unknown, a required one is missing, or a type cannot be cast without loss.
    """
    unknown = [name for name in table.column_names if name not in element.columns]
    if unknown:
        raise refuse(
            "unknown_column",
            f"数据要素 {element.name} 没有这一列，请删去或改名。",
            f"Data element {element.name} has no such column; remove or rename it.",
            column=unknown[0],
        )
    columns = []
    for field in arrow_schema(element):
        if field.name in table.column_names:
            try:
                columns.append(table.column(field.name).cast(field.type))
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
                raise refuse(
                    "wrong_type",
                    f"这一列应为 {field.type} 类型，现为 {table.column(field.name).type}，无法无损转换。",
                    f"This column must be {field.type}; {table.column(field.name).type} does not convert without loss.",
                    column=field.name,
                    detail=str(error),
                ) from error
        elif element.columns[field.name].required:
            raise refuse(
                "missing_column",
                f"缺少必填列 {element.columns[field.name].label.zh}（{field.name}），请补上。",
                f"The required column {field.name} is missing; add it.",
                column=field.name,
            )
        else:
            columns.append(pa.chunked_array([pa.nulls(table.num_rows, field.type)]))
    return pa.Table.from_arrays(columns, schema=arrow_schema(element))
