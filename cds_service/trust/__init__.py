"""Who calls: the EHR's signed token -> Caller, or a refusal (CDS Hooks 2.0, Trusting CDS Clients)."""
