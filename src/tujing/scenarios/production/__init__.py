"""生产制造 · Production."""
