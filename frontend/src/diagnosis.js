// The diagnosis pages: answering one by one and in the table, evidence, reviewing.
import { answering } from "./diagnosis/answering.js";
import { flash } from "./diagnosis/flash.js";
import { live } from "./diagnosis/live.js";
import { panel } from "./diagnosis/panel.js";
import { review } from "./diagnosis/review.js";
import { table } from "./diagnosis/table.js";

panel();
answering();
live();
flash();
table();
review();
