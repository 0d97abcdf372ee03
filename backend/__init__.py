"""The reference backend API."""
