// Pages of the evaluate step: refused forms told in one place.
import "./forms/refused.js";
