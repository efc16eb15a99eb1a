"""Reports that law asks for: what they hold is data, their figures come from a form and results."""
