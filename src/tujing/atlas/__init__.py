"""The map: scenario manifests, the graph computed from them, the four lists. Floor 2."""
