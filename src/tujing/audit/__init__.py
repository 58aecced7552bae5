"""Who changed what, when and from where: written beside each change, chained, kept longer than what it tells of."""
