"""One module for each outside party or effect: classes with injected dependencies."""
