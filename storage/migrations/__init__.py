"""The steps that bring a database to what `storage.tables` says."""
