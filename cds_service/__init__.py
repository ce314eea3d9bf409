"""Everything that touches the world: the hook call, FHIR, settings, logs, the command line."""
