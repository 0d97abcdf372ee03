"""The knowledge base as the agent meets it: search, suggestions, preview, insertion, import. Stands on the store."""
