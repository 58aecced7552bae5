"""图景伺服电机厂 motor-works: a constructed servo-motor maker with planted effects (see README.md and truth.yaml)."""
