"""The Temporal client of every process: one data converter, failures without their texts in clear."""

from __future__ import annotations

from temporalio.client import Client
from temporalio.envconfig import ClientConfig

from contracts.converter import data_converter


async def connect(address: str, namespace: str) -> Client:
    """Connect; TLS and API keys come from Temporal's own environment configuration."""
    config = ClientConfig.load_client_connect_config()
    config["target_host"] = address
    config["namespace"] = namespace
    return await Client.connect(**config, data_converter=data_converter())
