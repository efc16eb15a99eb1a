"""Who calls: certificates that name agency and role, the register of callers, and what each may."""
