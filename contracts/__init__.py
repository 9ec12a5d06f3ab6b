"""What crosses Temporal: id grammar, messages, activity signatures, task queues, retry policies."""
