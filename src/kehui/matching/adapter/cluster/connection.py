"""Reach the cluster that KEHUI_RAY_ADDRESS names."""

import logging
import os
import socket
from importlib import import_module
from types import ModuleType
from typing import Any, Final

from kehui.matching.adapter.cluster.refusals import (
    ClusterUnreachable,
    RayAddressMalformed,
    RayMissing,
)

NAMESPACE: Final = "kehui"
KNOCK_SECONDS: Final = 2.0


def connected(address: str) -> ModuleType:
    """Return Ray, connected to the cluster at this address.

    Raises:
        RayAddressMalformed: it is not host:port.
        RayMissing: the extra [ray] is not installed.
        ClusterUnreachable: nothing answers there, or not as Ray does.
    """
    place = _place_of(address)
    # Read when Ray is loaded: nothing is reported to anybody, and no cluster is made up
    os.environ["RAY_USAGE_STATS_ENABLED"] = os.environ["RAY_ENABLE_AUTO_CONNECT"] = "0"
    try:
        ray = import_module("ray")  # here, so that a single machine needs none
    except ImportError as error:
        raise RayMissing from error
    if ray.is_initialized():
        return ray
    _knock(place, address)
    options: dict[str, Any] = {"log_to_driver": False, "configure_logging": False}
    try:
        ray.init(address, namespace=NAMESPACE, logging_level=logging.WARNING, **options)
    except Exception as error:  # whatever Ray, gRPC or the other side's version raise
        raise ClusterUnreachable(address=address, why=said(error)) from error
    return ray


def said(error: Exception) -> str:
    """Return the first line of what went wrong."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _place_of(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not host or "/" in host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise RayAddressMalformed(address=address)
    return host, int(port)


def _knock(place: tuple[str, int], address: str) -> None:
    """See at once that nobody is there: Ray itself would try for a minute."""
    try:
        socket.create_connection(place, KNOCK_SECONDS).close()
    except OSError as error:
        raise ClusterUnreachable(address=address, why=error.strerror or said(error)) from error
