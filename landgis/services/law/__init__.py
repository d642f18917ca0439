"""The law against its sources: coverage of the documents, and what entered already."""
