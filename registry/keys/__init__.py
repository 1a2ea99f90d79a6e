"""Keys of partners for the API: how they are made, kept as hashes, recognised and withdrawn."""
