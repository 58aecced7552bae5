// The data pages: the readiness matrix, sorting of rows, the query console.
import "./data/matrix.js";
import "./data/rows.js";
import "./data/console.js";
