"""The fixture patients as a small FHIR R4 server, so that a tester's EHR has somebody to open."""
