"""Rules as formulas: proofs that speak of all requests at once (docs/proving.md)."""
