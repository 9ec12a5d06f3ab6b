"""Findings about a claim before it leaves the house."""
