"""GET /models: the engines' models, and those for embeddings."""

from __future__ import annotations

from aiohttp import web

from playground.sandbox.checks import Json
from playground.sandbox.errors import ApiError
from playground.sandbox.stores.keeper import KEEPER
from playground.sandbox.stores.vectors import REAL
from playground.sandbox.web import CONTEXT, EMBEDDING_MODEL, json_answer, no_model

CREATED = 1795219200
"""21 November 2026: when the sandbox's models came to be. One fixed day, so that lists do not change by themselves."""


def routes() -> list[web.RouteDef]:
    return [
        web.get("/v1/models", every),
        web.get("/v1/models/{id}", retrieve),
        web.delete("/v1/models/{id}", delete),
    ]


async def every(request: web.Request) -> web.StreamResponse:
    return json_answer({"object": "list", "data": [_model(model) for model in _offered(request)]})


async def retrieve(request: web.Request) -> web.StreamResponse:
    return json_answer(_model(_find(request)))


async def delete(request: web.Request) -> web.StreamResponse:
    """models.delete deletes fine-tuned models, and the sandbox has none."""
    raise ApiError(
        403, f"The model '{_find(request)}' is not a fine-tuned model of yours, so it cannot be deleted.", param="model"
    )


def _offered(request: web.Request) -> list[str]:
    offered = [*request.app[CONTEXT].engines.models(), EMBEDDING_MODEL]
    return [*offered, REAL] if request.app[KEEPER].real else offered


def _find(request: web.Request) -> str:
    identifier = request.match_info["id"]
    if identifier not in _offered(request):
        raise no_model(request.app[CONTEXT].engines, identifier)
    return identifier


def _model(identifier: str) -> Json:
    return {"id": identifier, "object": "model", "created": CREATED, "owned_by": "sandbox"}
