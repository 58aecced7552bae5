"""经营管理 · Business management."""
