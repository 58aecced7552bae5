"""Pain points: elicited, tied to the scenarios of the map."""
