"""The open interface, version 1."""

from ninja import NinjaAPI

api = NinjaAPI(title="Kehui", version="1", urls_namespace="api-v1")
