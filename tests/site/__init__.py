"""The site: guides, and a page for each rule, annotation and symptom; `make site` builds it. Not in the wheel."""
