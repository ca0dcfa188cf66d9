"""The report as one HTML file: figures, charts, a table of findings, the rules; it asks nothing of any network."""
