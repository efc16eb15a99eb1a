"""The log: a Merkle tree of all that was answered and done, its proofs, its store and witnesses."""
