"""Times as logs write them: which format a column has, decided over all its values, so that no day becomes a month."""

from __future__ import annotations

import duckdb

from tujing.problems import refuse
from tujing.words import Text

YEAR_FIRST = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M")
CLOCKS = (" %H:%M:%S.%f", " %H:%M:%S", " %H:%M", "")
DAY_FIRST = tuple(f"%d-%m-%Y{clock}" for clock in CLOCKS)
MONTH_FIRST = tuple(f"%m-%d-%Y{clock}" for clock in CLOCKS)


def read_times(engine: duckdb.DuckDBPyConnection, column: str, file: str) -> list[Text]:
    """Adds `<column>_at`, a timestamp, to the table `rows`, from its text column; blank stays null.

    `column` is a name that the caller made. A time zone is applied, and the time given in UTC. Returns warnings.

    Raises
    ------
    BadInput
        When a value is no time, or days and months cannot be told apart.
    """
    quoted = f'"{column}"'
    # Only the separators differ in 2012/1/3, 3.1.2012 and 3/1/2012: the date before the first blank is dashed.
    date = f"split_part(trim({quoted}), ' ', 1)"
    dashed = f"replace(replace({date}, '/', '-'), '.', '-') || ' ' || substr(trim({quoted}), length({date}) + 2)"
    text = (
        f"CASE WHEN trim({quoted})[5] = '-' THEN trim({quoted}) "
        f"WHEN regexp_matches({date}, '^\\d+[-/.]\\d+[-/.]\\d+$') THEN trim({dashed}) ELSE trim({quoted}) END"
    )
    # Each way of reading is tried on the rows that look like it alone: one that fails costs fifty times one that fits.
    zone = r"regexp_matches(t, ':.*(Z|[+-]\d\d:?\d\d)$')"
    year_first = r"regexp_matches(t, '^\d{4}\D')"

    def tried(formats: tuple[str, ...]) -> str:
        return f"try_strptime(t, [{', '.join(repr(one) for one in formats)}])"

    engine.execute(
        f"CREATE OR REPLACE TABLE rows AS SELECT * EXCLUDE (t), "  # noqa: S608
        f"CASE WHEN NOT {year_first} THEN NULL WHEN {zone} THEN try_cast(t AS TIMESTAMPTZ) AT TIME ZONE 'UTC' "
        f"ELSE coalesce(try_cast(t AS TIMESTAMP), {tried(YEAR_FIRST)}) END AS {column}_at, "
        f"CASE WHEN NOT {year_first} THEN {tried(DAY_FIRST)} END AS day_first, "
        f"CASE WHEN NOT {year_first} THEN {tried(MONTH_FIRST)} END AS month_first, "
        f"coalesce(t, '') <> '' AS given FROM (SELECT *, {text} AS t FROM rows)"
    )
    year, day, month, either = _counts(
        engine,
        f"SELECT count({column}_at), "  # noqa: S608
        f"count(day_first) FILTER ({column}_at IS NULL), count(month_first) FILTER ({column}_at IS NULL), "
        f"count(*) FILTER ({column}_at IS NULL AND (day_first IS NOT NULL OR month_first IS NOT NULL)) FROM rows",
    )
    warnings: list[Text] = []
    chosen = ""
    if either:
        if (
            day == month == either
            and _counts(
                engine,
                f"SELECT count(*) FROM rows WHERE {column}_at IS NULL AND day_first <> month_first",  # noqa: S608
            )[0]
        ):
            raise refuse(
                "ambiguous_dates",
                "日期里的日与月分不清（例如 03/04/2012），请改成 2012-04-03 这样年在前的写法。",
                "Day and month cannot be told apart (03/04/2012); write the year first, as 2012-04-03.",
                file=file,
                column=column,
            )
        if day < either and month < either:
            raise refuse(
                "mixed_dates",
                "同一列里有的日期日在前，有的月在前，请统一成 2012-04-03 这样的写法。",
                "Some dates of this column have the day first, some the month; write them all as 2012-04-03.",
                file=file,
                column=column,
            )
        chosen = "day_first" if day >= month else "month_first"
        if year:
            warnings.append(
                Text(
                    zh=f"列 {column} 混用了两种日期写法，{year} 个年在前，{either} 个年在后；都已读入。",
                    en=f"Column {column} mixes two ways of writing dates, {year} with the year first and {either} with "
                    "the year last; all were read.",
                )
            )
    at = f"coalesce({column}_at, {chosen})" if chosen else f"{column}_at"
    bad = engine.execute(f"SELECT row, {quoted} FROM rows WHERE given AND {at} IS NULL ORDER BY row LIMIT 1").fetchone()  # noqa: S608
    if bad:
        raise refuse(
            "not_a_time",
            f"“{str(bad[1])[:40]}”不是时间，请改成 2012-01-30 06:24:00 这样的写法。",
            f"“{str(bad[1])[:40]}” is no time; write it as 2012-01-30 06:24:00.",
            file=file,
            row=int(bad[0]),
            column=column,
            value=str(bad[1])[:80],
        )
    engine.execute(
        f"CREATE OR REPLACE TABLE rows AS SELECT * EXCLUDE ({column}_at, day_first, month_first, given), "  # noqa: S608
        f"{at} AS {column}_at FROM rows"
    )
    return warnings


def _counts(engine: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    row = engine.execute(query).fetchone()
    return () if row is None else tuple(int(value) for value in row)
