"""PostgreSQL, Temporal, simulator and workers on one machine, and the conductor of its clock."""
