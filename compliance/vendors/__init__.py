"""What a vendor's system is set to and what its agreement says, checked by the rules."""
