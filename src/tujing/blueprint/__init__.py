"""The plan as one traceable model (规划方案), and every file that is made from it. Floor 4, above the four steps."""
