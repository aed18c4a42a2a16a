"""The peer on Django Channels: one group per detachment, the channel layer over Redis that its makers advise."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import django
from django.conf import settings

LAYER = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [os.environ["REDIS_URL"]]}}
settings.configure(
    ALLOWED_HOSTS=["localhost", "127.0.0.1"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="measured",  # noqa: S106 - nothing is signed
    CHANNEL_LAYERS={"default": LAYER},
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402 - Django wants its settings first
from channels.layers import get_channel_layer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

WORLD = json.loads(Path(os.environ["BENCH_WORLD"]).read_text())


class Board(AsyncWebsocketConsumer):  # type: ignore[misc]  # the peers' packages are not in the environment of the types
    """One screen."""

    async def connect(self) -> None:
        screen = int(parse_qs(self.scope["query_string"].decode())["screen"][0])
        await self.channel_layer.group_add(f"agency-{WORLD['seats'][screen]['agency']}", self.channel_name)
        await self.accept()
        await self.send("[]")

    async def post(self, event: dict[str, Any]) -> None:
        await self.send(event["text"])


async def events(request: HttpRequest) -> HttpResponse:
    layer = get_channel_layer()
    for event in json.loads(request.body):
        text = json.dumps([event["frame"]], separators=(",", ":"))
        for agency in WORLD["audiences"][event["audience"]]["agencies"]:
            await layer.group_send(f"agency-{agency}", {"type": "post", "text": text})
    return HttpResponse(status=204)


async def ready(_: HttpRequest) -> HttpResponse:
    return HttpResponse("ready")


urlpatterns = [path("readyz", ready), path("events", events)]
app = ProtocolTypeRouter({"http": get_asgi_application(), "websocket": URLRouter([path("live", Board.as_asgi())])})
