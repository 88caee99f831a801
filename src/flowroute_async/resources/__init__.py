"""The resources of a client: thin, each method one operation."""
