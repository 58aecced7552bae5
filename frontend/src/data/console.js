// The query console: Ctrl+Enter runs, names are suggested while one types, a click inserts a column or a statement.
const field = document.getElementById("sql");
const KEYWORDS = [
  "SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "HAVING", "LIMIT", "JOIN", "LEFT JOIN", "USING", "DISTINCT",
  "count(*)", "sum(", "avg(", "min(", "max(", "median(", "date_trunc('month', ", "date_diff('day', ", "round(",
  "coalesce(", "CASE WHEN", "BETWEEN", "UNION ALL", "WITH",
];
const MOST = 8;

if (field) {
  const list = document.getElementById("completions");
  const words = [...new Set([...JSON.parse(document.getElementById("query-words").textContent), ...KEYWORDS])];

  const begun = () => field.value.slice(0, field.selectionStart).match(/[\p{L}_][\p{L}\d_]*$/u)?.[0] ?? "";

  const insert = (text, replaced = 0) => {
    field.focus();
    field.setRangeText(text, field.selectionStart - replaced, field.selectionEnd, "end");
    suggest();
  };

  function suggest() {
    const start = begun();
    const low = start.toLowerCase();
    const found = start.length < 2 ? [] : words.filter((one) => one.toLowerCase().startsWith(low) && one.toLowerCase() !== low);
    list.replaceChildren(...found.slice(0, MOST).map((word, index) => {
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(index === 0));
      item.textContent = word;
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        insert(word, begun().length);
      });
      return item;
    }));
    list.hidden = !found.length;
  }

  const chosen = () => list.querySelector('[aria-selected="true"]');

  function move(by) {
    const items = [...list.children];
    const next = (items.indexOf(chosen()) + by + items.length) % items.length;
    items.forEach((item, index) => item.setAttribute("aria-selected", String(index === next)));
  }

  field.addEventListener("input", suggest);
  field.addEventListener("blur", () => (list.hidden = true));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      document.getElementById("query-run").click();
    } else if (!list.hidden && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      insert(chosen().textContent, begun().length);
    } else if (!list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (!list.hidden && event.key === "Escape") {
      list.hidden = true;
    }
  });

  document.addEventListener("click", (event) => {
    const column = event.target.closest("[data-insert]");
    const statement = event.target.closest("[data-sql]");
    if (column) insert(column.dataset.insert);
    if (statement) {
      field.value = statement.dataset.sql;
      field.focus();
      field.scrollIntoView({ block: "center" });
    }
  });

  document.getElementById("schema-search").addEventListener("input", (event) => {
    const wish = event.target.value.trim().toLowerCase();
    for (const table of document.querySelectorAll(".schema details")) {
      const columns = [...table.querySelectorAll("li")];
      const named = table.dataset.name.toLowerCase().includes(wish);
      for (const column of columns) column.hidden = !named && !column.textContent.toLowerCase().includes(wish);
      table.hidden = !named && columns.every((column) => column.hidden);
      table.open = wish.length > 1 && !named && !table.hidden;
    }
  });
}
