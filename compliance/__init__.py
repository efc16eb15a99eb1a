"""Audits over time: results that are kept, findings and their register, reports, evidence."""
