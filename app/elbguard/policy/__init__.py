"""The policy for the API server: a ValidatingAdmissionPolicy, in CEL, from the rules."""
