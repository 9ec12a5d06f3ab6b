"""PostgreSQL: models, unit of work, migrations, read models."""
