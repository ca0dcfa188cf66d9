"""What several annotations have in common: names, checks, and the words that people bring along from elsewhere."""
