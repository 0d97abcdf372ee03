"""The HTTP calls of protocol version 1, one file a resource. Handlers translate; the work is in the services."""
