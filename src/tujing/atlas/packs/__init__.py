"""Scenarios as packs that others write and edit: a folder of YAML, or a workbook for those who edit in Excel."""
