"""What is made from the rules for other tools: the policy and the JSON Schemas."""
