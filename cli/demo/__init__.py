"""The demo: a practice's visits, its staff, and months of their claims on one machine."""
