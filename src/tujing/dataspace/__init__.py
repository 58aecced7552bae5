"""An organisation's own data: one versioned columnar table per data element. Floor 2."""
